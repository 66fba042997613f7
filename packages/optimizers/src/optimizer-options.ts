import { ArgumentError, type Config, checkOptionNames, type Json } from '@tapegrad/core'
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
import { commonKeys } from './options.ts'

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

type Check = (op: string, name: string, value: unknown) => unknown

// In the order in which Keras's files list them.
const checks: Readonly<Record<keyof OptimizerOptions, Check>> = {
  name: checkText,
  learningRate: (op, _name, value) => checkLearningRate(op, value),
  weightDecay: orNull(checkNonNegative),
  clipnorm: orNull(checkNonNegative),
  globalClipnorm: orNull(checkNonNegative),
  clipvalue: orNull(checkNonNegative),
  useEma: checkBoolean,
  emaMomentum: checkUnitInterval,
  emaOverwriteFrequency: orNull(checkPositiveInteger),
  lossScaleFactor: orNull(checkPositive),
  gradientAccumulationSteps: orNull(checkSteps),
}

/** The options with their defaults. */
export function readCommonOptions(
  op: string,
  options: OptimizerOptions,
  defaults: OptimizerDefaults,
  ownOptionNames: readonly string[],
): CommonOptions {
  const names = Object.keys(checks) as (keyof OptimizerOptions)[]
  // The first is what messages give as an example.
  checkOptionNames(op, options, [...new Set(['learningRate', ...ownOptionNames, ...names])])
  const filled: OptimizerOptions = {
    useEma: false,
    emaMomentum: 0.99,
    ...defaults,
    ...withoutUndefined(options),
  }
  const checked = Object.fromEntries(names.map((name) => [name, checks[name](op, name, filled[name])]))
  checkClipping(op, checked as ClippingOptions)
  return checked as CommonOptions
}

/** The options as files hold them. */
export function commonConfig(options: { readonly [Name in keyof CommonOptions]: Json }): Config {
  return Object.fromEntries(Object.entries(commonKeys).map(([key, name]) => [key, options[name]]))
}

function withoutUndefined(options: OptimizerOptions): OptimizerOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function checkSteps(op: string, name: string, value: unknown): number {
  const steps = checkPositiveInteger(op, name, value)
  if (steps >= 2) return steps
  throw new ArgumentError(`${name} is less than 2`, { op, received: { [name]: value } })
}

function checkClipping(op: string, options: ClippingOptions): void {
  const { clipnorm, clipvalue, globalClipnorm } = options
  const given = Object.entries({ clipnorm, clipvalue, globalClipnorm }).filter(([, value]) => value !== null)
  if (given.length <= 1) return
  throw new ArgumentError('more than one kind of clipping is set', {
    op,
    received: Object.fromEntries(given),
    expected: 'at most one of clipnorm, clipvalue and globalClipnorm',
  })
}
