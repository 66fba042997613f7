import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { checkNumber, checkOneOf } from '../saving/option-values.ts'
import { Callback, type Logs } from './callback.ts'

export interface LearningRateSchedulerOptions {
  /** The learning rate of an epoch, the first of which is 0, from the present one. */
  readonly schedule: (epoch: number, learningRate: number) => number
  /** 1 prints the rates. Default: 0. */
  readonly verbose?: 0 | 1
}

/**
 * Sets the learning rate at the beginning of every epoch; the epoch's logs get it as `learning_rate`.
 *
 * @throws {@link ArgumentError} for something that is not a function; in training for a rate that is not a finite number of at least 0, and where the optimizer has a schedule of its own.
 * @see https://keras.io/api/callbacks/learning_rate_scheduler/
 * @example
 * ```ts
 * const schedule = (epoch: number, rate: number) => (epoch < 10 ? rate : rate * 0.9)
 * await model.fit(x, y, { callbacks: [new LearningRateScheduler({ schedule })], verbose: 0 })
 * ```
 */
export class LearningRateScheduler extends Callback {
  readonly schedule: (epoch: number, learningRate: number) => number
  readonly #verbose: 0 | 1

  constructor(options: LearningRateSchedulerOptions) {
    super()
    const op = 'LearningRateScheduler'
    checkOptionNames(op, options, ['schedule', 'verbose'])
    const { schedule, verbose = 0 } = options
    if (typeof schedule !== 'function') {
      throw new ArgumentError('the schedule is not a function', {
        op,
        received: { schedule },
        expected: '(epoch, learningRate) => a number',
      })
    }
    this.schedule = schedule
    this.#verbose = checkOneOf(op, 'verbose', verbose, [0, 1])
  }

  override onEpochBegin(epoch: number): void {
    // A run that goes on in mid-epoch has the rate of the epoch, which must not be changed twice.
    if ((this.params.training?.state().step ?? 0) > 0) return
    const { optimizer } = this.model
    const next: unknown = this.schedule(epoch, optimizer.learningRate)
    optimizer.learningRate = checkNumber('LearningRateScheduler', 'learningRate', next, 'nonNegative')
    if (this.#verbose === 1)
      console.log(`Epoch ${epoch + 1}: the learning rate is ${optimizer.learningRate}.`)
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    logs['learning_rate'] = this.model.optimizer.learningRate
  }
}
