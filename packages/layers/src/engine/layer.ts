import {
  ArgumentError,
  checkOptionNames,
  type DType,
  mul,
  type Tensor,
  tidy,
  withBackend,
} from '@tapegrad/core'
import {
  type CallArguments,
  checkNoSymbols,
  mapArguments,
  pickArguments,
  type SymbolicArguments,
  symbolicArguments,
  tensorArguments,
} from './call-arguments.ts'
import { isNestedCall, runForShapes, runInContext } from './call-context.ts'
import {
  type ApplyOptions,
  applyOptionNames,
  type CallOptions,
  checkHasCall,
  checkTraining,
  type SymbolicApplyOptions,
} from './call-options.ts'
import {
  castArguments,
  castInputs,
  checkMaskCount,
  checkTensors,
  ownOutput,
  resolveMasks,
} from './call-tensors.ts'
import { inferOutputShape } from './infer-shape.ts'
import { checkInputSpec, type InputSpec } from './input-spec.ts'
import { LayerBase } from './layer-base.ts'
import { checkSymbolicShape, type LayerOptions } from './layer-options.ts'
import { asList, isList, likeInput } from './lists.ts'
import { getMask, setMask } from './masks.ts'
import { onlyCall } from './symbolic-calls.ts'
import {
  type MaskOf,
  recordCall,
  type ShapeOf,
  type SymbolicOf,
  type SymbolicShape,
  SymbolicTensor,
  type Tensors,
} from './symbolic-tensor.ts'

export type { ApplyOptions, CallOptions, SymbolicApplyOptions } from './call-options.ts'

/** A layer of any number of inputs and outputs. */
export type AnyLayer = Layer<Tensors, Tensors>

/**
 * The base of all layers: weights, and a function from tensors to tensors that uses them.
 *
 * Sub-classes override `call`, and `build` where they have weights; further `computeOutputShape`, `computeMask` and
 * `getConfig`. Layers kept in properties (alone or in arrays) belong to the layer: their weights are its weights.
 *
 * A call can be told more than `training` and `mask` where the layer names it in `callArgumentNames`; symbolic calls
 * remember it.
 *
 * @typeParam I What it takes: one tensor, or a list.
 * @typeParam O What it returns.
 * @typeParam A What else its calls can be told, by name; all of it optional.
 * @see https://keras.io/api/layers/base_layer/
 * @example
 * ```ts
 * class Scale extends Layer {
 *   static override readonly className: string = 'Scale'
 *   factor!: Variable
 *   override build(inputShape: SymbolicShape): void {
 *     this.factor = this.addWeight({ name: 'factor', shape: [inputShape.at(-1)!], initializer: 'ones' })
 *   }
 *   override call(x: Tensor): Tensor {
 *     return mul(x, this.factor)
 *   }
 * }
 * ```
 */
export abstract class Layer<
  I extends Tensors = Tensor,
  O extends Tensors = Tensor,
  A extends object = object,
