import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { checkNumber, checkOneOf } from '../saving/option-values.ts'
import { checkCount } from '../training/run-options.ts'
import type { CallbackState, Logs } from './callback.ts'
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts'
import { StateReader } from './state-reader.ts'

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by. Default: 0.1. */
  readonly factor?: number
  /** How many epochs without improvement are too many. Default: 10. */
  readonly patience?: number
  /** 1 prints what it does. Default: 0. */
  readonly verbose?: 0 | 1
  /** Changes that are not larger are no improvement. Default: 1e-4. */
  readonly minDelta?: number
  /** How many epochs after a reduction do not count. Default: 0. */
  readonly cooldown?: number
  /** The learning rate never gets below it. Default: 0. */
  readonly minLr?: number
}

/**
 * Reduces the learning rate when a loss or metric has stopped improving: rate ← max(factor · rate, minLr).
 *
 * The logs of every epoch get the `learning_rate` that it was trained with.
 *
 * @throws {@link ArgumentError} for options of the wrong kind, and in training where the learning rate follows a schedule.
 * @see https://keras.io/api/callbacks/reduce_lr_on_plateau/
 * @example
 * ```ts
 * const reduce = new ReduceLROnPlateau({ monitor: 'loss', factor: 0.2, patience: 5, minLr: 0.001 })
 * await model.fit(x, y, { callbacks: [reduce], verbose: 0 })
 * ```
 */
export class ReduceLROnPlateau extends MonitorCallback {
  readonly factor: number
  readonly patience: number
  readonly cooldown: number
  readonly minLr: number
  readonly #verbose: 0 | 1
  /** How many epochs have brought no improvement. */
  wait = 0
  /** How many more epochs do not count. */
  cooldownCounter = 0

  constructor(options: ReduceLROnPlateauOptions = {}) {
    const op = 'ReduceLROnPlateau'
    checkOptionNames(op, options, optionNames)
    super(op, options, options.minDelta ?? 1e-4)
    const { factor = 0.1, patience = 10, cooldown = 0, minLr = 0 } = options
    if (!(typeof factor === 'number' && factor >= 0 && factor < 1)) {
      throw new ArgumentError('factor is not a number of at least 0 and below 1', {
        op,
        received: { factor },
      })
    }
    checkCount(op, 'patience', patience, 0)
    checkCount(op, 'cooldown', cooldown, 0)
    this.factor = factor
    this.patience = patience
    this.cooldown = cooldown
    this.minLr = checkNumber(op, 'minLr', minLr, 'nonNegative')
    this.#verbose = checkOneOf(op, 'verbose', options.verbose ?? 0, [0, 1])
  }

  override onTrainBegin(): void {
    this.best = null
    this.cooldownCounter = 0
    this.wait = 0
  }

  override getState(): CallbackState {
    const { wait, cooldownCounter } = this
    return { values: { ...super.getState().values, wait, cooldownCounter } }
  }

  override setState(state: CallbackState): void {
    super.setState(state)
    const read = new StateReader('ReduceLROnPlateau', state)
    this.wait = read.number('wait')
    this.cooldownCounter = read.number('cooldownCounter')
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { optimizer } = this.model
    const { learningRate } = optimizer
    logs['learning_rate'] = learningRate
    const current = this.currentValue(logs)
    if (current === null) return
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--
      this.wait = 0
    }
    if (this.improves(current, this.best)) {
      this.best = current
      this.wait = 0
      return
    }
    if (this.cooldownCounter > 0) return
    this.wait++
    if (this.wait < this.patience || learningRate <= this.minLr) return
    const reduced = Math.max(learningRate * this.factor, this.minLr)
    optimizer.learningRate = reduced
    this.cooldownCounter = this.cooldown
    this.wait = 0
    if (this.#verbose === 1) console.log(`Epoch ${epoch + 1}: the learning rate is reduced to ${reduced}.`)
  }
}

const optionNames: readonly (keyof ReduceLROnPlateauOptions)[] = [
  'monitor',
  'factor',
  'patience',
  'verbose',
  'mode',
  'minDelta',
  'cooldown',
  'minLr',
]
