import {
  ArgumentError,
  type Backend,
  type Config,
  getBackend,
  type Optimizer,
  Tensor,
  tidy,
  type Variable,
} from '@tapegrad/core'
import type { Logs } from '../callbacks/callback.ts'
import type { History } from '../callbacks/history.ts'
import { runForShapes } from '../engine/call-context.ts'
import { InputLayer } from '../engine/input-layer.ts'
import type { AnyLayer } from '../engine/layer.ts'
import type { LayerOptions } from '../engine/layer-options.ts'
import type { Tensors } from '../engine/symbolic-tensor.ts'
import { type CustomObjects, type SerializableClass, withCustomObjects } from '../saving/serializable.ts'
import type { Batch } from '../training/batch.ts'
import { type BatchOptions, testOnBatch, trainOnBatch } from '../training/batch-runs.ts'
import type { CompileOptions } from '../training/compile-options.ts'
import { Compiled } from '../training/compiled.ts'
import type { LossLike, MetricLike, Predictions } from '../training/contracts.ts'
import { makeSamples, type SamplesOf } from '../training/data.ts'
import { type EvaluateOptions, evaluate } from '../training/evaluate.ts'
import { fit } from '../training/fit.ts'
import type { FitOptions } from '../training/fit-options.ts'
import type { BatchIterable } from '../training/iterable-source.ts'
import { listingOf } from '../training/listing.ts'
import { type PredictOptions, predict, predictStep } from '../training/predict.ts'
import { runTestStep, runTrainStep } from '../training/steps.ts'
import { type FunctionalOptions, isFunctional, ModelBase } from './model-base.ts'
import { readFunctional } from './read-functional.ts'

/** A model of any number of inputs and outputs. */
export type AnyModel = Model<Tensors, Tensors>

/**
 * A layer that can be trained, evaluated and saved.
 *
 * Sub-class it and override `call`; layers kept in properties are the model's. `Sequential` is the model for plain
 * stacks of layers.
 *
 * @see https://keras.io/api/models/model/
 * @example
 * ```ts
 * class Net extends Model {
 *   readonly hidden = new Dense({ units: 32, activation: 'relu' })
 *   readonly out = new Dense({ units: 1 })
 *   override call(x: Tensor): Tensor {
 *     return this.out.apply(this.hidden.apply(x))
 *   }
 * }
 * ```
 */
export class Model<I extends Tensors = Tensor, O extends Tensors = Tensor> extends ModelBase<I, O> {
  static override readonly className: string = 'Model'
  /** Set it in a callback to end training after the batch or epoch. */
  stopTraining = false
  #compiled: Compiled | null = null
  #complete = false
  #running: string | null = null

  /**
   * @param options `inputs` and `outputs` make a functional model of what leads from the ones to the others. Sub-classes pass what layers take.
   * @throws {@link ArgumentError} where the outputs depend on something else than the inputs, or two layers have the same name.
   */
  // biome-ignore lint/correctness/noUnreachableSuper: what is returned early has called it.
  constructor(options: LayerOptions | FunctionalOptions<I, O> = {}, ownOptionNames: readonly string[] = []) {
    // biome-ignore lint/correctness/noConstructorReturn: files and names say Functional, as Keras's do.
    if (new.target === Model && isFunctional(options)) return new Functional(options)
    super(options, ownOptionNames)
  }

  get optimizer(): Optimizer {
    return this.#assertCompiled('optimizer').optimizer
  }

  /** The loss that `compile` was given or found; null where outputs have losses of their own. */
  get loss(): LossLike | null {
    return this.#assertCompiled('loss').loss
  }

  /** The metrics of `compile`; empty before the first batch. */
  get metrics(): readonly MetricLike[] {
    return this.#assertCompiled('metrics').metrics
  }

  /** What `compile` was given; null before. */
  get compileOptions(): CompileOptions | null {
    return this.#compiled?.options ?? null
  }

  /**
   * Sets what training uses.
   *
   * @throws {@link ArgumentError} for an unknown option, loss or metric, or something that is not an optimizer.
   * @example
   * ```ts
   * model.compile({ optimizer: new Adam(), loss: 'meanSquaredError', metrics: ['meanAbsoluteError'] })
   * ```
   */
  compile(options: CompileOptions): void {
    const compiled = new Compiled(`${this.className}.compile`, options)
    this.#compiled?.dispose()
    this.#compiled = compiled
  }

