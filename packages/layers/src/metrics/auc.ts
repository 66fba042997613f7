import {
  ArgumentError,
  add,
  type Config,
  checkOptionNames,
  div,
  equal,
  greater,
  log,
  logicalAnd,
  maximum,
  mean,
  minimum,
  mul,
  scalar,
  sigmoid,
  slice,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  where,
} from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import { checkTensors, toFloat } from '../losses/check-inputs.ts'
import { divideNoNaN } from '../losses/divide-no-nan.ts'
import { checkWeighting, type Weighting } from '../losses/weighting.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { type AUCOptions, aucOptionNames, checkAUC, readAUC } from './auc-options.ts'
import { addClipped } from './best-share.ts'
import { countsOf, type Outcome } from './confusion.ts'
import { Metric, metricOptionNames } from './metric.ts'
import type { MetricVariable } from './metric-variable.ts'

type Counts<T> = Readonly<Record<Outcome, T>>

/**
 * The area under a curve over many thresholds: of the sensitivity over the false positives (ROC), of the precision
 * over the recall (PR), or of their gains (PRGAIN). Name: `auc`.
 *
 * Predictions are cut to [0, 1]. What their mask hides does not count.
 *
 * @throws {@link ArgumentError} for an unknown option or one out of its range.
 * @see https://keras.io/api/metrics/classification_metrics/#auc-class
 * @example
 * ```ts
 * using metric = new metrics.AUC({ numThresholds: 3 })
 * metric.updateState(tensor([0, 0, 1, 1]), tensor([0, 0.5, 0.3, 0.9]))
 * await metric.result().data() // [0.75]
 * ```
 */
export class AUC extends Metric {
  static override readonly className: string = 'AUC'
  readonly settings: ReturnType<typeof checkAUC>
  #state: Counts<MetricVariable> | null = null

  constructor(options: AUCOptions = {}) {
    checkOptionNames('AUC', options, [...metricOptionNames, ...aucOptionNames])
    super(options)
    this.settings = checkAUC('AUC', options)
    const { isMultiLabel, numLabels } = this.settings
    if (!isMultiLabel) this.#addState([this.#count])
    else if (numLabels !== null) this.#addState([this.#count, numLabels])
  }

  get #count(): number {
    return this.settings.thresholds.length
  }

  #addState(shape: readonly number[]): Counts<MetricVariable> {
    this.#state = {
      truePositives: this.addVariable('true_positives', shape),
      falsePositives: this.addVariable('false_positives', shape),
      trueNegatives: this.addVariable('true_negatives', shape),
      falseNegatives: this.addVariable('false_negatives', shape),
    }
    return this.#state
  }

  override updateState(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): void {
    checkTensors(this.name, yTrue, yPred)
    checkWeighting(this.name, weighting)
    const { thresholds, isMultiLabel, labelWeights, fromLogits } = this.settings
    const labels = yPred.shape.at(-1) ?? 1
    const state = this.#state ?? this.#addState([this.#count, labels])
    if (isMultiLabel && (yPred.rank !== 2 || state.truePositives.shape[1] !== labels)) {
      throw new ArgumentError('the predictions have another number of labels', {
        op: this.name,
        received: { yPred },
        expected: `[batch, ${state.truePositives.shape[1]}]`,
      })
    }
    const { mask = getMask(yPred) } = weighting
    tidy(() => {
      const predictions = fromLogits ? sigmoid(toFloat(yPred)) : yPred
      const rule = { thresholds, isMultiLabel, labelWeights: isMultiLabel ? null : labelWeights }
      addClipped(this.name, state, yTrue, predictions, { ...weighting, mask }, rule)
    })
  }

  override result(): Tensor {
    const state = this.#state
    if (state === null) return scalar(0, { dtype: this.dtype })
    const { curve, summationMethod } = this.settings
    return tidy(() => {
      const counts: Counts<Tensor> = {
        truePositives: countsOf(state.truePositives),
        falsePositives: countsOf(state.falsePositives),
        trueNegatives: countsOf(state.trueNegatives),
        falseNegatives: countsOf(state.falseNegatives),
      }
      if (curve === 'PR' && summationMethod === 'interpolation') return this.#average(interpolatedPR(counts))
      const [x, y] = curves[curve](counts)
      const height = heights[summationMethod](before(y), behind(y))
      return this.#average(mul(sub(before(x), behind(x)), height))
    })
  }

  /** The sum of the strips; of several labels, the mean. */
  #average(strips: Tensor): Tensor {
    const { isMultiLabel, labelWeights } = this.settings
    if (!isMultiLabel) return sum(strips)
    const areas = sum(strips, { axis: 0 })
    if (labelWeights === null) return mean(areas)
    const weights = tensor(labelWeights, { dtype: this.dtype, backend: areas.storage.backend })
    return divideNoNaN(sum(mul(areas, weights)), sum(weights))
  }

  override getConfig(): Config {
    const { given, isMultiLabel, numLabels, labelWeights, fromLogits, ...rest } = this.settings
    return {
      ...super.getConfig(),
      num_thresholds: this.#count,
      curve: rest.curve,
      summation_method: rest.summationMethod,
      multi_label: isMultiLabel,
      num_labels: numLabels,
      label_weights: labelWeights === null ? null : [...labelWeights],
      from_logits: fromLogits,
      ...(given === null ? {} : { thresholds: [...given] }),
    }
  }

  static fromConfig(config: Config): AUC {
    return new AUC(readAUC(new ConfigReader('AUC', config)))
  }
}

