import { checkBoolean, checkNonNegative, checkPositive } from '../option-checks.ts'
import { defineSchedule, type ScheduleConstructor } from './define-schedule.ts'
import { scheduleName } from './schedule-name.ts'

export interface PolynomialDecayOptions {
  readonly initialLearningRate: number
  /** How many steps the way to `endLearningRate` takes. */
  readonly decaySteps: number
  /** Default: 0.0001. */
  readonly endLearningRate?: number
  /** 1 goes down a line. Default: 1. */
  readonly power?: number
  /** Whether the rate rises again after its end, to reach it after twice, three times as many steps. Default: false. */
  readonly cycle?: boolean
  /** Default: 'PolynomialDecay'. */
  readonly name?: string
}

/**
 * A learning rate that falls to its end along a power of the remaining way.
 *
 * lr(step) = (initialLearningRate − endLearningRate) · (1 − p)^power + endLearningRate with p = min(step, decaySteps) /
 * decaySteps. With `cycle` p = step / (decaySteps · n), where n = max(1, ⌈step / decaySteps⌉).
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/polynomial_decay/
 * @example
 * ```ts
 * const learningRate = new schedules.PolynomialDecay({ initialLearningRate: 0.1, decaySteps: 1000, power: 2 })
 * const optimizer = new SGD({ learningRate })
 * ```
 */
export const PolynomialDecay: ScheduleConstructor<PolynomialDecayOptions> =
  /* @__PURE__ */ defineSchedule<PolynomialDecayOptions>({
    className: 'PolynomialDecay',
    options: {
      initialLearningRate: { key: 'initial_learning_rate', default: undefined, check: checkNonNegative },
      decaySteps: { key: 'decay_steps', default: undefined, check: checkPositive },
      endLearningRate: { key: 'end_learning_rate', default: 0.0001, check: checkNonNegative },
      power: { key: 'power', default: 1, check: checkNonNegative },
      cycle: { key: 'cycle', default: false, check: checkBoolean },
      name: scheduleName('PolynomialDecay'),
    },
    at: (step, { initialLearningRate, decaySteps, endLearningRate, power, cycle }) => {
      const cycles = cycle ? Math.max(1, Math.ceil(step / decaySteps)) : 1
      const p = Math.min(1, step / (decaySteps * cycles))
      return (initialLearningRate - endLearningRate) * (1 - p) ** power + endLearningRate
    },
  })
export type PolynomialDecay = InstanceType<typeof PolynomialDecay>
