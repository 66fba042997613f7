import { checkOptionNames, stopGradient, type Tensor } from '@tapegrad/core'
import { checkBoolean, checkNumber, checkOneOf } from '../saving/option-values.ts'
import { checkCount } from '../training/run-options.ts'
import type { CallbackState, Logs } from './callback.ts'
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts'
import { StateReader } from './state-reader.ts'

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Changes that are not larger are no improvement. Default: 0. */
  readonly minDelta?: number
  /** How many epochs without improvement are too many. Default: 0. */
  readonly patience?: number
  /** 1 prints what it does. Default: 0. */
  readonly verbose?: 0 | 1
  /** What must be improved upon for training to go on. Default: null. */
  readonly baseline?: number | null
  /** Whether the model ends with the weights of its best epoch. Default: false. */
  readonly restoreBestWeights?: boolean
  /** The number of the first epoch that counts. Default: 0. */
  readonly startFromEpoch?: number
}

/**
 * Ends training when a loss or metric has stopped improving: after `patience` epochs that are not better than the best
 * by more than `minDelta`.
 *
 * @throws {@link ArgumentError} for options of the wrong kind, and in training for a metric that no one knows, where `mode` is 'auto'.
 * @see https://keras.io/api/callbacks/early_stopping/
 * @example
 * ```ts
 * const stop = new EarlyStopping({ monitor: 'loss', patience: 3, restoreBestWeights: true })
 * await model.fit(x, y, { epochs: 5, callbacks: [stop], verbose: 0 })
 * ```
 */
export class EarlyStopping extends MonitorCallback {
  readonly patience: number
  readonly baseline: number | null
  readonly restoreBestWeights: boolean
  readonly startFromEpoch: number
  readonly #verbose: 0 | 1
  /** How many epochs have brought no improvement. */
  wait = 0
  /** The epoch after which it ended training; 0 where it did not. */
  stoppedEpoch = 0
  bestEpoch = 0
  #bestWeights: readonly Tensor[] | null = null

  constructor(options: EarlyStoppingOptions = {}) {
    const op = 'EarlyStopping'
    checkOptionNames(op, options, optionNames)
    super(op, options, options.minDelta)
    const { patience = 0, baseline = null, startFromEpoch = 0 } = options
    checkCount(op, 'patience', patience, 0)
    checkCount(op, 'startFromEpoch', startFromEpoch, 0)
    this.patience = patience
    this.startFromEpoch = startFromEpoch
    this.baseline = baseline === null ? null : checkNumber(op, 'baseline', baseline, 'finite')
    this.restoreBestWeights = checkBoolean(op, 'restoreBestWeights', options.restoreBestWeights ?? false)
    this.#verbose = checkOneOf(op, 'verbose', options.verbose ?? 0, [0, 1])
  }

  override onTrainBegin(): void {
    this.wait = 0
    this.stoppedEpoch = 0
    this.best = null
    this.bestEpoch = 0
    this.#drop()
  }

  override getState(): CallbackState {
    const { wait, stoppedEpoch, bestEpoch } = this
    const values = { ...super.getState().values, wait, stoppedEpoch, bestEpoch }
    return { values, ...(this.#bestWeights === null ? {} : { tensors: this.#bestWeights }) }
  }

  override setState(state: CallbackState): void {
    super.setState(state)
    const read = new StateReader('EarlyStopping', state)
    this.wait = read.number('wait')
    this.stoppedEpoch = read.number('stoppedEpoch')
    this.bestEpoch = read.number('bestEpoch')
    this.#drop()
    if (read.tensors.length > 0) this.#bestWeights = read.tensors.map((each) => stopGradient(each))
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const current = this.currentValue(logs)
    if (current === null || epoch < this.startFromEpoch) return
    this.wait++
    if (this.improves(current, this.best)) {
      this.best = current
      this.bestEpoch = epoch
      if (this.restoreBestWeights) {
        this.#drop()
        this.#bestWeights = this.model.getWeights()
      }
      // Only what beats the baseline, too, starts the wait anew.
      if (this.baseline === null || this.improves(current, this.baseline)) this.wait = 0
      return
    }
    if (this.wait < this.patience || epoch === 0) return
    this.stoppedEpoch = epoch
    this.model.stopTraining = true
  }

  override onTrainEnd(): void {
    if (this.#verbose === 1 && this.stoppedEpoch > 0) {
      console.log(`Epoch ${this.stoppedEpoch + 1}: early stopping`)
    }
    if (this.#bestWeights === null) return
    if (this.#verbose === 1)
      console.log(`The weights are those of epoch ${this.bestEpoch + 1}, the best one.`)
    this.model.setWeights(this.#bestWeights)
    this.#drop()
  }

  #drop(): void {
    for (const weight of this.#bestWeights ?? []) weight.dispose()
    this.#bestWeights = null
  }
}

const optionNames: readonly (keyof EarlyStoppingOptions)[] = [
  'monitor',
  'minDelta',
  'patience',
  'verbose',
  'mode',
  'baseline',
  'restoreBestWeights',
  'startFromEpoch',
]
