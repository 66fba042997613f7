import {
  ArgumentError,
  type Config,
  type FloatDType,
  type Shape,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import { toSnakeCase } from '../engine/naming.ts'
import type { Weighting } from '../losses/weighting.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkFloatDType } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { MetricVariable } from './metric-variable.ts'

/** The options that every metric takes. */
export interface MetricOptions {
  /** What logs call it. Default: the class's name in snake_case. */
  readonly name?: string
  /** What its values and its state are computed in. Default: float32. */
  readonly dtype?: FloatDType
}

export const metricOptionNames: readonly (keyof MetricOptions)[] = ['name', 'dtype']

/**
 * The base of metrics: something that is counted over batches, with its state in variables on the device.
 *
 * Metrics that are a mean of one value for each sample extend {@link MeanMetric}; others make their state with
 * `addVariable`, change it in `updateState` and compute a scalar from it in `result`. Nothing is read from the
 * device until somebody reads the result.
 *
 * @throws {@link ArgumentError} for an empty name, {@link DTypeError} for a dtype that is not one of fractions.
 * @see https://keras.io/api/metrics/base_metric/
 * @example
 * ```ts
 * class Largest extends metrics.Metric {
 *   static override readonly className: string = 'Largest'
 *   readonly largest = this.addVariable('largest')
 *   override updateState(_yTrue: Tensor, yPred: Tensor): void {
 *     tidy(() => {
 *       const largest = this.largest.on(yPred.storage.backend)
 *       largest.assign(maximum(largest, max(yPred)))
 *     })
 *   }
 *   override result(): Tensor {
 *     return mul(this.largest.variable ?? scalar(0), 1)
 *   }
 * }
 * ```
 */
export abstract class Metric implements Serializable {
  static readonly className: string = 'Metric'
  readonly name: string
  readonly dtype: FloatDType
  readonly #state: MetricVariable[] = []

  constructor({ name, dtype = 'float32' }: MetricOptions = {}) {
    const { className } = this.constructor as typeof Metric
    this.name = name ?? toSnakeCase(className)
    if (typeof this.name !== 'string' || this.name === '') {
      throw new ArgumentError('the name is no text', { op: className, received: { name } })
    }
    this.dtype = checkFloatDType(className, dtype)
  }

  /**
   * Counts a batch.
   *
   * @param weighting `sampleWeight` and `mask`; without `mask`, the one that came with the predictions.
   * @throws {@link ShapeError} when targets, predictions, weights or mask do not fit each other.
   */
  abstract updateState(yTrue: Tensor, yPred: Tensor, weighting?: Weighting): void

  /** The metric of everything since the last reset: a new scalar, or a list in metrics of several classes or thresholds. */
  abstract result(): Tensor

  /** The state as far as it was made; it is made with the first batch. */
  get variables(): readonly Variable[] {
    return this.#state.flatMap((each) => each.variable ?? [])
  }

  /** Adds a number or array to the state; it starts with zeros. */
  protected addVariable(name: string, shape: Shape = []): MetricVariable {
    const added = new MetricVariable(`${this.name}/${name}`, shape, this.dtype)
    this.#state.push(added)
    return added
  }

  /** Forgets all batches; the memory of the state is given back until the next one. */
  resetState(): void {
    for (const each of this.#state) each.reset()
  }

  /** Gives the memory of the state back. */
  dispose(): void {
    this.resetState()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  getConfig(): Config {
    return { name: this.name, dtype: this.dtype }
  }
}

/** The options of every metric, as a file holds them. */
export function readMetricOptions(read: ConfigReader, name: string): Required<MetricOptions> {
  return { name: read.string('name', name), dtype: read.dtype('dtype', 'float32') }
}
