import {
  ArgumentError,
  type Backend,
  type Optimizer,
  ShapeError,
  stopGradient,
  type Tensor,
  tidy,
} from '@tapegrad/core'
import type { BatchLogs, Logs } from '../callbacks/callback.ts'
import type { CallMetric } from '../engine/call-metrics.ts'
import type { Tensors } from '../engine/symbolic-tensor.ts'
import { CallMetricTrackers } from './call-metric-trackers.ts'
import { type CompileOptions, checkCompileOptions } from './compile-options.ts'
import type { LossLike, MetricLike, Predictions } from './contracts.ts'
import { LossTracker } from './loss-tracker.ts'
import { OutputLosses, sumOf } from './output-losses.ts'
import { OutputMetrics } from './output-metrics.ts'
import type { RunningState } from './running-state.ts'

/** What `compile` makes of its options: the losses, the metrics and their running values. */
export class Compiled {
  readonly options: CompileOptions
  readonly optimizer: Optimizer
  readonly #losses: OutputLosses
  readonly #metrics: OutputMetrics
  readonly #lossTracker: LossTracker = new LossTracker()
  readonly #callMetrics: CallMetricTrackers = new CallMetricTrackers()
  /** The logs of the run that this one goes on with, until the next batch. */
  #restoredLogs: Logs | null = null
  /** Counts updates, so that nothing is read from the device twice. */
  #version = 0

  constructor(op: string, options: CompileOptions) {
    checkCompileOptions(op, options)
    this.options = options
    this.optimizer = options.optimizer
    this.#losses = new OutputLosses(op, options)
    this.#metrics = new OutputMetrics(options)
  }

  /** The loss of all outputs; null where outputs have losses of their own. */
  get loss(): LossLike | null {
    return this.#losses.single
  }

  /** Whether `compile` was told about several outputs. */
  get hasSeveralLosses(): boolean {
    return this.#losses.isPerOutput
  }

  /** The metrics; empty before the first batch. */
  get metrics(): readonly MetricLike[] {
    return this.#metrics.all.map(({ metric }) => metric)
  }

  /** The loss of a batch with all penalties: what training minimises. */
  totalLoss(
    op: string,
    predictions: Predictions<Tensors, Tensors>,
    penalties: readonly Tensor[],
    outputNames: readonly string[],
  ): Tensor {
    return sumOf(op, [...this.#losses.terms(op, predictions, outputNames), ...penalties])
  }

  /** Adds a batch to the running metrics. */
  updateMetrics(
    op: string,
    predictions: Predictions<Tensors, Tensors>,
    outputNames: readonly string[],
  ): void {
    this.#version++
    this.#restoredLogs = null
    this.#metrics.update(op, predictions, outputNames, (i) => this.#losses.has(i))
  }

  /** Adds a batch to the running losses. */
  updateLoss(loss: Tensor, batchSize: number): void {
    this.#version++
    this.#restoredLogs = null
    this.#lossTracker.update(loss, batchSize)
    this.#losses.update(batchSize)
  }

  /** Adds what the layers of a batch reported. */
  updateCallMetrics(metrics: readonly CallMetric[], batchSize: number): void {
    this.#callMetrics.update(metrics, batchSize)
  }

  /** Forgets what a step that failed had computed. */
  dropStep(): void {
    this.#losses.drop()
  }

  /** The running losses and metrics, read from the device. */
  async readLogs(): Promise<Logs> {
    if (this.#restoredLogs !== null) return { ...this.#restoredLogs }
    const metrics = this.#metrics.all
    const results = tidy(() => metrics.map(({ metric }) => stopGradient(metric.result())))
    try {
      const [reported, loss, parts, ...values] = await Promise.all([
        this.#callMetrics.read(),
        this.#lossTracker.result(),
        this.#losses.results(),
        ...results.map(readScalar),
      ])
      return Object.fromEntries([
        ...Object.entries(reported),
        ['loss', loss],
        ...parts,
        ...metrics.map(({ name }, i) => [name, values[i]!] as const),
      ])
    } finally {
      for (const result of results) result.dispose()
    }
  }

  /** The same for callbacks, read when the first of them asks. */
  batchLogs(): BatchLogs {
    const version = this.#version
    let logs: Promise<Logs> | null = null
    return {
      read: async () => {
        if (logs === null && this.#version !== version) {
          throw new ArgumentError('the logs of a batch were read after the next batch', {
            op: 'BatchLogs.read',
            hint: 'await logs.read() in the hook that gets them',
          })
        }
        logs ??= this.readLogs()
        return { ...(await logs) }
      },
    }
  }

  /** All that the running values are computed from. */
  async readRunning(): Promise<RunningState> {
    return {
      logs: await this.readLogs(),
      losses: [await this.#lossTracker.state(), ...(await this.#losses.states())],
      reported: await this.#callMetrics.states(),
      metrics: await this.#metrics.states(),
    }
  }

  /** Goes on with the running values of another run. */
  restoreRunning(running: RunningState, backend: Backend): void {
    this.reset()
    const [loss, ...parts] = running.losses
    if (loss !== undefined) this.#lossTracker.restore(loss, backend)
    this.#losses.restore(parts, backend)
    this.#callMetrics.restore(running.reported, backend)
    this.#metrics.restore(running.metrics)
    this.#restoredLogs = running.logs
  }

  reset(): void {
    this.#version++
    this.#restoredLogs = null
    this.#lossTracker.reset()
    this.#losses.reset()
    this.#callMetrics.reset()
    this.#metrics.reset()
  }

  /** Disposes the running values, and the metrics that were made here. */
  dispose(): void {
    this.#lossTracker.reset()
    this.#losses.reset()
    this.#callMetrics.reset()
    this.#metrics.dispose()
  }
}

async function readScalar(result: Tensor): Promise<number> {
  if (result.size !== 1) {
    throw new ShapeError('the result of a metric is not a single number', {
      op: 'metrics',
      received: { result },
    })
  }
  return Number((await result.data())[0])
}
