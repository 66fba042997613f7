import { ArgumentError, type Backend } from '@tapegrad/core'
import type { BatchSource } from './batch-source.ts'
import type { Compiled } from './compiled.ts'
import type { RunningState } from './running-state.ts'
import { checkTrainingState, type TrainingPosition, type TrainingState } from './training-state.ts'

/** How much of a run of `fit` is done. */
export class Progress implements TrainingPosition {
  epoch: number
  step = 0
  readonly #source: BatchSource
  readonly #compiled: Compiled
  readonly #backend: Backend
  #running: RunningState | null = null
  #restored: TrainingState | null = null
  #hasBegun = false

  constructor(source: BatchSource, initialEpoch: number, compiled: Compiled, backend: Backend) {
    this.#source = source
    this.#compiled = compiled
    this.#backend = backend
    this.epoch = initialEpoch
  }

  state(): TrainingState {
    return this.#restored ?? { epoch: this.epoch, step: this.step, ...this.#source.position() }
  }

  running(): Promise<RunningState> {
    return this.#compiled.readRunning()
  }

  restore(state: TrainingState, running: RunningState | null = null): void {
    if (this.#hasBegun) {
      throw new ArgumentError('the run has begun', {
        op: 'TrainingPosition.restore',
        hint: 'call it in onTrainBegin',
      })
    }
    checkTrainingState(state)
    const { epoch, step, pass, batch, order } = state
    this.#restored = { epoch, step, pass, batch, order }
    this.#running = running
  }

  /** Goes to the place that a callback asked for. */
  async begin(): Promise<void> {
    this.#hasBegun = true
    const restored = this.#restored
    if (restored === null) return
    await this.#source.restore(restored)
    this.#restored = null
    this.epoch = restored.epoch
    this.step = restored.step
  }

  /** Begins the running loss and metrics of an epoch; true where they go on. */
  beginRunning(): boolean {
    const running = this.#running
    this.#running = null
    if (running === null) this.#compiled.reset()
    else this.#compiled.restoreRunning(running, this.#backend)
    return running !== null
  }

  endEpoch(): void {
    this.epoch++
    this.step = 0
  }
}
