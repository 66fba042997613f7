import { ArgumentError, add, type Config, cast, concat, flip, mul, type Tensor } from '@tapegrad/core'
import type { SymbolicArguments } from '../engine/call-arguments.ts'
import { type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { asList } from '../engine/lists.ts'
import type { MaskOf, ShapeOf, SymbolicShape, Tensors } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkOneOf } from '../saving/option-values.ts'
import { serializeObject } from '../saving/serializable.ts'
import { BaseRNN } from './base-rnn.ts'
import { checkInitialState, type RNNCell, stateSizes } from './rnn-cell.ts'
import type { RecurrentArguments, RecurrentOutput } from './rnn-options.ts'
import { copyLayer, readLayer } from './wrapped-layer.ts'

/** How the outputs of both directions become one. */
export type MergeMode = 'sum' | 'mul' | 'concat' | 'ave'

const mergeModes = ['sum', 'mul', 'concat', 'ave', null] as const

export interface BidirectionalOptions<
  M extends MergeMode | null = MergeMode | null,
  S extends boolean = boolean,
> extends LayerOptions {
  /** The recurrent layer of one direction; what runs is a copy of it, with weights of its own. */
  readonly layer: BaseRNN<RNNCell, S>
  /** How the outputs become one; null returns both. Default: concat. */
  readonly mergeMode?: M
  /** The layer of the other direction. Default: a copy of `layer` that goes the other way. */
  readonly backwardLayer?: BaseRNN<RNNCell, S> | null
}

/** What a bidirectional layer returns: one output or two, and the states where they are wanted. */
export type BidirectionalOutput<M extends MergeMode | null, S extends boolean> = M extends null
  ? readonly Tensor[]
  : RecurrentOutput<S>

/**
 * Runs a recurrent layer along sequences in both directions, and merges what comes out step by step.
 *
 * y = merge(forward(x), backward(x)), where the outputs of all steps of the second are turned round first; `concat`
 * along the last axis, `sum`, `ave` (the mean), `mul`, or null for both outputs.
 *
 * Input [batch, steps, features]; output that of the layer, with `concat` twice as wide; with `returnState` followed by
 * the states of the first and of the second. Weights: those of both layers. Where all steps are returned, masked ones
 * give 0 and the mask passes through. `apply(x, { initialState })` takes the states of the first, then of the second.
 *
 * @throws {@link ArgumentError} for something that is not a recurrent layer, two layers that go the same way or return other things, or an unknown mode.
 * @see https://keras.io/api/layers/recurrent_layers/bidirectional/
 * @example
 * ```ts
 * const layer = new Bidirectional({ layer: new LSTM({ units: 4, returnSequences: true }) })
 * layer.apply(ones([2, 5, 3])).shape // [2, 5, 8]
 * ```
 */
export class Bidirectional<M extends MergeMode | null = 'concat', S extends boolean = false> extends Layer<
  Tensor,
  BidirectionalOutput<M, S>,
  RecurrentArguments
