import { ArgumentError } from '@tapegrad/core'
import { checkNonNegative } from '../option-checks.ts'
import { defineSchedule, type ScheduleConstructor } from './define-schedule.ts'
import { scheduleName } from './schedule-name.ts'

export interface PiecewiseConstantDecayOptions {
  /** The last steps of all rates but the last one, in ascending order. */
  readonly boundaries: readonly number[]
  /** The rates: one more than there are boundaries. */
  readonly values: readonly number[]
  /** Default: 'PiecewiseConstant'. */
  readonly name?: string
}

/**
 * A learning rate that changes after given steps.
 *
 * lr(step) = values[0] for step ≤ boundaries[0], values[i] for boundaries[i − 1] < step ≤ boundaries[i], and the last
 * of the values after the last boundary.
 *
 * @throws {@link ArgumentError} for options out of their ranges, and another number of values.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/
 * @example
 * ```ts
 * const learningRate = new schedules.PiecewiseConstantDecay({ boundaries: [100, 200], values: [1, 0.5, 0.1] })
 * const optimizer = new SGD({ learningRate })
 * ```
 */
export const PiecewiseConstantDecay: ScheduleConstructor<PiecewiseConstantDecayOptions> =
  /* @__PURE__ */ defineSchedule<PiecewiseConstantDecayOptions>({
    className: 'PiecewiseConstantDecay',
    options: {
      boundaries: { key: 'boundaries', default: undefined, check: checkList },
      values: { key: 'values', default: undefined, check: checkList },
      name: scheduleName('PiecewiseConstant'),
    },
    check: ({ boundaries, values }) => {
      const op = 'PiecewiseConstantDecay'
      if (boundaries.some((each, i) => i > 0 && each <= boundaries[i - 1]!)) {
        throw new ArgumentError('the boundaries do not ascend', { op, received: { boundaries } })
      }
      if (values.length === boundaries.length + 1) return
      throw new ArgumentError('there is not one value more than boundaries', {
        op,
        received: { boundaries: boundaries.length, values: values.length },
      })
    },
    at: (step, { boundaries, values }) => {
      const passed = boundaries.findIndex((boundary) => step <= boundary)
      return values.at(passed)!
    },
  })
export type PiecewiseConstantDecay = InstanceType<typeof PiecewiseConstantDecay>

function checkList(op: string, name: string, value: unknown): readonly number[] {
  if (Array.isArray(value)) return value.map((each, i) => checkNonNegative(op, `${name}[${i}]`, each))
  throw new ArgumentError(`${name} is not a list of numbers`, { op, received: { [name]: value } })
}
