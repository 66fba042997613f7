import { checkBoolean, checkNonNegative, checkPositive } from '../option-checks.ts'
import { defineSchedule, type ScheduleConstructor } from './define-schedule.ts'
import { scheduleName } from './schedule-name.ts'

export interface ExponentialDecayOptions {
  readonly initialLearningRate: number
  /** After how many steps the rate is multiplied by `decayRate` once more. */
  readonly decaySteps: number
  readonly decayRate: number
  /** Whether the rate falls in stairs instead of smoothly. Default: false. */
  readonly staircase?: boolean
  /** Default: 'ExponentialDecay'. */
  readonly name?: string
}

/**
 * A learning rate that falls exponentially.
 *
 * lr(step) = initialLearningRate · decayRate^(step / decaySteps); with `staircase` the exponent is rounded down.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/
 * @example
 * ```ts
 * const learningRate = new schedules.ExponentialDecay({ initialLearningRate: 0.1, decaySteps: 100, decayRate: 0.9 })
 * const optimizer = new SGD({ learningRate })
 * ```
 */
export const ExponentialDecay: ScheduleConstructor<ExponentialDecayOptions> =
  /* @__PURE__ */ defineSchedule<ExponentialDecayOptions>({
    className: 'ExponentialDecay',
    options: {
      initialLearningRate: { key: 'initial_learning_rate', default: undefined, check: checkNonNegative },
      decaySteps: { key: 'decay_steps', default: undefined, check: checkPositive },
      decayRate: { key: 'decay_rate', default: undefined, check: checkNonNegative },
      staircase: { key: 'staircase', default: false, check: checkBoolean },
      name: scheduleName('ExponentialDecay'),
    },
    at: (step, { initialLearningRate, decaySteps, decayRate, staircase }) => {
      const p = step / decaySteps
      return initialLearningRate * decayRate ** (staircase ? Math.floor(p) : p)
    },
  })
export type ExponentialDecay = InstanceType<typeof ExponentialDecay>
