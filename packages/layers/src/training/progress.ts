import { ArgumentError } from '@tapegrad/core'
import type { BatchSource } from './batch-source.ts'
import { checkTrainingState, type TrainingPosition, type TrainingState } from './training-state.ts'

/** How much of a run of `fit` is done. */
export class Progress implements TrainingPosition {
  epoch: number
  step = 0
  readonly #source: BatchSource
  #restored: TrainingState | null = null
  #hasBegun = false

  constructor(source: BatchSource, initialEpoch: number) {
    this.#source = source
    this.epoch = initialEpoch
  }

  state(): TrainingState {
    return this.#restored ?? { epoch: this.epoch, step: this.step, ...this.#source.position() }
  }

  restore(state: TrainingState): void {
    if (this.#hasBegun) {
      throw new ArgumentError('the run has begun', {
        op: 'TrainingPosition.restore',
        hint: 'call it in onTrainBegin',
      })
    }
    checkTrainingState(state)
    const { epoch, step, pass, batch, order } = state
    this.#restored = { epoch, step, pass, batch, order }
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

  endEpoch(): void {
    this.epoch++
    this.step = 0
  }
}
