import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import type { ClippingOptions } from './clipping.ts'
import { checkLearningRate, type LearningRate } from './learning-rate.ts'
import {
  checkBoolean,
  checkNonNegative,
  checkPositive,
  checkPositiveInteger,
  checkText,
  checkUnitInterval,
  orNull,
} from './option-checks.ts'
import { type OptionTable, readOwnOptions } from './option-table.ts'

/** The options of every optimizer, as Keras has them. */
export interface OptimizerOptions extends ClippingOptions {
  /** The step size, at least 0: a number, a schedule, or a function of the number of the step. */
  readonly learningRate?: LearningRate
  /** Decoupled weight decay: before each step a variable loses this fraction of itself, times the learning rate. */
  readonly weightDecay?: number | null
  /** Whether to keep moving averages of the variables. */
  readonly useEma?: boolean
  /** How slowly the averages move, from 0 to 1. Default: 0.99. */
  readonly emaMomentum?: number
  /** After how many steps the variables are set to their averages. Default: never. */
  readonly emaOverwriteFrequency?: number | null
  /** What the loss is multiplied by before its gradients are computed, which are divided by it. */
  readonly lossScaleFactor?: number | null
  /** Over how many steps gradients are averaged before one update. Schedules count steps, averages updates. */
  readonly gradientAccumulationSteps?: number | null
  /** Default: the class name in snake_case. */
  readonly name?: string
}

/** What a class has where options are left away. */
export interface OptimizerDefaults {
  readonly learningRate: number
  readonly name: string
  readonly weightDecay?: number
}

/** The options of every optimizer, checked and complete. */
export type CommonOptions = {
  readonly [Name in keyof OptimizerOptions]-?: Exclude<OptimizerOptions[Name], undefined>
}

/** Their rules, in the order in which Keras's files list them. */
export const commonTable: OptionTable<CommonOptions> = {
  name: { key: 'name', default: undefined, check: checkText },
  learningRate: { key: 'learning_rate', default: undefined, check: checkLearningRate },
  weightDecay: { key: 'weight_decay', default: null, check: orNull(checkNonNegative) },
  clipnorm: { key: 'clipnorm', default: null, check: orNull(checkNonNegative) },
  globalClipnorm: { key: 'global_clipnorm', default: null, check: orNull(checkNonNegative) },
  clipvalue: { key: 'clipvalue', default: null, check: orNull(checkNonNegative) },
  useEma: { key: 'use_ema', default: false, check: checkBoolean },
  emaMomentum: { key: 'ema_momentum', default: 0.99, check: checkUnitInterval },
  emaOverwriteFrequency: {
    key: 'ema_overwrite_frequency',
    default: null,
    check: orNull(checkPositiveInteger),
  },
  lossScaleFactor: { key: 'loss_scale_factor', default: null, check: orNull(checkPositive) },
  gradientAccumulationSteps: {
    key: 'gradient_accumulation_steps',
    default: null,
    check: orNull(checkSteps),
  },
}

/** The options with their defaults. */
export function readCommonOptions(
  op: string,
  options: OptimizerOptions,
  defaults: OptimizerDefaults,
  ownOptionNames: readonly string[],
): CommonOptions {
  // The first is what messages give as an example.
  const names = new Set(['learningRate', ...ownOptionNames, ...Object.keys(commonTable)])
  checkOptionNames(op, options, [...names])
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const checked = readOwnOptions(op, commonTable, { ...defaults, ...Object.fromEntries(given) })
  checkClipping(op, checked)
  return checked
}

function checkSteps(op: string, name: string, value: unknown): number {
  const steps = checkPositiveInteger(op, name, value)
  if (steps >= 2) return steps
  throw new ArgumentError(`${name} is less than 2`, { op, received: { [name]: value } })
}

function checkClipping(op: string, { clipnorm, clipvalue, globalClipnorm }: ClippingOptions): void {
  const given = Object.entries({ clipnorm, clipvalue, globalClipnorm }).filter(([, value]) => value !== null)
  if (given.length <= 1) return
  throw new ArgumentError('more than one kind of clipping is set', {
    op,
    received: Object.fromEntries(given),
    expected: 'at most one of clipnorm, clipvalue and globalClipnorm',
  })
}
