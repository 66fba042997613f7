import type { Backend } from '@tapegrad/core'
import type { Logs } from '../callbacks/callback.ts'
import type { CallMetric } from '../engine/call-metrics.ts'
import { LossTracker } from './loss-tracker.ts'
import type { RunningState } from './running-state.ts'

/** The running means of what layers report with `addMetric`, by name. */
export class CallMetricTrackers {
  readonly #trackers: Map<string, LossTracker> = new Map()

  /** Adds what a batch reported. What comes under one name is averaged. */
  update(metrics: readonly CallMetric[], batchSize: number): void {
    for (const { name, value } of metrics) {
      const tracker = this.#trackers.get(name) ?? new LossTracker()
      this.#trackers.set(name, tracker)
      tracker.update(value, batchSize)
    }
  }

  async read(): Promise<Logs> {
    const entries = [...this.#trackers].map(
      async ([name, tracker]) => [name, await tracker.result()] as const,
    )
    return Object.fromEntries(await Promise.all(entries))
  }

  /** What the means are computed from. */
  states(): Promise<RunningState['reported']> {
    const entries = [...this.#trackers].map(async ([name, tracker]) => [name, await tracker.state()] as const)
    return Promise.all(entries)
  }

  restore(states: RunningState['reported'], backend: Backend): void {
    this.reset()
    for (const [name, state] of states) {
      const tracker = new LossTracker()
      tracker.restore(state, backend)
      this.#trackers.set(name, tracker)
    }
  }

  reset(): void {
    for (const tracker of this.#trackers.values()) tracker.reset()
    this.#trackers.clear()
  }
}
