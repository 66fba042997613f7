import {
  any,
  type Config,
  cast,
  checkOptionNames,
  equal,
  expandDims,
  slice,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean } from '../saving/option-values.ts'
import { checkK, inTopK, type TopKOptions } from './in-top-k.ts'
import { matchLabels } from './match-classes.ts'
import { MeanMetric } from './mean-metric.ts'
import { type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'

export interface SparseTopKOptions extends TopKOptions {
  /** Whether predictions are class numbers, the likeliest first, rather than a score for each class. Default: false. */
  readonly fromSortedIds?: boolean
}

const optionNames: readonly (keyof SparseTopKOptions)[] = ['k', 'fromSortedIds']

/**
 * 1 where the class that a label names is among those with the k greatest predictions; ties with the last of them count.
 *
 * @param yTrue Class numbers, of the predictions' shape without the last axis, or with size 1 there; floats are truncated.
 * @returns Float32 ones and zeros, one for each label.
 * @throws {@link ShapeError} for shapes that do not agree, {@link ArgumentError} for a k that is no whole number above 0, {@link IndexError} for labels out of range, on CPU backends.
 * @see https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class
 * @example
 * ```ts
 * metrics.sparseTopKCategoricalAccuracy(tensor([2]), tensor([[0.5, 0.2, 0.3]]), { k: 2 }) // [1]
 * ```
 */
export function sparseTopKCategoricalAccuracy(
  yTrue: Tensor,
  yPred: Tensor,
  options: SparseTopKOptions = {},
): Tensor {
  const op = 'sparseTopKCategoricalAccuracy'
  checkOptionNames(op, options, optionNames)
  const k = checkK(op, options.k)
  const fromSortedIds = checkBoolean(op, 'fromSortedIds', options.fromSortedIds ?? false)
  return tidy(() => {
    const labels = matchLabels(op, yTrue, yPred)
    if (!fromSortedIds) return inTopK(labels, yPred, k)
    const first = slice(yPred, [...labels.shape.map(() => null), [0, k]])
    return cast(any(equal(expandDims(labels, { axis: -1 }), first), { axis: -1 }), 'float32')
  })
}

export interface SparseTopKCategoricalAccuracyOptions extends MetricOptions, SparseTopKOptions {}

/**
 * How often the right class is among those with the k greatest predictions, for class numbers as targets.
 *
 * @throws {@link ArgumentError} for a k that is no whole number above 0.
 * @see https://keras.io/api/metrics/accuracy_metrics/#sparsetopkcategoricalaccuracy-class
 * @example
 * ```ts
 * using metric = new metrics.SparseTopKCategoricalAccuracy({ k: 2 })
 * metric.updateState(tensor([2, 1]), tensor([[0.1, 0.9, 0.8], [0.05, 0, 0.95]]))
 * await metric.result().data() // [0.5]
 * ```
 */
export class SparseTopKCategoricalAccuracy extends MeanMetric {
  static override readonly className: string = 'SparseTopKCategoricalAccuracy'
  readonly k: number
  readonly fromSortedIds: boolean

  constructor(options: SparseTopKCategoricalAccuracyOptions = {}) {
    const op = 'SparseTopKCategoricalAccuracy'
    checkOptionNames(op, options, [...metricOptionNames, ...optionNames])
    super(options)
    this.k = checkK(op, options.k)
    this.fromSortedIds = checkBoolean(op, 'fromSortedIds', options.fromSortedIds ?? false)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return sparseTopKCategoricalAccuracy(yTrue, yPred, { k: this.k, fromSortedIds: this.fromSortedIds })
  }

  /** As Keras does, `from_sorted_ids` is only written when it is true. */
  override getConfig(): Config {
    return { ...super.getConfig(), k: this.k, ...(this.fromSortedIds ? { from_sorted_ids: true } : {}) }
  }

  static fromConfig(config: Config): SparseTopKCategoricalAccuracy {
    const read = new ConfigReader('SparseTopKCategoricalAccuracy', config)
    const options = {
      ...readMetricOptions(read, 'sparse_top_k_categorical_accuracy'),
      k: read.integer('k', 5),
      fromSortedIds: read.boolean('from_sorted_ids', false),
    }
    read.done()
    return new SparseTopKCategoricalAccuracy(options)
  }
}
