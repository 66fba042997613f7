import { ArgumentError, type Config, checkOptionNames } from '@tapegrad/core'
import { type OptionTable, optionsByName, ownConfig, ownKeys, readOwnOptions } from '../option-table.ts'

/** A learning rate that depends on the step; optimizers take it as `learningRate`. */
export interface LearningRateSchedule {
  /** The name of the class in files. */
  readonly className: string
  /** The learning rate of a step; the first is 0. */
  call(step: number): number
  /** The options as Keras writes them: snake_case keys, JSON values. */
  getConfig(): Config
}

/** A class of schedules, as `fromConfig` takes it in its custom objects. */
export interface ScheduleClass {
  readonly className: string
  fromConfig(config: Config): LearningRateSchedule
}

/** A class of schedules with such options, which its objects have as properties. */
export interface ScheduleConstructor<Options extends { readonly name?: string }> extends ScheduleClass {
  new (options: Options): LearningRateSchedule & Readonly<Required<Options>>
  fromConfig(config: Config): LearningRateSchedule & Readonly<Required<Options>>
}

/** A schedule, but for what all have in common. */
export interface ScheduleRule<Options extends { readonly name?: string }> {
  readonly className: string
  readonly options: OptionTable<Readonly<Required<Options>>>
  /** The learning rate of a step. */
  readonly at: (step: number, own: Readonly<Required<Options>>) => number
  /** Throws for options that do not go together. */
  readonly check?: (own: Readonly<Required<Options>>) => void
}

/** Makes a class of schedules from its rule. */
export function defineSchedule<Options extends { readonly name?: string }>(
  rule: ScheduleRule<Options>,
): ScheduleConstructor<Options> {
  type Own = Readonly<Required<Options>>
  const { className } = rule

  class Defined implements LearningRateSchedule {
    static readonly className: string = className
    readonly className: string = className
    readonly #own: Own

    constructor(options: Options) {
      checkOptionNames(className, options, Object.keys(rule.options))
      this.#own = readOwnOptions<Own>(className, rule.options, options)
      rule.check?.(this.#own)
      Object.assign(this, this.#own)
    }

    static fromConfig(config: Config): LearningRateSchedule & Own {
      return new defined(optionsByName(className, config, ownKeys<Own>(rule.options)) as Own)
    }

    call(step: number): number {
      if (Number.isInteger(step) && step >= 0) return rule.at(step, this.#own)
      throw new ArgumentError('the step is not a whole number of at least 0', {
        op: className,
        received: { step },
      })
    }

    getConfig(): Config {
      return ownConfig<Own>(rule.options, this.#own)
    }
  }

  // What consoles and stack traces show.
  Object.defineProperty(Defined, 'name', { value: className })
  // The options are assigned by their names, which the class itself cannot declare.
  const defined = Defined as ScheduleConstructor<Options> & typeof Defined
  return defined
}
