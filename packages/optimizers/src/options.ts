import { type Config, SerializationError } from '@tapegrad/core'
import { deserialize } from './schedules/serialization.ts'

/** The options that every optimizer's configuration holds, by their names in files. */
export const commonKeys = {
  name: 'name',
  learning_rate: 'learningRate',
  weight_decay: 'weightDecay',
  clipnorm: 'clipnorm',
  global_clipnorm: 'globalClipnorm',
  clipvalue: 'clipvalue',
  use_ema: 'useEma',
  ema_momentum: 'emaMomentum',
  ema_overwrite_frequency: 'emaOverwriteFrequency',
  loss_scale_factor: 'lossScaleFactor',
  gradient_accumulation_steps: 'gradientAccumulationSteps',
} as const

/**
 * An optimizer's configuration, as files hold it, as its options.
 *
 * @param className The class's name, for messages.
 * @param config What `getConfig` returned: keys in snake_case.
 * @param ownKeys The options that the class adds to `OptimizerOptions`, by their keys.
 * @param customObjects Classes of schedules of your own, by the names that files give them.
 * @returns The options; the constructor checks their values.
 * @throws {@link SerializationError} for keys that neither the base nor the class knows, and unknown schedules.
 * @example
 * ```ts
 * static fromConfig(config: Config): Lion {
 *   return new Lion(optionsFromConfig<LionOptions>('Lion', config, { beta_1: 'beta1', beta_2: 'beta2' }))
 * }
 * ```
 */
export function optionsFromConfig<Options>(
  className: string,
  config: Config,
  ownKeys: Readonly<Record<string, keyof Options & string>>,
  customObjects: Readonly<Record<string, unknown>> = {},
): Options {
  const keys = new Map<string, string>([...Object.entries(commonKeys), ...Object.entries(ownKeys)])
  const options: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(config)) {
    const option = keys.get(key)
    if (option === undefined) {
      throw new SerializationError('the configuration has an unknown entry', {
        op: `${className}.fromConfig`,
        received: { key },
        expected: [...keys.keys()].join(', '),
      })
    }
    // A learning rate that is an object describes a schedule.
    const isSchedule = option === 'learningRate' && typeof value === 'object' && value !== null
    options[option] = isSchedule ? deserialize(value, customObjects) : value
  }
  return options as Options
}
