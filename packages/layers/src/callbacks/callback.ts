import { ArgumentError, type Json, type Tensor } from '@tapegrad/core'
import type { AnyModel } from '../models/model.ts'
import type { TrainingPosition } from '../training/training-state.ts'

/** Losses and metrics by name. */
export type Logs = Record<string, number>

/** The losses and metrics after a batch: they are only read from the device when somebody asks. */
export interface BatchLogs {
  /** The means over the epoch so far. */
  read(): Promise<Logs>
}

/** What a callback has to know to go on in another run. */
export interface CallbackState {
  readonly values: { readonly [key: string]: Json }
  /** Tensors that stay those of the callback, or of the caller of `setState`. */
  readonly tensors?: readonly Tensor[]
}

/** What a callback is told about the run. */
export interface CallbackParams {
  readonly epochs: number
  /** Batches in an epoch, or in the evaluation or prediction; null where that is not known (yet). */
  readonly steps: number | null
  readonly verbose: 0 | 1 | 2
  /** Where training stands; not there in evaluation and prediction. */
  readonly training?: TrainingPosition
  /** The callbacks of the run, in the order in which they are called. */
  readonly callbacks?: readonly Callback[]
}

/**
 * The base of callbacks: functions that are called in the course of training, evaluation and prediction.
 *
 * Override what you need; a hook may be async, and the run waits for it. Set `this.model.stopTraining = true` to end
 * training. Entries that `onEpochEnd` adds to its logs reach the callbacks after it and the history.
 *
 * @see https://keras.io/api/callbacks/base_callback/
 * @example
 * ```ts
 * class StopEarly extends Callback {
 *   override onEpochEnd(_epoch: number, logs: Logs): void {
 *     if (logs['loss']! < 0.01) this.model.stopTraining = true
 *   }
 * }
 * ```
 */
export class Callback {
  #model: AnyModel | null = null
  #params: CallbackParams = { epochs: 1, steps: 0, verbose: 0 }
  /** Whether its hooks come after those of the others: what they did is then done. */
  readonly runsLast: boolean = false

  /**
   * The model that runs.
   *
   * @throws {@link ArgumentError} before a run has begun.
   */
  get model(): AnyModel {
    if (this.#model !== null) return this.#model
    throw new ArgumentError('the callback has no model before a run begins', {
      op: 'Callback.model',
      hint: 'model.fit(x, y, { callbacks: [callback] })',
    })
  }

  /** What the run is: epochs, steps, how much it prints. */
  get params(): CallbackParams {
    return this.#params
  }

  setModel(model: AnyModel): void {
    this.#model = model
  }

  setParams(params: CallbackParams): void {
    this.#params = params
  }

  /** What it takes to go on in another run; null where that is nothing. Read after the hooks of a step or an epoch. */
  getState(): CallbackState | null {
    return null
  }

  /** Goes on from a state of `getState`. Called after `onTrainBegin`. */
  setState(_state: CallbackState): void {}

  onTrainBegin(): void | Promise<void> {}
  onTrainEnd(_logs: Logs): void | Promise<void> {}
  onEpochBegin(_epoch: number): void | Promise<void> {}
  onEpochEnd(_epoch: number, _logs: Logs): void | Promise<void> {}
  onTrainBatchBegin(_batch: number): void | Promise<void> {}
  onTrainBatchEnd(_batch: number, _logs: BatchLogs): void | Promise<void> {}
  onTestBegin(): void | Promise<void> {}
  onTestEnd(_logs: Logs): void | Promise<void> {}
  onTestBatchBegin(_batch: number): void | Promise<void> {}
  onTestBatchEnd(_batch: number, _logs: BatchLogs): void | Promise<void> {}
  onPredictBegin(): void | Promise<void> {}
  onPredictEnd(): void | Promise<void> {}
  onPredictBatchBegin(_batch: number): void | Promise<void> {}
  onPredictBatchEnd(_batch: number): void | Promise<void> {}
  /** Called in place of what would still have come when a run fails or is aborted: the place to tidy up. */
  onRunError(_error: unknown): void | Promise<void> {}
}
