import {
  type Config,
  cast,
  flip,
  keep,
  ShapeError,
  slice,
  stack,
  stopGradient,
  type Tensor,
  zeros,
} from '@tapegrad/core'
import type { SymbolicArguments } from '../engine/call-arguments.ts'
import { collectsTerms } from '../engine/call-context.ts'
import { type CallOptions, Layer } from '../engine/layer.ts'
import type { MaskOf, ShapeOf, SymbolicShape, Tensors } from '../engine/symbolic-tensor.ts'
import { choose, type Recurrence, runRecurrence } from './recurrence.ts'
import { checkInitialState, type RNNCell, stateSizes, stepShapes } from './rnn-cell.ts'
import {
  checkFlags,
  type RecurrentArguments,
  type RecurrentOutput,
  type SequenceOptions,
  sequenceConfig,
  sequenceOptionNames,
} from './rnn-options.ts'
import { sequenceMask } from './sequence-mask.ts'

/** What a recurrent layer's steps begin with, besides the sequences. */
export interface Beginning {
  /** Bools [batch, steps]; null where all steps count. */
  readonly mask: Tensor | null
  readonly states: readonly Tensor[]
  readonly training: boolean
}

/** The outputs of all steps [batch, steps, size] in the order in which they were computed, where they are wanted. */
export interface Ran extends Omit<Recurrence, 'outputs'> {
  readonly outputs: Tensor | null
}

/**
 * What all recurrent layers share: a cell that runs along the steps of sequences.
 *
 * @typeParam C The cell.
 * @typeParam S Whether the states are returned.
 */
export abstract class BaseRNN<C extends RNNCell, S extends boolean> extends Layer<
  Tensor,
  RecurrentOutput<S>,
  RecurrentArguments