const before = (x: Tensor): Tensor => slice(x, [[0, x.shape[0]! - 1]])
const behind = (x: Tensor): Tensor => slice(x, [[1, x.shape[0]!]])

const heights = {
  interpolation: (a: Tensor, b: Tensor): Tensor => mul(add(a, b), 0.5),
  minoring: minimum,
  majoring: maximum,
} as const

const shareOf = (part: Tensor, rest: Tensor): Tensor => divideNoNaN(part, add(part, rest))

/** The points of the curves, from the lowest threshold to the highest. */
const curves: Readonly<
  Record<'ROC' | 'PR' | 'PRGAIN', (counts: Counts<Tensor>) => readonly [Tensor, Tensor]>
> = {
  ROC: (n) => [shareOf(n.falsePositives, n.trueNegatives), shareOf(n.truePositives, n.falseNegatives)],
  PR: (n) => [shareOf(n.truePositives, n.falseNegatives), shareOf(n.truePositives, n.falsePositives)],
  PRGAIN: (n) => {
    const odds = divideNoNaN(add(n.truePositives, n.falseNegatives), add(n.trueNegatives, n.falsePositives))
    const gain = (missed: Tensor): Tensor => sub(1, mul(odds, divideNoNaN(missed, n.truePositives)))
    const isNone = equal(n.truePositives, 0)
    return [maximum(where(isNone, 0, gain(n.falseNegatives)), 0), where(isNone, 1, gain(n.falsePositives))]
  },
}

/**
 * The strips under the curve of the precision over the recall: between two thresholds the true positives grow
 * linearly with all positives, not the precision.
 *
 * @see https://www.biostat.wisc.edu/~page/rocpr.pdf
 */
function interpolatedPR({ truePositives, falsePositives, falseNegatives }: Counts<Tensor>): Tensor {
  const positives = add(truePositives, falsePositives)
  const gained = sub(before(truePositives), behind(truePositives))
  const slope = divideNoNaN(gained, maximum(sub(before(positives), behind(positives)), 0))
  const intercept = sub(behind(truePositives), mul(slope, behind(positives)))
  const isGrowing = logicalAnd(greater(before(positives), 0), greater(behind(positives), 0))
  const growth = where(isGrowing, div(before(positives), where(isGrowing, behind(positives), 1)), 1)
  const strip = mul(slope, add(gained, mul(intercept, log(growth))))
  return divideNoNaN(strip, maximum(add(behind(truePositives), behind(falseNegatives)), 0))
}
