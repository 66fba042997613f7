import { checkBoolean, checkNonNegative, checkPositive } from '../option-checks.ts'
import { defineSchedule, type ScheduleConstructor } from './define-schedule.ts'
import { scheduleName } from './schedule-name.ts'

export interface InverseTimeDecayOptions {
  readonly initialLearningRate: number
  /** After how many steps the divisor has grown by `decayRate` once more. */
  readonly decaySteps: number
  readonly decayRate: number
  /** Whether the rate falls in stairs instead of smoothly. Default: false. */
  readonly staircase?: boolean
  /** Default: 'InverseTimeDecay'. */
  readonly name?: string
}

/**
 * A learning rate that is divided by a number that grows evenly.
 *
 * lr(step) = initialLearningRate / (1 + decayRate · step / decaySteps); with `staircase` step / decaySteps is rounded
 * down.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/inverse_time_decay/
 * @example
 * ```ts
 * const learningRate = new schedules.InverseTimeDecay({ initialLearningRate: 0.1, decaySteps: 5, decayRate: 0.5 })
 * const optimizer = new SGD({ learningRate })
 * ```
 */
export const InverseTimeDecay: ScheduleConstructor<InverseTimeDecayOptions> =
  /* @__PURE__ */ defineSchedule<InverseTimeDecayOptions>({
    className: 'InverseTimeDecay',
    options: {
      initialLearningRate: { key: 'initial_learning_rate', default: undefined, check: checkNonNegative },
      decaySteps: { key: 'decay_steps', default: undefined, check: checkPositive },
      decayRate: { key: 'decay_rate', default: undefined, check: checkNonNegative },
      staircase: { key: 'staircase', default: false, check: checkBoolean },
      name: scheduleName('InverseTimeDecay'),
    },
    at: (step, { initialLearningRate, decaySteps, decayRate, staircase }) => {
      const p = step / decaySteps
      return initialLearningRate / (1 + decayRate * (staircase ? Math.floor(p) : p))
    },
  })
export type InverseTimeDecay = InstanceType<typeof InverseTimeDecay>