> {
  static override readonly className: string = 'Bidirectional'
  override supportsMasking = true
  protected override readonly callArgumentNames: readonly string[] = ['initialState']
  readonly mergeMode: MergeMode | null
  readonly forwardLayer: BaseRNN<RNNCell, boolean>
  readonly backwardLayer: BaseRNN<RNNCell, boolean>

  constructor(options: BidirectionalOptions<M, S>) {
    super(options, ['layer', 'mergeMode', 'backwardLayer'])
    const { layer, mergeMode = 'concat', backwardLayer = null } = options
    const given = checkRecurrent(layer)
    const other = backwardLayer === null ? null : checkRecurrent(backwardLayer)
    this.mergeMode = checkOneOf('Bidirectional', 'mergeMode', mergeMode, mergeModes)
    this.forwardLayer = copyLayer(given, { name: prefixed('forward_', given.name) })
    this.backwardLayer =
      other ?? copyLayer(given, { name: prefixed('backward_', given.name), go_backwards: !given.goBackwards })
    checkPair(this.forwardLayer, this.backwardLayer)
    for (const each of [this.forwardLayer, this.backwardLayer]) {
      // A repeated output would stand at different steps of the two directions.
      each.zeroOutputForMask = this.returnSequences
      if (!this.trainable) each.trainable = false
    }
    this.inputSpec = { minNdim: 3 }
  }

  static fromConfig(config: Config): Bidirectional<MergeMode | null, boolean> {
    const read = new ConfigReader('Bidirectional', config)
    const options = readLayerOptions(read)
    const mergeMode = read.oneOf('merge_mode', ['sum', 'mul', 'concat', 'ave'], null)
    const backward = read.json('backward_layer', null)
    const layer = readLayer(read.json('layer'), checkRecurrent)
    let backwardLayer: BaseRNN<RNNCell, boolean> | null = null
    try {
      read.done()
      if (backward !== null) backwardLayer = readLayer(backward, checkRecurrent)
      return new Bidirectional<MergeMode | null, boolean>({ ...options, layer, mergeMode, backwardLayer })
    } catch (error) {
      backwardLayer?.dispose()
      throw error
    } finally {
      // Only its copy is used.
      layer.dispose()
    }
  }

  get returnSequences(): boolean {
    return this.forwardLayer.returnSequences
  }

  get returnState(): boolean {
    return this.forwardLayer.returnState
  }

  get stateful(): boolean {
    return this.forwardLayer.stateful
  }

  /** The states in which the last batch ended, those of the first direction first; null before the first. */
  get states(): readonly Tensor[] | null {
    const [first, second] = [this.forwardLayer.states, this.backwardLayer.states]
    return first === null || second === null ? null : [...first, ...second]
  }

  /** Forgets the states in which the last batch ended. */
  resetState(): void {
    this.forwardLayer.resetState()
    this.backwardLayer.resetState()
  }

  override build(inputShape: SymbolicShape): void {
    this.forwardLayer.build(inputShape)
    this.backwardLayer.build(inputShape)
    this.inputSpec = { ndim: inputShape.length, axes: { [-1]: inputShape.at(-1)! } }
  }

  override call(
    x: Tensor,
    { mask, initialState = null }: CallOptions<Tensor, RecurrentArguments>,
  ): BidirectionalOutput<M, S> {
    const sizes = this.#stateSizes()
    const given =
      initialState === null
        ? null
        : checkInitialState('Bidirectional', initialState, sizes.flat(), x.shape[0]!)
    const run = (
      layer: BaseRNN<RNNCell, boolean>,
      states: readonly Tensor[] | undefined,
    ): readonly Tensor[] => asList<Tensor>(layer.apply(x, { mask, initialState: states ?? null }))
    const half = sizes[0]!.length
    const [first, ...firstStates] = run(this.forwardLayer, given?.slice(0, half))
    const [second, ...secondStates] = run(this.backwardLayer, given?.slice(half))
    const turned = this.returnSequences ? flip(second!, { axis: 1 }) : second!
    const merged = this.#merge(cast(first!, this.dtype), cast(turned, this.dtype))
    if (!this.returnState) return merged as BidirectionalOutput<M, S>
    const states = [...firstStates, ...secondStates].map((state) => cast(state, this.dtype))
    return [...asList<Tensor>(merged), ...states] as readonly Tensor[] as BidirectionalOutput<M, S>
  }

  override computeOutputShape(
    inputShape: SymbolicShape,
    { initialState = null }: SymbolicArguments<RecurrentArguments> = {},
  ): ShapeOf<BidirectionalOutput<M, S>> {
    const sizes = this.#stateSizes().flat()
    if (initialState !== null) {
      checkInitialState('Bidirectional', initialState, sizes, inputShape[0] ?? null)
    }
    const [first, second] = [this.forwardLayer, this.backwardLayer].map((layer) => {
      const shapes = layer.computeOutputShape(inputShape) as SymbolicShape | readonly SymbolicShape[]
      return (this.returnState ? shapes[0] : shapes) as SymbolicShape
    }) as [SymbolicShape, SymbolicShape]
    const width = this.forwardLayer.cell.outputSize + this.backwardLayer.cell.outputSize
    const merged = this.mergeMode === 'concat' ? [...first.slice(0, -1), width] : first
    const outputs = this.mergeMode === null ? [first, second] : [merged]
    const all = [...outputs, ...(this.returnState ? sizes.map((size) => [inputShape[0] ?? null, size]) : [])]
    return (all.length === 1 ? all[0]! : all) as ShapeOf<Tensors> as ShapeOf<BidirectionalOutput<M, S>>
  }

  /** Where all steps are returned, the mask of the steps. */
  override computeMask(x: Tensor, mask: Tensor | null): MaskOf<BidirectionalOutput<M, S>> | null {
    const computed = this.forwardLayer.computeMask(x, mask) as MaskOf<Tensors>
    const ofSteps = Array.isArray(computed) ? (computed as readonly (Tensor | null)[])[0]! : computed
    const masks = this.mergeMode === null ? [ofSteps, ofSteps] : ofSteps
    return masks as MaskOf<Tensors> as MaskOf<BidirectionalOutput<M, S>> | null
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      merge_mode: this.mergeMode,
      layer: serializeObject('keras.layers', this.forwardLayer),
      backward_layer: serializeObject('keras.layers', this.backwardLayer),
    }
  }

  #stateSizes(): readonly (readonly number[])[] {
    return [this.forwardLayer, this.backwardLayer].map(({ cell }) => stateSizes(cell))
  }

  #merge(first: Tensor, second: Tensor): Tensors {
    switch (this.mergeMode) {
      case 'concat':
        return concat([first, second], { axis: -1 })
      case 'sum':
        return add(first, second)
      case 'ave':
        return mul(add(first, second), 0.5)
      case 'mul':
        return mul(first, second)
      case null:
        return [first, second]
    }
  }
}

function checkRecurrent(layer: unknown): BaseRNN<RNNCell, boolean> {
  if (layer instanceof BaseRNN) return layer as BaseRNN<RNNCell, boolean>
  throw new ArgumentError('this is not a recurrent layer', {
    op: 'Bidirectional',
    received: { layer },
    expected: 'a layer such as new LSTM({ units: 32 })',
  })
}

function checkPair(first: BaseRNN<RNNCell, boolean>, second: BaseRNN<RNNCell, boolean>): void {
  if (first.goBackwards === second.goBackwards) {
    throw new ArgumentError('both layers go the same way', {
      op: 'Bidirectional',
      received: { goBackwards: first.goBackwards },
      expected: 'a backwardLayer with the other goBackwards',
    })
  }
  for (const name of ['stateful', 'returnSequences', 'returnState'] as const) {
    if (first[name] === second[name]) continue
    throw new ArgumentError(`the layers differ in ${name}`, {
      op: 'Bidirectional',
      received: { layer: first[name], backwardLayer: second[name] },
      expected: 'the same for both',
    })
  }
}

function prefixed(prefix: string, name: string): string {
  return `${prefix}${name.startsWith(prefix) ? name.slice(prefix.length) : name}`
}
