import {
  add,
  cast,
  type FloatDType,
  greater,
  logicalNot,
  mul,
  notEqual,
  oneHot,
  reshape,
  ShapeError,
  slice,
  sum,
  type Tensor,
  tensor,
  tidy,
  topK,
  where,
  zeros,
} from '@tapegrad/core'
import { matchTargets } from '../losses/check-inputs.ts'
import type { Weighting } from '../losses/weighting.ts'
import { weightsOfBatch } from './batch-weights.ts'
import type { MetricVariable } from './metric-variable.ts'
import { toDType } from './weigh.ts'

/** What may come out of a yes-or-no answer: a true or false positive, a true or false negative. */
export type Outcome = 'truePositives' | 'falsePositives' | 'trueNegatives' | 'falseNegatives'

/** How often outcomes came, for each threshold: of shape [thresholds], or [thresholds, labels]. */
export type ConfusionState = Partial<Readonly<Record<Outcome, MetricVariable>>>

/** What predictions count as positive, and which of them count at all. */
export interface ConfusionRule {
  readonly thresholds: readonly number[]
  /** Only the greatest predictions of each sample may be positive. */
  readonly topK?: number | null
  /** Only this class counts. */
  readonly classId?: number | null
  /** Whether each class of the last axis is counted for itself. */
  readonly isMultiLabel?: boolean
  /** The weights of the classes, along the last axis. */
  readonly labelWeights?: readonly number[] | null
}

/** Adds a batch to the counts. A prediction is positive above the threshold, a target where it is not 0. */
export function addOutcomes(
  op: string,
  state: ConfusionState,
  yTrue: Tensor,
  yPred: Tensor,
  weighting: Weighting,
  rule: ConfusionRule,
): void {
  tidy(() => {
    const { dtype } = Object.values(state)[0]!
    const batch = matchBatch(op, yTrue, yPred, weighting, rule, dtype)
    const { backend } = yPred.storage
    const { labels, predictions, weights } = batch
    const limits = tensor(rule.thresholds, { shape: [rule.thresholds.length, 1, 1], dtype, backend })
    const isPositive = greater(predictions, limits)
    const isTrue = notEqual(labels, 0)
    for (const [outcome, counted] of Object.entries(state) as [Outcome, MetricVariable][]) {
      const predicted = outcome.endsWith('Positives') ? isPositive : logicalNot(isPositive)
      const hasLabel =
        outcome === 'truePositives' || outcome === 'falseNegatives' ? isTrue : logicalNot(isTrue)
      const each = mul(cast(predicted, dtype), where(hasLabel, weights, 0))
      const added = reshape(sum(each, { axis: 1 }), counted.shape)
      const variable = counted.on(backend)
      variable.assign(add(variable, added))
    }
  })
}

/** The counts so far: zeros before the first batch. */
export function countsOf({ variable, shape, dtype }: MetricVariable): Tensor {
  return variable ?? zeros(shape, { dtype })
}

interface Batch {
  /** All three of shape [values, labels], with one label unless labels are counted apart. */
  readonly labels: Tensor
  readonly predictions: Tensor
  readonly weights: Tensor
}

function matchBatch(
  op: string,
  yTrue: Tensor,
  yPred: Tensor,
  weighting: Weighting,
  { topK: k = null, classId = null, isMultiLabel = false, labelWeights = null }: ConfusionRule,
  dtype: FloatDType,
): Batch {
  const [targets, given] = matchTargets(op, yTrue, yPred)
  const all = toDType(given, dtype)
  const classes = all.shape.at(-1)!
  if (classId !== null && (all.rank < 2 || classId >= classes)) {
    throw new ShapeError('the predictions do not have this class', {
      op,
      received: { yPred, classId },
      expected: '[batch, …, classes]',
    })
  }
  if (isMultiLabel && all.rank !== 2) {
    throw new ShapeError('the predictions are no labels of samples', {
      op,
      received: { yPred },
      expected: '[batch, labels]',
    })
  }
  const kept = k === null ? all : keepGreatest(op, all, k)
  const of = (x: Tensor): Tensor => (classId === null ? x : onlyClass(x, classId))
  const predictions = of(kept)
  const weights = weightsOfBatch(op, predictions, yPred, weighting)
  const weighted =
    labelWeights === null ? weights : mul(weights, labelWeightsOf(op, predictions, labelWeights))
  const shape = [-1, isMultiLabel ? classes : 1]
  return {
    labels: reshape(of(targets), isMultiLabel ? predictions.shape : shape),
    predictions: reshape(predictions, isMultiLabel ? predictions.shape : shape),
    weights: reshape(weighted, isMultiLabel ? predictions.shape : shape),
  }
}

function labelWeightsOf(op: string, x: Tensor, labelWeights: readonly number[]): Tensor {
  if (labelWeights.length === x.shape.at(-1)) {
    return tensor(labelWeights, { dtype: x.dtype, backend: x.storage.backend })
  }
  throw new ShapeError('labelWeights does not have one weight for each label', {
    op,
    received: { labelWeights, yPred: x },
  })
}

/** −∞ in place of all predictions of a sample but its greatest ones. */
function keepGreatest(op: string, x: Tensor, k: number): Tensor {
  const classes = x.shape.at(-1)!
  if (k > classes)
    throw new ShapeError('topK is more than there are classes', { op, received: { x, topK: k } })
  const isKept = notEqual(sum(oneHot(topK(x, k).indices, classes), { axis: -2 }), 0)
  return where(isKept, x, Number.NEGATIVE_INFINITY)
}

function onlyClass(x: Tensor, classId: number): Tensor {
  return slice(x, [...new Array<null>(x.rank - 1).fill(null), [classId, classId + 1]])
}
