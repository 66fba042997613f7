import {
  ArgumentError,
  type Backend,
  closestName,
  getBackend,
  type Optimizer,
  Tensor,
  tidy,
} from '@tapegrad/core'
import type { Logs } from '../callbacks/callback.ts'
import type { History } from '../callbacks/history.ts'
import { isNestedCall } from '../engine/call-context.ts'
import { type AnyLayer, Layer } from '../engine/layer.ts'
import type { MaskOf, SymbolicShape } from '../engine/symbolic-tensor.ts'
import { type BatchOptions, testOnBatch, trainOnBatch } from '../training/batch-runs.ts'
import { Compiled, type CompileOptions } from '../training/compiled.ts'
import type { LossLike, MetricLike } from '../training/contracts.ts'
import { type DataValues, makeDataset } from '../training/data.ts'
import { type EvaluateOptions, evaluate } from '../training/evaluate.ts'
import { type FitOptions, fit } from '../training/fit.ts'
import { type PredictOptions, predict, predictStep } from '../training/predict.ts'
import { formatSummary, type SummaryRow } from './summary.ts'

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
export abstract class Model extends Layer {
  static override readonly className: string = 'Model'
  override supportsMasking = true
  protected override readonly isContainer: boolean = true
  /** Set it in a callback to end training after the batch or epoch. */
  stopTraining = false
  #compiled: Compiled | null = null
  #complete = false
  #running: string | null = null

  /** The layers of the model, not those inside of them. */
  get layers(): readonly AnyLayer[] {
    return this.sublayers
  }

  /** The shape of the input; the size of the batch is null. */
  get inputShape(): SymbolicShape {
    if (this.buildInputShape !== null) return this.buildInputShape
    throw new ArgumentError('the model is not built, and its shapes are not known yet', {
      op: `${this.className}.inputShape`,
      hint: 'apply it to a tensor, call build(inputShape), or declare inputShape on the first layer',
    })
  }

  /** The shape of the output; the size of the batch is null. */
  get outputShape(): SymbolicShape {
    return this.computeOutputShape(this.inputShape)
  }

  get optimizer(): Optimizer {
    return this.#assertCompiled('optimizer').optimizer
  }

  /** The loss that `compile` was given or found. */
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

  // A layer's own call builds the layers inside; what comes from outside has to try the call out.
  override build(inputShape: SymbolicShape): void {
    if (!isNestedCall()) this.inferOutputShape(inputShape)
  }

  /** The layers inside have given the output its mask. */
  override computeMask(_inputs: Tensor, _mask: MaskOf<Tensor>): Tensor | null {
    return null
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
   * @param x Samples along the first axis.
   * @param y Targets, as many as samples; null where no loss needs them.
   * @returns The losses and metrics of every epoch.
   * @throws {@link ArgumentError} before `compile` and for options of the wrong kind, {@link ShapeError} where the numbers of samples differ.
   * @see https://keras.io/api/models/model_training_apis/
   * @example
   * ```ts
   * const { history } = await model.fit(x, y, { epochs: 5, batchSize: 64, validationSplit: 0.1 })
   * history.loss // five numbers
   * ```
   */
  fit(x: DataValues, y: DataValues | null = null, options: FitOptions = {}): Promise<History> {
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
  evaluate(x: DataValues, y: DataValues | null = null, options: EvaluateOptions = {}): Promise<Logs> {
    return this.#exclusively('evaluate', (compiled) =>
      evaluate(this, compiled, this.#backendFor(x), x, y, options),
    )
  }

  /**
   * Computes the outputs for all samples, batch by batch.
   *
   * @returns One tensor, which is yours to dispose. It carries no mask.
   * @throws {@link ShapeError} for samples that are not what the layers take.
   * @see https://keras.io/api/models/model_training_apis/
   * @example
   * ```ts
   * const y = await model.predict(x, { batchSize: 256 })
   * ```
   */
  predict(x: DataValues, options: PredictOptions = {}): Promise<Tensor> {
    return predict(this, this.#backendFor(x), x, options)
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
  async trainOnBatch(x: DataValues, y: DataValues | null = null, options: BatchOptions = {}): Promise<Logs> {
    return this.#exclusively('trainOnBatch', (compiled) =>
      trainOnBatch(this, compiled, this.#backendFor(x), x, y, options),
    )
  }

  /** The loss and the metrics as `trainOnBatch` returns them, without training. */
  async testOnBatch(x: DataValues, y: DataValues | null = null, options: BatchOptions = {}): Promise<Logs> {
    return this.#exclusively('testOnBatch', (compiled) =>
      testOnBatch(this, compiled, this.#backendFor(x), x, y, options),
    )
  }

  /** The output for one batch, which is yours to dispose. */
  async predictOnBatch(x: DataValues): Promise<Tensor> {
    const data = makeDataset('predictOnBatch', { x }, this.#backendFor(x))
    try {
      return predictStep(this, () => data.x)
    } finally {
      data.dispose()
    }
  }

  /** Starts the running loss and metrics of `trainOnBatch` and `testOnBatch` anew. */
  resetMetrics(): void {
    this.#assertCompiled('resetMetrics').reset()
  }

  /**
   * Finds a layer by its name or position.
   *
   * @throws {@link ArgumentError} when there is none.
   * @example
   * ```ts
   * model.getLayer('dense_1').trainable = false
   * ```
   */
  getLayer(nameOrIndex: string | number): AnyLayer {
    const { layers } = this
    const found =
      typeof nameOrIndex === 'number'
        ? layers.at(nameOrIndex)
        : layers.find((layer) => layer.name === nameOrIndex)
    if (found !== undefined) return found
    const names = layers.map(({ name }) => name)
    const closest = typeof nameOrIndex === 'string' ? closestName(nameOrIndex, names) : undefined
    throw new ArgumentError('the model has no such layer', {
      op: 'getLayer',
      received: { layer: nameOrIndex },
      expected: `one of ${names.join(', ')}`,
      ...(closest === undefined ? {} : { hint: `did you mean ${closest}?` }),
    })
  }

  /**
   * Prints the layers, their output shapes and numbers of parameters.
   *
   * @param options `print` gets the text. Default: console.log.
   * @see https://keras.io/api/models/model/
   * @example
   * ```ts
   * model.summary({ print: (text) => document.body.append(text) })
   * ```
   */
  summary({ print = console.log }: { readonly print?: (text: string) => void } = {}): void {
    print(
      formatSummary(this.name, this.summaryRows(), {
        trainable: this.trainableWeights,
        nonTrainable: this.nonTrainableWeights,
        optimizer: this.#compiled?.optimizer.variables ?? [],
      }),
    )
  }

  /** Disposes the weights, the running metrics and, where `compile` was called, the optimizer's state. */
  override dispose(): void {
    super.dispose()
    this.#compiled?.optimizer.dispose()
    this.#compiled?.dispose()
  }

  /** @internal Makes the weights of all layers, which an optimizer must know before the first step. */
  buildFor(x: Tensor): void {
    if (this.#complete) return
    tidy(() => {
      this.apply(x, { training: false })
    })
    this.#complete = true
  }

  /** The lines of the summary. */
  protected summaryRows(): readonly SummaryRow[] {
    return this.layers.map((layer) => summaryRow(layer, null))
  }

  #backendFor(x: DataValues): Backend {
    return this.weights[0]?.storage.backend ?? (x instanceof Tensor ? x.storage.backend : getBackend())
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

/** A layer's line of the summary. */
export function summaryRow(layer: AnyLayer, outputShape: SymbolicShape | null): SummaryRow {
  const { name, className, weights, built } = layer
  return { name, className, outputShape, weights, built }
}
