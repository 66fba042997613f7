import { ArgumentError, type Json, SerializationError } from '@tapegrad/core'
import { checkNonNegative } from './option-checks.ts'
import type { LearningRateSchedule } from './schedules/define-schedule.ts'
import { serialize } from './schedules/serialization.ts'

/** A number of at least 0, a schedule, or a function of the number of the step, the first of which is 0. */
export type LearningRate = number | LearningRateSchedule | ((step: number) => number)

/** Throws for what is neither of the three. */
export function checkLearningRate(op: string, name: string, value: unknown): LearningRate {
  if (typeof value === 'function') return value as (step: number) => number
  return isSchedule(value) ? value : checkNonNegative(op, name, value)
}

/** The learning rate of a step. */
export function rateAt(op: string, rate: LearningRate, step: number): number {
  if (typeof rate === 'number') return rate
  return checkNonNegative(op, 'learningRate', typeof rate === 'function' ? rate(step) : rate.call(step))
}

/** Another learning rate in the place of one; as in Keras a number does not end a schedule. */
export function replaceRate(op: string, rate: LearningRate, next: unknown): LearningRate {
  const checked = checkLearningRate(op, 'learningRate', next)
  if (typeof checked !== 'number' || typeof rate === 'number') return checked
  throw new ArgumentError('the learning rate follows a schedule and cannot be set to a number', {
    op,
    received: { learningRate: checked },
    hint: 'set another schedule, or make the optimizer with a number',
  })
}

/** A learning rate as files hold it. */
export function serializeRate(op: string, rate: LearningRate): Json {
  if (typeof rate === 'number') return rate
  if (typeof rate !== 'function') return serialize(rate)
  throw new SerializationError('a function as learning rate cannot be written to a file', {
    op,
    expected: 'a number or a schedule, such as schedules.CosineDecay',
  })
}

function isSchedule(value: unknown): value is LearningRateSchedule {
  return (
    typeof value === 'object' &&
    value !== null &&
    'call' in value &&
    typeof value.call === 'function' &&
    'getConfig' in value
  )
}
