import type { Config } from '@tapegrad/core'
import { commonTable } from './optimizer-options.ts'
import { optionsByName, ownKeys } from './option-table.ts'
import { deserialize } from './schedules/serialization.ts'

/**
 * An optimizer's configuration, as files hold it, as its options.
 *
 * @param className The class's name, for messages.
 * @param config What `getConfig` returned: keys in snake_case.
 * @param keys The options that the class adds to `OptimizerOptions`, by their keys.
 * @param customObjects Classes of schedules of your own, by the names that files give them.
 * @returns The options; the constructor checks their values.
 * @throws {@link SerializationError} for keys that neither the base nor the class knows, and unknown schedules.
 * @example
 * ```ts
 * static fromConfig(config: Config, customObjects?: Readonly<Record<string, unknown>>): Signum {
 *   return new Signum(optionsFromConfig<SignumOptions>('Signum', config, { momentum: 'momentum' }, customObjects))
 * }
 * ```
 */
export function optionsFromConfig<Options>(
  className: string,
  config: Config,
  keys: Readonly<Record<string, keyof Options & string>>,
  customObjects: Readonly<Record<string, unknown>> = {},
): Options {
  const options = optionsByName(className, config, { ...ownKeys(commonTable), ...keys })
  const { learningRate } = options
  // A learning rate that is an object describes a schedule.
  const isSchedule = typeof learningRate === 'object' && learningRate !== null
  return {
    ...options,
    ...(isSchedule && { learningRate: deserialize(learningRate, customObjects) }),
  } as Options
}