  /**
   * Trains the model.
   *
   * @param x Samples along the first axis, a list of them for several inputs; or an iterable of batches: a Dataset, a generator.
   * @param y Targets, as many as samples, a list for several outputs; null where no loss needs them and with iterables.
   * @returns The losses and metrics of every epoch.
   * @throws {@link ArgumentError} before `compile` and for options of the wrong kind, {@link ShapeError} where the numbers of samples differ.
   * @see https://keras.io/api/models/model_training_apis/
   * @example
   * ```ts
   * const { history } = await model.fit(x, y, { epochs: 5, batchSize: 64, validationSplit: 0.1 })
   * history.loss // five numbers
   * ```
   */
  fit(
    x: SamplesOf<I> | BatchIterable,
    y: SamplesOf<O> | null = null,
    options: FitOptions = {},
  ): Promise<History> {
    return this.#exclusively('fit', (compiled) => fit(this, compiled, this.#backendFor(x), x, y, options))
  }

  /**
   * Computes the loss (penalties included) and the metrics.
   *
   * @returns `{ loss, … }`, means over all samples.
   * @throws {@link ArgumentError}, {@link ShapeError} as `fit`.
   * @see https://keras.io/api/models/model_training_apis/
   * @example
   * ```ts
   * const { loss, accuracy } = await model.evaluate(xTest, yTest)
   * ```
   */
  evaluate(
    x: SamplesOf<I> | BatchIterable,
    y: SamplesOf<O> | null = null,
    options: EvaluateOptions = {},
  ): Promise<Logs> {
    return this.#exclusively('evaluate', (compiled) =>
      evaluate(this, compiled, this.#backendFor(x), x, y, options),
    )
  }