> {
  override supportsMasking = true
  protected override readonly callArgumentNames: readonly string[] = ['initialState']
  readonly cell: C
  readonly returnSequences: boolean
  readonly returnState: S
  readonly goBackwards: boolean
  readonly stateful: boolean
  readonly unroll: boolean
  /** Whether masked steps give zeros; what wraps the layer may ask for it. */
  zeroOutputForMask: boolean
  #declaredBatch: number | null
  #states: readonly Tensor[] | null = null

  constructor(cell: C, options: SequenceOptions, ownOptionNames: readonly string[]) {
    super(options, [...sequenceOptionNames, ...ownOptionNames])
    const flags = checkFlags(this.className, options)
    this.cell = cell
    this.returnSequences = flags.returnSequences
    this.returnState = flags.returnState as S
    this.goBackwards = flags.goBackwards
    this.stateful = flags.stateful
    this.unroll = flags.unroll
    this.zeroOutputForMask = flags.zeroOutputForMask
    this.#declaredBatch = this.batchInputShape?.[0] ?? null
    if (!this.trainable) cell.trainable = false
    this.inputSpec = { minNdim: 3 }
  }

  /** The states in which the last batch ended, where the layer is stateful; null before the first. */
  get states(): readonly Tensor[] | null {
    return this.#states
  }

  /** @internal Lets the next batch begin with states of its own size, copies of these. */
  restoreStates(states: readonly Tensor[]): void {
    this.resetState()
    if (states.length > 0) this.#remember(states)
  }

  /** Forgets the states in which the last batch ended: the next one begins as the first did, and may have another size. */
  resetState(): void {
    for (const state of this.#states ?? []) state.dispose()
    this.#states = null
  }

  /** The states before the first step of a batch, each [batch, size]. */
  getInitialState(batch: number): readonly Tensor[] {
    return this.cell.getInitialState(batch)
  }

  override build(inputShape: SymbolicShape): void {
    const [batch = null, , ...step] = inputShape
    if (this.stateful) this.#declaredBatch ??= batch
    this.cell.build(stepShapes(this.cell, [batch, ...step]))
    this.inputSpec = { ndim: inputShape.length, axes: { [-1]: inputShape.at(-1)! } }
  }

  override call(
    x: Tensor,
    { training, mask, initialState = null }: CallOptions<Tensor, RecurrentArguments>,
  ): RecurrentOutput<S> {
    const sequences = cast(x, this.cell.dtype)
    const counts = mask === null ? null : sequenceMask(this.className, mask, x)
    const states = this.#statesBefore(x.shape[0]!, initialState)
    const ran = this.run(sequences, { mask: counts, states, training })
    if (this.stateful && collectsTerms()) this.#remember(ran.states)
    const { outputs, last } = this.zeroOutputForMask && counts !== null ? this.#blank(ran, counts) : ran
    const output = cast(outputs ?? last, this.dtype)
    const all = this.returnState ? [output, ...ran.states.map((state) => cast(state, this.dtype))] : output
    return all as RecurrentOutput<S>
  }

  override computeOutputShape(
    inputShape: SymbolicShape,
    { initialState = null }: SymbolicArguments<RecurrentArguments> = {},
  ): ShapeOf<RecurrentOutput<S>> {
    const [batch = null, steps = null] = inputShape
    const sizes = stateSizes(this.cell)
    if (initialState !== null) checkInitialState(this.className, initialState, sizes, batch)
    const { outputSize } = this.cell
    const output = this.returnSequences ? [batch, steps, outputSize] : [batch, outputSize]
    const shapes = this.returnState ? [output, ...sizes.map((size) => [batch, size])] : output
    return shapes as ShapeOf<Tensors> as ShapeOf<RecurrentOutput<S>>
  }

  /** With `returnSequences` the mask of the steps, in the order of the outputs. */
  override computeMask(_x: Tensor, mask: Tensor | null): MaskOf<RecurrentOutput<S>> | null {
    const ofSteps = mask !== null && this.returnSequences ? this.#inOrder(mask) : null
    const masks = this.returnState ? [ofSteps, ...stateSizes(this.cell).map(() => null)] : ofSteps
    return masks as MaskOf<RecurrentOutput<S>> | null
  }

  override getConfig(): Config {
    return { ...super.getConfig(), ...sequenceConfig(this) }
  }

  /** Runs the cell along sequences in the cell's dtype; with another cell's op where there is one. */
  protected run(x: Tensor, { mask, states, training }: Beginning): Ran {
    const { cell } = this
    const { outputState } = cell
    const [batch, steps] = x.shape as readonly [number, number]
    const options = { dtype: cell.dtype, backend: x.storage.backend }
    const output = outputState === null ? zeros([batch, cell.outputSize], options) : states[outputState]!
    const none = zeros([batch, 0, cell.outputSize], options)
    if (steps === 0) return { outputs: this.returnSequences ? none : null, last: output, states }
    const first = zeros([batch, ...x.shape.slice(2)], options)
    const { outputs, ...ended } = runRecurrence(cell.beginSequence(first, training), {
      ...{ x, mask, states, output, outputState },
      ...{ goBackwards: this.goBackwards, wantsAll: this.returnSequences },
    })
    return { ...ended, outputs: outputs === null ? null : stack(outputs, { axis: 1 }) }
  }

  protected override dropState(): void {
    this.resetState()
  }

  #statesBefore(batch: number, given: Tensor | readonly Tensor[] | null): readonly Tensor[] {
    const op = this.className
    const before = this.#states
    const expected = before?.[0]?.shape[0] ?? this.#declaredBatch
    if (this.stateful && collectsTerms() && expected !== null && expected !== batch) {
      throw new ShapeError('the batch is not as large as the one before, whose states go on', {
        op,
        received: { batch },
        expected: `${expected} samples`,
        hint: 'leave out what fills no batch, or forget the states with resetState()',
      })
    }
    if (given !== null) return this.#inCellDType(checkInitialState(op, given, stateSizes(this.cell), batch))
    if (before !== null && before[0]!.shape[0] === batch) return before.map(stopGradient)
    return this.#inCellDType(this.getInitialState(batch))
  }

  #inCellDType(states: readonly Tensor[]): readonly Tensor[] {
    return states.map((state) => cast(state, this.cell.dtype))
  }

  #remember(states: readonly Tensor[]): void {
    const kept = states.map((state) => keep(stopGradient(state)))
    this.resetState()
    this.#states = kept
  }

  #inOrder(mask: Tensor): Tensor {
    return this.goBackwards ? flip(mask, { axis: 1 }) : mask
  }

  /** Zeros in place of the outputs of masked steps. */
  #blank({ outputs, last }: Ran, mask: Tensor): Pick<Ran, 'outputs' | 'last'> {
    const counts = this.#inOrder(mask)
    const [batch, steps] = mask.shape as readonly [number, number]
    if (outputs !== null) return { outputs: choose(counts, outputs, 0), last }
    if (steps === 0) return { outputs, last }
    const ofLast = slice(counts, [
      [0, batch],
      [steps - 1, steps],
    ])
    return { outputs, last: choose(ofLast, last, 0) }
  }
}
