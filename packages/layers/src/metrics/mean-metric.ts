import { type Tensor, tidy } from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import { checkTensors, checkValues } from '../losses/check-inputs.ts'
import { checkWeighting, combineMasks, type Weighting } from '../losses/weighting.ts'
import { Metric } from './metric.ts'
import { addToMean, resultOfMean } from './running-mean.ts'

/**
 * The base of metrics that are the weighted mean of one value for each sample, Σ v·w·m / Σ w·m. Those of your own
 * override `call`.
 *
 * @throws {@link ArgumentError} for an empty name, {@link DTypeError} for a dtype that is not one of fractions.
 * @see https://keras.io/api/metrics/reduction_metrics/#meanmetricwrapper-class
 * @example
 * ```ts
 * class ExactRows extends metrics.MeanMetric {
 *   static override readonly className: string = 'ExactRows'
 *   override call(yTrue: Tensor, yPred: Tensor): Tensor {
 *     return all(equal(yTrue, round(yPred)), { axis: -1 })
 *   }
 * }
 * ```
 */
export abstract class MeanMetric extends Metric {
  readonly #mean = { total: this.addVariable('total'), count: this.addVariable('count') }

  /** The values of a batch: their first axes are those of the predictions. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    const op = this.name
    checkTensors(op, yTrue, yPred)
    checkWeighting(op, weighting)
    const { sampleWeight = null, mask } = weighting
    tidy(() => {
      const values = this.call(yTrue, yPred)
      checkValues(op, values)
      const masks = [mask === undefined ? getMask(yPred) : mask, getMask(values)]
      addToMean(op, this.#mean, values, { sampleWeight, mask: combineMasks(op, masks, values) })
    })
  }

  override result(): Tensor {
    return resultOfMean(this.#mean)
  }
}
