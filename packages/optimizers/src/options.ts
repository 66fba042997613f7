import { ArgumentError, type Config, type Json, SerializationError } from '@tapegrad/core'

export function checkNonNegative(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value
  throw new ArgumentError(`${name} is not a finite number of at least 0`, { op, received: { [name]: value } })
}

export function checkUnitInterval(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value
  throw new ArgumentError(`${name} is not a number from 0 to 1`, { op, received: { [name]: value } })
}

export function checkPositiveInteger(op: string, name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value
  throw new ArgumentError(`${name} is not a whole number of at least 1`, { op, received: { [name]: value } })
}

export function checkBoolean(op: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new ArgumentError(`${name} is not a boolean`, { op, received: { [name]: value } })
}

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
 * @returns The options; the constructor checks their values.
 * @throws {@link SerializationError} for keys that neither the base nor the class knows.
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
): Options {
  const keys = new Map<string, string>([...Object.entries(commonKeys), ...Object.entries(ownKeys)])
  const options: Record<string, Json> = {}
  for (const [key, value] of Object.entries(config)) {
    const option = keys.get(key)
    if (option === undefined) {
      throw new SerializationError('the configuration has an unknown entry', {
        op: `${className}.fromConfig`,
        received: { key },
        expected: [...keys.keys()].join(', '),
      })
    }
    options[option] = value
  }
  return options as Options
}