> extends LayerBase {
  static override readonly className: string = 'Layer'

  /** Whether masks pass through: the output gets what `computeMask` returns. */
  supportsMasking = false
  /** What inputs must look like; several specs for several inputs. */
  inputSpec: InputSpec | readonly InputSpec[] | null = null
  /** Whether it is the layers inside that cast their inputs and build themselves: so it is with models. */
  protected readonly isContainer: boolean = false
  /** The axes of the input that its mask covers; null: the first ones. */
  protected readonly maskAxes: readonly number[] | null = null
  /** The names of what calls can be told besides `training` and `mask`. */
  protected readonly callArgumentNames: readonly string[] = []
  #buildInputShape: ShapeOf<I> | null = null
  #warned = false

  /**
   * @param options The options, those of the sub-class included.
   * @param ownOptionNames The names of the options that the sub-class adds.
   * @throws {@link ArgumentError} for unknown options and values of the wrong kind.
   */
  constructor(options: LayerOptions = {}, ownOptionNames: readonly string[] = []) {
    super(options, ownOptionNames)
    // Whoever calls `build` (users, models, sub-classes' tests), it must run once and mark the layer as built.
    const build = this.build.bind(this)
    this.build = (inputShape) => this.#buildOnce(build, inputShape)
  }

  /** Makes the weights, once the shape of the input is known. */
  build(_inputShape: ShapeOf<I>): void {}

  /** The layer's function. Tensors made in it are disposed, but for the outputs. */
  abstract call(inputs: I, options: CallOptions<I, A>): O

  /**
   * The shape of the output for the shape of an input, both with the batch; unknown sizes are null.
   *
   * By default it is found by calling the layer on zeros.
   *
   * @param callArguments What the call is told, where that matters for the shape.
   */
  computeOutputShape(inputShape: ShapeOf<I>, callArguments?: SymbolicArguments<A>): ShapeOf<O> {
    this.build(inputShape)
    return this.inferOutputShape(inputShape, callArguments)
  }

  /** The shape of the output, found by calling the layer on zeros. */
  protected inferOutputShape(inputShape: ShapeOf<I>, callArguments?: SymbolicArguments<A>): ShapeOf<O> {
    const told: CallArguments = pickArguments(this.className, callArguments ?? {}, this.callArgumentNames)
    const call = (inputs: Tensors, symbols: readonly Tensor[]): Tensors =>
      runForShapes(() => {
        const mask = isList(inputs) ? inputs.map(() => null) : null
        let next = 0
        const known = mapArguments(told, (x) => (x instanceof SymbolicTensor ? symbols[next++]! : x))
        return this.call(inputs as I, { ...known, training: false, mask } as CallOptions<I, A>)
      })
    const options = { dtype: this.dtype, backend: this.homeBackend() }
    return inferOutputShape(call, inputShape, symbolicArguments(told), options) as ShapeOf<O>
  }

  /** The mask of the output. Called when `supportsMasking` is true and the output has no mask yet. */
  computeMask(_inputs: I, mask: MaskOf<I>): MaskOf<O> | null {
    return mask as MaskOf<Tensors> as MaskOf<O>
  }

  /**
   * Applies the layer: builds it on the first call, checks the inputs, hands masks on, collects penalties.
   *
   * Symbolic tensors give symbolic tensors, which remember how they came about.
   *
   * @param options `training`: default the enclosing layer's, or false. `mask`: default the one that came with the input. And what the layer names itself.
   * @throws {@link ShapeError}, {@link DTypeError} or {@link ArgumentError} when the input is not what the layer takes; the message says which layer.
   */
  apply(inputs: I, options?: ApplyOptions<I, A>): O
  apply(inputs: SymbolicOf<I>, options?: SymbolicApplyOptions<I, A>): SymbolicOf<O>
  apply(
    inputs: I | SymbolicOf<I>,
    options: ApplyOptions<I, A> | SymbolicApplyOptions<I, A> = {} as ApplyOptions<I, A>,
  ): O | SymbolicOf<O> {
    return this.withPath(() => {
      const op = `${this.className}.apply`
      checkOptionNames(op, options, [...applyOptionNames, ...this.callArgumentNames])
      checkTraining(this.className, options.training)
      checkHasCall(this.className, this.call)
      const list = asList<Tensor | SymbolicTensor>(inputs)
      const wasBuilt = this.built
      try {
        if (list.length > 0 && list.every((x) => x instanceof SymbolicTensor)) {
          const told = pickArguments(op, options, ['mask', ...this.callArgumentNames])
          return this.#applySymbolic(list, isList<Tensor | SymbolicTensor>(inputs), options.training, told)
        }
        checkTensors(op, list)
        return this.#applyTensors(inputs as I, options as ApplyOptions<I, A>)
      } catch (error) {
        // The layers inside did not get so far as to be built.
        if (this.isContainer && !wasBuilt) this.#buildInputShape = null
        throw error
      }
    })
  }

  override get built(): boolean {
    return this.#buildInputShape !== null
  }

  /** The shape that the layer was built for. */
  get buildInputShape(): ShapeOf<I> | null {
    return this.#buildInputShape
  }

  /** The symbolic input of the only call on symbolic tensors. */
  get input(): SymbolicOf<I> {
    const { inputs, takesList } = onlyCall(this as unknown as AnyLayer, 'input')
    return likeInput(inputs, takesList) as SymbolicOf<I>
  }

  /** The symbolic output of the only call on symbolic tensors: what sub-graphs of a model may end in. */
  get output(): SymbolicOf<O> {
    const { outputs, returnsList } = onlyCall(this as unknown as AnyLayer, 'output')
    return likeInput(outputs, returnsList) as SymbolicOf<O>
  }

  /** The dtypes of symbolic outputs; null where all are the layer's. */
  protected outputDTypes(): readonly DType[] | null {
    return null
  }

  #buildOnce(build: (inputShape: ShapeOf<I>) => void, inputShape: ShapeOf<I>): void {
    if (this.built) return
    this.withPath(() => {
      const several = Array.isArray(inputShape) && inputShape.some((entry) => Array.isArray(entry))
      const shapes = (several ? inputShape : [inputShape]) as readonly SymbolicShape[]
      for (const shape of shapes) checkSymbolicShape(`${this.className}.build`, 'inputShape', shape, 0)
      checkInputSpec(
        this.className,
        this.inputSpec,
        shapes.map((shape) => ({ shape, dtype: null })),
        several,
      )
      try {
        build(inputShape)
      } catch (error) {
        this.dropOwnWeights()
        throw error
      }
      this.#buildInputShape = inputShape
    })
  }

  #applySymbolic(
    inputs: readonly SymbolicTensor[],
    takesList: boolean,
    training: boolean | undefined,
    told: CallArguments,
  ): SymbolicOf<O> {
    checkMaskCount(`${this.className}.apply`, inputs, told['mask'])
    checkInputSpec(this.className, this.inputSpec, inputs, takesList)
    const shapes = inputs.map(({ shape }) => shape)
    const inputShape = likeInput(shapes, takesList) as ShapeOf<I>
    const outputShape = runForShapes(() => {
      this.build(inputShape)
      return this.computeOutputShape(inputShape, told as SymbolicArguments<A>)
    })
    const call = { layer: this as unknown as AnyLayer, inputs, takesList, training, arguments: told }
    return recordCall(call, outputShape, this.outputDTypes()) as SymbolicOf<O>
  }

  #applyTensors(inputs: I, options: ApplyOptions<I, A>): O {
    const op = `${this.className}.apply`
    const told = pickArguments(op, options, this.callArgumentNames)
    checkNoSymbols(op, told)
    if (!isNestedCall()) this.dropActivityTerms()
    return runInContext(options.training, (context) => {
      const { output } = tidy(() => {
        const given = asList<Tensor>(inputs)
        const takesList = isList<Tensor>(inputs)
        const masks = resolveMasks(op, given, options.mask, this.maskAxes)
        const converted = this.isContainer ? given : castInputs(given, this.dtype)
        checkInputSpec(this.className, this.inputSpec, converted, takesList)
        if (!this.built) {
          const shapes: readonly SymbolicShape[] = converted.map(({ shape }) => [null, ...shape.slice(1)])
          withBackend(converted[0]!.storage.backend, () =>
            this.build(likeInput(shapes, takesList) as ShapeOf<I>),
          )
        }
        const x = likeInput(converted, takesList) as I
        const mask = (takesList ? masks : masks[0]!) as MaskOf<I>
        const known = this.isContainer ? told : castArguments(told, this.dtype)
        const callOptions = { ...known, training: context.training, mask } as CallOptions<I, A>
        const returned = this.call(x, callOptions)
        const others = [...given, ...converted, ...tensorArguments(told), ...tensorArguments(known)]
        const output = likeInput(
          asList<Tensor>(returned).map((one, i, all) =>
            ownOutput(`${this.className}.call`, one, [...others, ...all.slice(0, i)]),
          ),
          isList<Tensor>(returned),
        ) as O
        this.#maskOutputs(x, mask, masks, output)
        this.#regularizeOutputs(output)
        // What must outlive this scope besides the output.
        return { output, masks: asList<Tensor>(output).map(getMask), terms: context.terms }
      })
      return output
    })
  }

  #maskOutputs(x: I, mask: MaskOf<I>, masks: readonly (Tensor | null)[], output: O): void {
    const outputs = asList<Tensor>(output)
    if (!this.supportsMasking) {
      if (masks.some((one) => one !== null)) this.#reportLostMask()
      return
    }
    if (outputs.every((one) => getMask(one) !== null)) return
    const computed = this.computeMask(x, mask)
    const list = (Array.isArray(computed) ? computed : [computed]) as readonly (Tensor | null)[]
    outputs.forEach((one, i) => {
      const its = list[i] ?? null
      if (its !== null && getMask(one) === null) setMask(one, its)
    })
  }

  #reportLostMask(): void {
    const what = 'a mask came with the input, and the layer cannot hand it on'
    if (this.onLostMask === 'throw') {
      throw new ArgumentError(what, {
        op: this.className,
        hint: "drop it with { mask: null }, or allow losing it with onLostMask: 'warn'",
      })
    }
    if (this.#warned) return
    this.#warned = true
    console.warn(`${this.className} "${this.name}": ${what}; layers after it see no mask.`)
  }

  #regularizeOutputs(output: O): void {
    if (this.activityRegularizer === null) return
    for (const one of asList<Tensor>(output)) {
      const term = this.activityRegularizer.apply(one)
      const batch = this.activityReduction === 'batchMean' ? Math.max(one.shape[0] ?? 1, 1) : 1
      this.addLoss(batch === 1 ? term : mul(term, 1 / batch))
    }
  }
}
