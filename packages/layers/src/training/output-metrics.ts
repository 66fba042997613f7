import { tidy } from '@tapegrad/core'
import type { Tensors } from '../engine/symbolic-tensor.ts'
import {
  type CompileOptions,
  flatMetrics,
  forOutputs,
  type MetricOption,
  type MetricOptions,
} from './compile-options.ts'
import type { MetricLike, Predictions } from './contracts.ts'
import { type Output, pairOutputs, weightingOf } from './outputs.ts'
import { resolveMetric } from './resolve.ts'
import { type RunningState, readValue, setMetricState } from './running-state.ts'

interface NamedMetric {
  readonly name: string
  readonly metric: MetricLike
  readonly weighted: boolean
  /** The position of its output. */
  readonly output: number
}

/** The metrics that `compile` was given for the outputs. */
export class OutputMetrics {
  readonly #options: CompileOptions
  // Made with the first batch: 'accuracy' depends on the shapes.
  #metrics: readonly NamedMetric[] | null = null
  /** The states of another run's metrics, until the next batch. */
  #restored: RunningState['metrics'] = []

  constructor(options: CompileOptions) {
    this.#options = options
  }

  /** Empty before the first batch. */
  get all(): readonly NamedMetric[] {
    return this.#metrics ?? []
  }

  update(
    op: string,
    predictions: Predictions<Tensors, Tensors>,
    names: readonly string[],
    hasLoss: (i: number) => boolean,
  ): void {
    if (predictions.y === null) return
    const { metrics, weightedMetrics } = this.#options
    if (flatMetrics(metrics).length === 0 && flatMetrics(weightedMetrics).length === 0) return
    const outputs = pairOutputs(op, predictions, hasLoss)
    this.#metrics ??= this.#make(outputs, names)
    const restored = this.#restored
    this.#restored = []
    this.#metrics.forEach(({ metric, weighted, output }, i) => {
      const { y, yPred, sampleWeight } = outputs[output]!
      if (y === null) return
      const update = (): void =>
        metric.updateState(y, yPred, weightingOf(yPred, weighted ? sampleWeight : null))
      tidy(update)
      const values = restored[i] ?? []
      if (values.length === 0) return
      // The first update made the state, whose shapes depend on the batch; it counts from here.
      setMetricState(metric, values)
      tidy(update)
    })
  }

  /** The states of the metrics, read from the device. */
  states(): Promise<RunningState['metrics']> {
    return Promise.all(this.all.map(({ metric }) => Promise.all((metric.variables ?? []).map(readValue))))
  }

  restore(states: RunningState['metrics']): void {
    this.#restored = states
  }

  reset(): void {
    this.#restored = []
    for (const { metric } of this.all) metric.resetState()
  }

  /** Disposes the metrics that were made here. */
  dispose(): void {
    const given: readonly unknown[] = [
      ...flatMetrics(this.#options.metrics),
      ...flatMetrics(this.#options.weightedMetrics),
    ]
    for (const { metric } of this.all) if (!given.includes(metric)) metric.dispose()
    this.#metrics = null
  }

  #make(outputs: readonly Output[], names: readonly string[]): readonly NamedMetric[] {
    const { metrics = [], weightedMetrics = [] } = this.#options
    const taken = new Set(['loss'])
    const several = outputs.length > 1
    return [
      ...spread('metrics', metrics, names, outputs.length).map((entry) => ({ ...entry, weighted: false })),
      ...spread('weightedMetrics', weightedMetrics, names, outputs.length).map((entry) => ({
        ...entry,
        weighted: true,
      })),
    ].flatMap(({ given, output, weighted }) => {
      const { y, yPred } = outputs[output]!
      if (y === null) return []
      const metric = resolveMetric(given, y, yPred)
      // Keras's rule: a metric that was named is called what it was named.
      const own = typeof given === 'string' ? given : metric.name
      const name = freeName(several ? names[output] : undefined, own, weighted, taken)
      taken.add(name)
      return [{ name, metric, weighted, output }]
    })
  }
}

/** The metrics with the positions of their outputs. */
function spread(
  option: string,
  given: MetricOptions,
  names: readonly string[],
  count: number,
): readonly { readonly given: MetricOption; readonly output: number }[] {
  if (count === 1) return flatMetrics(given).map((each) => ({ given: each, output: 0 }))
  if (flatMetrics(given).length === 0) return []
  return forOutputs(option, given, names, count).flatMap((each, output) =>
    [each ?? []].flat().map((metric) => ({ given: metric as MetricOption, output })),
  )
}

/** The metrics that train on: their own name, or one that tells them from another of that name. */
function freeName(
  output: string | undefined,
  name: string,
  weighted: boolean,
  taken: ReadonlySet<string>,
): string {
  const prefix = output === undefined ? '' : `${output}_`
  const base = weighted && taken.has(prefix + name) ? `${prefix}weighted_${name}` : prefix + name
  let free = base
  for (let i = 1; taken.has(free); i++) free = `${base}_${i}`
  return free
}
