import { add, type Config, checkOptionNames, mul, scalar, type Tensor, tidy } from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import type { Weighting } from '../losses/weighting.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkValuesOnly } from './check-values.ts'
import { Metric, type MetricOptions, metricOptionNames, readMetricOptions } from './metric.ts'
import { toDType, weightedSum } from './weigh.ts'

/**
 * The weighted sum of values, Σ v·w.
 *
 * It takes the values themselves, not targets and predictions: it serves loops of your own, not `compile`.
 *
 * @throws {@link ArgumentError} for an unknown option.
 * @see https://keras.io/api/metrics/reduction_metrics/#sum-class
 * @example
 * ```ts
 * using sum = new metrics.Sum()
 * sum.updateState(tensor([1, 3, 5, 7]), { sampleWeight: tensor([1, 1, 0, 0]) })
 * await sum.result().data() // [4]
 * ```
 */
export class Sum extends Metric {
  static override readonly className: string = 'Sum'
  readonly #total = this.addVariable('total')

  constructor(options: MetricOptions = {}) {
    checkOptionNames('Sum', options, metricOptionNames)
    super(options)
  }

  /** @throws {@link ArgumentError} for targets and predictions, {@link ShapeError} for weights that do not fit. */
  override updateState(values: Tensor, weighting?: Weighting): void
  override updateState(yTrue: Tensor, yPred: Tensor): never
  override updateState(values: Tensor, given: Weighting | Tensor = {}): void {
    const weighting = checkValuesOnly(this.name, values, given)
    tidy(() => {
      const { sampleWeight = null, mask = getMask(values) } = weighting
      const added = weightedSum(this.name, toDType(values, this.dtype), { sampleWeight, mask })
      const total = this.#total.on(values.storage.backend)
      total.assign(add(total, added))
    })
  }

  override result(): Tensor {
    const total = this.#total.variable
    return total === null ? scalar(0, { dtype: this.dtype }) : mul(total, 1)
  }

  static fromConfig(config: Config): Sum {
    const read = new ConfigReader('Sum', config)
    const options = readMetricOptions(read, 'sum')
    read.done()
    return new Sum(options)
  }
}