  /**
   * Computes the outputs for all samples, batch by batch.
   *
   * @returns One tensor, or one for each output, which are yours to dispose. They carry no masks.
   * @throws {@link ShapeError} for samples that are not what the layers take.
   * @see https://keras.io/api/models/model_training_apis/
   * @example
   * ```ts
   * const y = await model.predict(x, { batchSize: 256 })
   * ```
   */
  predict(x: SamplesOf<I> | BatchIterable, options: PredictOptions = {}): Promise<O> {
    return predict(this, this.#backendFor(x), x, options) as Promise<O>
  }

  /**
   * Takes one step of training on one batch.
   *
   * @returns The loss and the metrics, as means over all batches since the last `resetMetrics`, as Keras 3 does.
   * @throws {@link ArgumentError}, {@link ShapeError} as `fit`.
   * @example
   * ```ts
   * for await (const { x, y } of stream) await model.trainOnBatch(x, y)
   * ```
   */
  async trainOnBatch(
    x: SamplesOf<I>,
    y: SamplesOf<O> | null = null,
    options: BatchOptions = {},
  ): Promise<Logs> {
    return this.#exclusively('trainOnBatch', (compiled) =>
      trainOnBatch(this, compiled, this.#backendFor(x), x, y, options),
    )
  }

  /** The loss and the metrics as `trainOnBatch` returns them, without training. */
  async testOnBatch(
    x: SamplesOf<I>,
    y: SamplesOf<O> | null = null,
    options: BatchOptions = {},
  ): Promise<Logs> {
    return this.#exclusively('testOnBatch', (compiled) =>
      testOnBatch(this, compiled, this.#backendFor(x), x, y, options),
    )
  }

  /** The output for one batch, which is yours to dispose. */
  async predictOnBatch(x: SamplesOf<I>): Promise<O> {
    const data = makeSamples('predictOnBatch', { x }, this.#backendFor(x), listingOf(this, this.#compiled))
    try {
      return predictStep(this, () => data.x) as O
    } finally {
      data.dispose()
    }
  }

  /** Starts the running loss and metrics of `trainOnBatch` and `testOnBatch` anew. */
  resetMetrics(): void {
    this.#assertCompiled('resetMetrics').reset()
  }

  /**
   * The loss of a batch, penalties included: what training minimises and evaluation reports. Override it for a loss
   * that `compile` cannot name.
   *
   * @returns A scalar.
   * @see https://keras.io/guides/custom_train_step_in_tensorflow/
   * @example
   * ```ts
   * override computeLoss({ y, yPred }: Predictions): Tensor {
   *   return add(mean(abs(sub(y!, yPred))), mul(mean(square(yPred)), 0.1))
   * }
   * ```
   */
  computeLoss(predictions: Predictions<I, O>): Tensor {
    const compiled = this.#assertCompiled('computeLoss')
    return compiled.totalLoss(`${this.className}.computeLoss`, predictions, this.losses, this.outputNames)
  }

  /** Adds a batch to the running metrics. A `trainStep` of your own calls it where metrics are wanted. */
  computeMetrics(predictions: Predictions<I, O>): void {
    const compiled = this.#assertCompiled('computeMetrics')
    compiled.updateMetrics(`${this.className}.computeMetrics`, predictions, this.outputNames)
  }

  /**
   * Takes one step of training on a batch: predictions, loss, gradients, the optimizer's step, metrics. Override it
   * for steps of your own; what is made in it is disposed after it.
   *
   * @returns The loss, a scalar, which becomes part of the running loss.
   * @see https://keras.io/guides/custom_train_step_in_tensorflow/
   * @example
   * ```ts
   * override trainStep({ x, y }: Batch): Tensor {
   *   return this.optimizer.minimize(
   *     () => mean(square(sub(this.apply(x, { training: true }), y!))),
   *     this.trainableVariables,
   *   )
   * }
   * ```
   */
  trainStep(batch: Batch<I, O>): Tensor {
    return runTrainStep(this, batch)
  }

  /** Computes the loss of a batch without training, and adds the batch to the running metrics. */
  testStep(batch: Batch<I, O>): Tensor {
    return runTestStep(this, batch)
  }

  /** Disposes the weights, the running metrics and, where `compile` was called, the optimizer's state. */
  override dispose(): void {
    super.dispose()
    this.#compiled?.optimizer.dispose()
    this.#compiled?.dispose()
  }

  /** @internal Makes the weights of all layers, which an optimizer must know before the first step. */
  buildFor(x: Tensors): void {
    if (this.#complete) return
    // The batch does not count yet: layers that remember must not see it twice.
    runForShapes(() =>
      tidy(() => {
        this.apply(x as I, { training: false })
      }),
    )
    this.#complete = true
  }

  protected override optimizerVariables(): readonly Variable[] {
    return this.#compiled?.optimizer.variables ?? []
  }

  #backendFor(x: unknown): Backend {
    const given = [x].flat().find((each) => each instanceof Tensor)
    return this.weights[0]?.storage.backend ?? given?.storage.backend ?? getBackend()
  }

  #assertCompiled(op: string): Compiled {
    if (this.#compiled !== null) return this.#compiled
    throw new ArgumentError('the model is not compiled', {
      op: `${this.className}.${op}`,
      received: { model: this.name },
      hint: 'call model.compile({ optimizer, loss, metrics }) first',
    })
  }

  /** Runs that share the running metrics must not overlap. */
  async #exclusively<T>(op: string, run: (compiled: Compiled) => Promise<T>): Promise<T> {
    const compiled = this.#assertCompiled(op)
    if (this.#running !== null) {
      throw new ArgumentError(`${this.#running} is still running`, {
        op: `${this.className}.${op}`,
        hint: `await model.${this.#running}(…) first; in its callbacks, use validationData or predict()`,
      })
    }
    this.#running = op
    try {
      return await run(compiled)
    } finally {
      this.#running = null
    }
  }
}

/** What `new Model({ inputs, outputs })` makes. */
export class Functional<I extends Tensors = Tensors, O extends Tensors = Tensors> extends Model<I, O> {
  static override readonly className: string = 'Functional'

  /**
   * Reads what `getConfig` of a functional model returned, or Keras wrote.
   *
   * @param options `customObjects`: as for `Sequential.fromConfig`.
   * @throws {@link SerializationError} for layers that are not known, calls that cannot be made, entries of the wrong kind.
   */
  static fromConfig(
    config: Config,
    { customObjects = {} }: { readonly customObjects?: CustomObjects } = {},
  ): Functional {
    return withCustomObjects(customObjects, () =>
      readFunctional(config, functionalClasses, (options) => new Functional(options)),
    )
  }
}

/** The classes that a functional model knows by itself. */
const functionalClasses: ReadonlyMap<string, SerializableClass<AnyLayer>> = /* @__PURE__ */ new Map<
  string,
  SerializableClass<AnyLayer>
>([
  ['InputLayer', InputLayer],
  ['Functional', Functional],
])
