import { ArgumentError, type Tensor } from '@tapegrad/core'
import * as losses from '../losses/index.ts'
import * as metrics from '../metrics/index.ts'
import type { LossFunction, LossLike, MetricLike } from './contracts.ts'

/** The loss that `compile` was given, by name, as a function or as an object. */
export function resolveLoss(op: string, loss: LossLike | LossFunction | string | null): LossLike | null {
  if (typeof loss !== 'object') return losses.get(loss)
  if (loss === null || typeof loss.apply === 'function') return loss
  throw new ArgumentError('the loss is not a loss', {
    op,
    received: { loss },
    expected: 'an object with apply(yTrue, yPred), a name, or a function',
  })
}

/** Checks a metric that `compile` was given; names are looked up with the first batch. */
export function checkMetric(op: string, metric: unknown): void {
  const isMetric =
    typeof metric === 'string' ||
    typeof metric === 'function' ||
    (typeof metric === 'object' && metric !== null && 'updateState' in metric && 'result' in metric)
  if (isMetric) {
    if (typeof metric === 'string' && !chosenByShape.has(metric)) metrics.get(metric).dispose()
    return
  }
  throw new ArgumentError('a metric is not a metric', {
    op,
    received: { metric },
    expected: 'an object with updateState and result, a name, or a function',
  })
}

/** The metric that `compile` was given; 'accuracy' and 'crossentropy' become those for targets and predictions of these shapes. */
export function resolveMetric(
  metric: MetricLike | LossFunction | string,
  y: Tensor,
  yPred: Tensor,
): MetricLike {
  if (typeof metric === 'object') return metric
  const family = typeof metric === 'string' ? chosenByShape.get(metric) : undefined
  return family === undefined ? metrics.get(metric) : family[problemOf(y, yPred)](metric as string)
}

type Problem = 'binary' | 'sparse' | 'categorical'

/** Keras's rule: one prediction is binary; fewer targets than predictions are class numbers. */
function problemOf(y: Tensor, yPred: Tensor): Problem {
  const classes = yPred.shape.at(-1) ?? 1
  if (classes === 1) return 'binary'
  return y.rank < yPred.rank || y.shape.at(-1) === 1 ? 'sparse' : 'categorical'
}

const accuracies: Readonly<Record<Problem, (name: string) => MetricLike>> = {
  binary: (name) => new metrics.BinaryAccuracy({ name }),
  sparse: (name) => new metrics.SparseCategoricalAccuracy({ name }),
  categorical: (name) => new metrics.CategoricalAccuracy({ name }),
}

const crossentropies: Readonly<Record<Problem, (name: string) => MetricLike>> = {
  binary: (name) => new metrics.BinaryCrossentropy({ name }),
  sparse: (name) => new metrics.SparseCategoricalCrossentropy({ name }),
  categorical: (name) => new metrics.CategoricalCrossentropy({ name }),
}

const chosenByShape: ReadonlyMap<string, typeof accuracies> = /* @__PURE__ */ new Map([
  ['accuracy', accuracies],
  ['acc', accuracies],
  ['crossentropy', crossentropies],
  ['ce', crossentropies],
])
