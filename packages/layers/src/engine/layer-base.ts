import {
  ArgumentError,
  type Backend,
  type Config,
  checkOptionNames,
  type FloatDType,
  getBackend,
  scalar,
  stopGradient,
  TapegradError,
  Tensor,
  type TensorValues,
  tidy,
  type Variable,
} from '@tapegrad/core'
import * as regularizers from '../regularizers/index.ts'
import type { Serializable } from '../saving/serializable.ts'
import { ActivityTerms } from './activity-terms.ts'
import { collectsTerms, keepTerm } from './call-context.ts'
import { type CallMetric, CallMetrics } from './call-metrics.ts'
import type { RegularizerLike } from './contracts.ts'
import type { AnyLayer } from './layer.ts'
import {
  checkLayerOptions,
  declaredInputShape,
  type LayerOptions,
  layerConfig,
  layerOptionNames,
} from './layer-options.ts'
import { toSnakeCase, uniqueName } from './naming.ts'
import type { SymbolicShape } from './symbolic-tensor.ts'
import { assignWeights, makeWeight, type Weight, type WeightOptions } from './weights.ts'

/** What a layer has, whatever it computes: options, weights, layers inside, penalties. */
export abstract class LayerBase implements Serializable {
  /** The class's name in files, messages and generated names. Every class that is saved declares its own. */
  static readonly className: string = 'Layer'

  readonly name: string
  /** What the layer computes in. */
  readonly dtype: FloatDType
  /** The shape of the input that the options declared, with the batch. */
  readonly batchInputShape: SymbolicShape | null
  readonly activityRegularizer: RegularizerLike | null
  readonly activityReduction: 'batchMean' | 'sum'
  readonly onLostMask: 'warn' | 'throw'
  readonly #weights: Weight[] = []
  #trainable: boolean
  readonly #activityTerms: ActivityTerms = new ActivityTerms()
  readonly #callMetrics: CallMetrics = new CallMetrics()
  #hasPath = false

  /**
   * @param options The options, those of the sub-class included.
   * @param ownOptionNames The names of the options that the sub-class adds.
   * @throws {@link ArgumentError} for unknown options and values of the wrong kind.
   */
  constructor(options: LayerOptions, ownOptionNames: readonly string[]) {
    const op = this.className
    checkOptionNames(op, options, [...ownOptionNames, ...layerOptionNames])
    checkLayerOptions(op, options)
    this.name = options.name ?? uniqueName(toSnakeCase(op))
    this.dtype = options.dtype ?? 'float32'
    this.batchInputShape = declaredInputShape(op, options)
    this.activityRegularizer = regularizers.get(options.activityRegularizer ?? null)
    this.activityReduction = options.activityReduction ?? 'batchMean'
    this.onLostMask = options.onLostMask ?? 'warn'
    this.#trainable = options.trainable ?? true
  }

  /** The class's name in files and messages. */
  get className(): string {
    return Object.hasOwn(this.constructor, 'className')
      ? (this.constructor as typeof LayerBase).className
      : this.constructor.name
  }

  /** Whether the weights are made. */
  abstract get built(): boolean

  /** Whether optimizers change its weights; setting it sets the layers inside too. */
  get trainable(): boolean {
    return this.#trainable
  }

