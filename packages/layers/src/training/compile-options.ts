import { ArgumentError, checkOptionNames, type Optimizer } from '@tapegrad/core'
import type { LossName } from '../losses/index.ts'
import type { MetricName } from '../metrics/index.ts'
import type { LossFunction, LossLike, MetricLike } from './contracts.ts'
import { checkMetric } from './resolve.ts'

/** A built-in name, or one of your own that was registered. */
type Name<BuiltIn extends string> = BuiltIn | (string & Record<never, never>)

/** A loss, its name, or a function of targets and predictions. */
export type LossOption = LossLike | LossFunction | Name<LossName>

/** A metric, its name, or a function of targets and predictions. */
export type MetricOption = MetricLike | LossFunction | Name<MetricName>

/** One for each output, in their order or by their names. */
export type PerOutput<T> = readonly T[] | Readonly<Record<string, T>>

/** A list of metrics; for several outputs a list with one entry for each, or an object by their names. */
export type MetricOptions = PerOutput<MetricOption | readonly MetricOption[] | null>

export interface CompileOptions {
  /** An optimizer object, such as `new Adam({ learningRate: 1e-3 })`. */
  readonly optimizer: Optimizer
  /**
   * A loss, its name, or a function of targets and predictions; for several outputs one for all of them, a list, or an
   * object by their names. None: only penalties are minimised.
   */
  readonly loss?: LossOption | null | PerOutput<LossOption | null>
  /** What the losses of the outputs are multiplied with before they are added up. Default: 1. */
  readonly lossWeights?: number | PerOutput<number>
  /** Metrics, their names ('accuracy' and 'crossentropy' choose the one that fits), or functions; sample weights do not touch them. */
  readonly metrics?: MetricOptions
  /** Metrics that take sample weights into account. */
  readonly weightedMetrics?: MetricOptions
}

const compileOptionNames = ['optimizer', 'loss', 'lossWeights', 'metrics', 'weightedMetrics']

/** @throws {@link ArgumentError} for options that are not what their names say. */
export function checkCompileOptions(op: string, options: CompileOptions): void {
  checkOptionNames(op, options, compileOptionNames)
  checkOptimizer(op, options.optimizer)
  for (const name of ['metrics', 'weightedMetrics'] as const) {
    const given: unknown = options[name] ?? []
    if (typeof given !== 'object' || 'updateState' in given!) {
      throw new ArgumentError(`${name} is not a list`, { op, received: { [name]: given } })
    }
    for (const metric of flatMetrics(options[name])) checkMetric(op, metric)
  }
  const weights: unknown[] = isPerOutput(options.lossWeights)
    ? Object.values(options.lossWeights)
    : [options.lossWeights ?? 1]
  if (weights.every((weight) => typeof weight === 'number' && Number.isFinite(weight))) return
  throw new ArgumentError('lossWeights is not made of finite numbers', {
    op,
    received: { lossWeights: options.lossWeights },
    expected: 'a number, or one for each output',
  })
}

/** All metrics of an option, whatever outputs they are for. */
export function flatMetrics(given: MetricOptions = []): readonly MetricOption[] {
  return Object.values(given)
    .flat()
    .filter((metric): metric is MetricOption => metric !== null)
}

/** Whether an option says something for each output: lists and plain objects do, losses and metrics do not. */
export function isPerOutput<T>(given: unknown): given is PerOutput<T> {
  return typeof given === 'object' && given !== null && !('apply' in given) && !('updateState' in given)
}

/**
 * What an option says for each output, in their order.
 *
 * @throws {@link ArgumentError} where it does not fit the outputs.
 */
export function forOutputs<T>(
  option: string,
  given: PerOutput<T>,
  names: readonly string[],
  count: number,
): readonly (T | undefined)[] {
  if (Array.isArray(given)) {
    if (given.length === count) return given as readonly T[]
    throw new ArgumentError(`${option} has not one entry for each output`, {
      op: 'compile',
      received: { [option]: given },
      expected: `${count} entries`,
    })
  }
  const entries = new Map(Object.entries(given as Readonly<Record<string, T>>))
  const unknown = [...entries.keys()].find((name) => !names.includes(name))
  if (unknown === undefined) return names.map((name) => entries.get(name))
  throw new ArgumentError(`${option} names an output that the model does not have`, {
    op: 'compile',
    received: { output: unknown },
    expected: names.length === 0 ? 'a list: the outputs have no names' : `one of ${names.join(', ')}`,
  })
}

function checkOptimizer(op: string, optimizer: unknown): void {
  const isOptimizer =
    typeof optimizer === 'object' &&
    optimizer !== null &&
    'apply' in optimizer &&
    typeof optimizer.apply === 'function' &&
    'variables' in optimizer
  if (isOptimizer) return
  throw new ArgumentError('the optimizer is not an optimizer', {
    op,
    received: { optimizer },
    expected: 'an object such as new Adam({ learningRate: 0.001 })',
    ...(typeof optimizer === 'string' ? { hint: "import { Adam } from '@tapegrad/optimizers'" } : {}),
  })
}
