import { ArgumentError, type Config, type Json, SerializationError } from '@tapegrad/core'
import { CosineDecay } from './cosine-decay.ts'
import { CosineDecayRestarts } from './cosine-decay-restarts.ts'
import type { LearningRateSchedule, ScheduleClass } from './define-schedule.ts'
import { ExponentialDecay } from './exponential-decay.ts'
import { InverseTimeDecay } from './inverse-time-decay.ts'
import { PiecewiseConstantDecay } from './piecewise-constant-decay.ts'
import { PolynomialDecay } from './polynomial-decay.ts'

const keras = 'keras.optimizers.schedules'

// Made when it is needed, so that the module does nothing when it is loaded; a Map, since files choose the name.
function builtIns(): ReadonlyMap<string, ScheduleClass> {
  return new Map(
    [
      ExponentialDecay,
      PiecewiseConstantDecay,
      PolynomialDecay,
      InverseTimeDecay,
      CosineDecay,
      CosineDecayRestarts,
    ].map((each) => [each.className, each]),
  )
}

/**
 * A schedule as Keras writes it to files.
 *
 * @returns `{ module, class_name, config, registered_name }`.
 * @throws {@link ArgumentError} for what is no schedule.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/
 * @example
 * ```ts
 * const json = schedules.serialize(new schedules.CosineDecay({ initialLearningRate: 0.1, decaySteps: 100 }))
 * const copy = schedules.deserialize(json)
 * ```
 */
export function serialize(schedule: LearningRateSchedule): Config {
  const { className } = schedule
  if (typeof className !== 'string' || typeof schedule.getConfig !== 'function') {
    throw new ArgumentError('this is not a schedule', { op: 'schedules.serialize', received: { schedule } })
  }
  const isBuiltIn = builtIns().has(className)
  return {
    module: isBuiltIn ? keras : null,
    class_name: className,
    config: schedule.getConfig(),
    registered_name: isBuiltIn ? null : className,
  }
}

/**
 * The schedule that `serialize` wrote.
 *
 * @param json `{ class_name, config }`, as in Keras's files.
 * @param customObjects Classes of your own by the names that files give them.
 * @returns A schedule.
 * @throws {@link SerializationError} for a class that is neither built in nor given, and damaged descriptions.
 * @see https://keras.io/api/optimizers/learning_rate_schedules/
 * @example
 * ```ts
 * const schedule = schedules.deserialize(json, { MySchedule })
 * ```
 */
export function deserialize(
  json: Json,
  customObjects: Readonly<Record<string, unknown>> = {},
): LearningRateSchedule {
  const { class_name: name, config } = isObject(json) ? json : {}
  if (typeof name !== 'string' || config === undefined || !isObject(config)) {
    throw failure('this is not the description of a schedule', { json })
  }
  const found = Object.hasOwn(customObjects, name) ? customObjects[name] : builtIns().get(name)
  if (isScheduleClass(found)) return found.fromConfig(config)
  throw failure(
    'the schedule is neither built in nor given',
    { class_name: name },
    'fromConfig(config, { MySchedule })',
  )
}

function isObject(json: Json): json is Config {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function isScheduleClass(found: unknown): found is ScheduleClass {
  return typeof found === 'function' && 'fromConfig' in found && typeof found.fromConfig === 'function'
}

function failure(
  what: string,
  received: Readonly<Record<string, unknown>>,
  hint?: string,
): SerializationError {
  return new SerializationError(what, {
    op: 'schedules.deserialize',
    received,
    ...(hint === undefined ? {} : { hint }),
  })
}