  set trainable(value: boolean) {
    this.#trainable = value
    for (const weight of this.#weights) weight.variable.trainable = value && weight.trainable
    for (const layer of this.sublayers) layer.trainable = value
  }

  /** The layers that are properties of this one. */
  get sublayers(): readonly AnyLayer[] {
    const found = new Set<AnyLayer>()
    for (const value of Object.values(this) as unknown[]) {
      for (const entry of Array.isArray(value) ? (value as unknown[]) : [value])
        if (entry instanceof LayerBase) found.add(entry as AnyLayer)
    }
    return [...found]
  }

  /** The layer itself and all layers inside, outermost first, each once. */
  flatten(): readonly LayerBase[] {
    const found = new Set<LayerBase>()
    const visit = (layer: LayerBase): void => {
      if (found.has(layer)) return
      found.add(layer)
      layer.sublayers.forEach(visit)
    }
    visit(this)
    return [...found]
  }

  /** All weights: the layer's own (trainable ones first), then those of the layers inside. */
  get weights(): readonly Variable[] {
    return [
      ...new Set(this.flatten().flatMap((layer) => layer.#ownWeights().map(({ variable }) => variable))),
    ]
  }

  get trainableWeights(): readonly Variable[] {
    return this.#trainable ? this.weights.filter((weight) => weight.trainable) : []
  }

  get nonTrainableWeights(): readonly Variable[] {
    return this.#trainable ? this.weights.filter((weight) => !weight.trainable) : this.weights
  }

  /** What an optimizer changes: the same as `trainableWeights`. */
  get trainableVariables(): readonly Variable[] {
    return this.trainableWeights
  }

  /**
   * The penalties to add to the loss: those of the latest outermost `apply`, then those of the trainable weights,
   * computed now.
   *
   * They are new tensors of the scope that asks for them.
   *
   * @throws {@link DisposedError} when the scope of that `apply` has ended.
   */
  get losses(): readonly Tensor[] {
    const layers = this.flatten()
    const activityTerms = layers.flatMap((layer) => layer.#activityTerms.current(`${layer.className}.losses`))
    if (!this.#trainable) return activityTerms
    const penalized = layers.flatMap((layer) =>
      layer.#ownWeights().filter(({ variable, regularizer }) => regularizer !== null && variable.trainable),
    )
    return [
      ...activityTerms,
      ...penalized.map(({ variable, regularizer }) => tidy(() => regularizer!.apply(variable))),
    ]
  }

  /**
   * Adds a penalty to the loss; to be called in `call`.
   *
   * @throws {@link ArgumentError} for something that is neither a number nor a tensor with one element.
   */
  addLoss(term: Tensor | number): void {
    const tensor = this.#oneElement(`${this.className}.addLoss`, term)
    if (tensor !== null) keepTerm(this.#activityTerms.add(tensor))
  }

  /**
   * Reports a value in the logs of training and evaluation; to be called in `call`.
   *
   * The logs say its mean over the batches, each weighted by its size; what calls report under one name is averaged.
   *
   * @throws {@link ArgumentError} for something that is neither a number nor a tensor with one element, and for a name that is none.
   * @example
   * ```ts
   * override call(x: Tensor): Tensor {
   *   this.addMetric(mean(abs(x)), { name: 'activity' })
   *   return x
   * }
   * ```
   */
  addMetric(value: Tensor | number, options: { readonly name: string }): void {
    const op = `${this.className}.addMetric`
    checkOptionNames(op, options, ['name'])
    const { name } = options
    if (typeof name !== 'string' || name === '' || name === 'loss')
      throw new ArgumentError('the name is not one that a metric can have', { op, received: { name } })
    const tensor = this.#oneElement(op, value)
    if (tensor !== null) this.#callMetrics.add(name, tensor)
  }

  /** What the latest outermost `apply` reported, in this layer and those inside. */
  get callMetrics(): readonly CallMetric[] {
    return this.flatten().flatMap((layer) => layer.#callMetrics.list)
  }

  /**
   * Makes a weight; to be called in `build`.
   *
   * @returns A variable, which lives until the layer is disposed.
   */
  addWeight(options: WeightOptions): Variable {
    const name = options.name ?? `weight_${this.#weights.length}`
    const op = `${this.className}.addWeight`
    const weight = makeWeight(op, { ...options, name }, this.name, this.dtype, this.#trainable)
    this.#weights.push(weight)
    return weight.variable
  }

  /** The number of elements of all weights. */
  countParams(): number {
    const { weights } = this
    if (this.built || weights.length > 0) return weights.reduce((count, { size }) => count + size, 0)
    throw new ArgumentError('the layer is not built yet', {
      op: `${this.className}.countParams`,
      received: { layer: this.name },
      hint: 'apply it to a tensor, call build(inputShape), or declare inputShape on the first layer',
    })
  }

  /** The present values of all weights, in the order of `weights`. They are yours to dispose. */
  getWeights(): Tensor[] {
    return this.weights.map((weight) => stopGradient(weight as Tensor))
  }

  /**
   * Sets the values of all weights, in the order of `weights`.
   *
   * @throws {@link ArgumentError} for another number of values, {@link ShapeError} for another shape; nothing is changed then.
   */
  setWeights(values: readonly (Tensor | TensorValues)[]): void {
    this.withPath(() => {
      const hint = this.built ? undefined : 'the layer has no weights before it is built'
      assignWeights(this.weights, values, hint)
    })
  }

  /** The options as Keras writes them. Sub-classes add theirs: `{ ...super.getConfig(), units: this.units }`. */
  getConfig(): Config {
    return layerConfig(this)
  }

  /** Disposes the weights of the layer and of the layers inside. */
  dispose(): void {
    for (const layer of this.flatten()) {
      for (const { variable: weight } of layer.#weights) weight.dispose()
      layer.#activityTerms.drop()
      layer.#callMetrics.drop()
      layer.dropState()
    }
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** The backend of the weights; before there are any, the current one. */
  protected homeBackend(): Backend {
    return this.weights[0]?.storage.backend ?? getBackend()
  }

  /** Takes back what a build that failed has made. */
  protected dropOwnWeights(): void {
    for (const { variable: weight } of this.#weights) weight.dispose()
    this.#weights.length = 0
  }

  /** Disposes what the layer keeps from call to call besides its weights. */
  protected dropState(): void {}

  /** Forgets the penalties of the last `apply`, those of the layers inside too. */
  protected dropActivityTerms(): void {
    for (const layer of this.flatten()) {
      layer.#activityTerms.drop()
      layer.#callMetrics.drop()
    }
  }

  /** Runs a function whose errors say that they happened in this layer. */
  protected withPath<T>(f: () => T): T {
    // A layer that is built within its own apply is named once.
    if (this.#hasPath) return f()
    this.#hasPath = true
    try {
      return f()
    } catch (error) {
      if (error instanceof TapegradError) error.addPath(`${this.className} "${this.name}"`)
      throw error
    } finally {
      this.#hasPath = false
    }
  }

  /** What a call reports, as a tensor; null where there is no data. */
  #oneElement(op: string, term: Tensor | number): Tensor | null {
    if (!(typeof term === 'number' || (term instanceof Tensor && term.size === 1)))
      throw new ArgumentError('this is neither a number nor a tensor with one element', {
        op,
        received: { term },
      })
    if (!collectsTerms()) return null
    return typeof term === 'number' ? scalar(term, { dtype: this.dtype, backend: this.homeBackend() }) : term
  }

  #ownWeights(): readonly Weight[] {
    return [
      ...this.#weights.filter(({ trainable }) => trainable),
      ...this.#weights.filter(({ trainable }) => !trainable),
    ]
  }
}
