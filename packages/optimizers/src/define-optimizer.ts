import type { Config, OptimizerClass, Tensor, Variable } from '@tapegrad/core'
import { OptimizerBase } from './optimizer-base.ts'
import type { OptimizerDefaults, OptimizerOptions } from './optimizer-options.ts'
import { type OptionTable, ownConfig, ownKeys, readOwnOptions } from './option-table.ts'
import { optionsFromConfig } from './options.ts'
import type { SlotSpec } from './slots.ts'

/** The options that a class adds to those of every optimizer. */
export type OwnOptions<Options extends OptimizerOptions> = Readonly<
  Required<Omit<Options, keyof OptimizerOptions>>
>

/** A class of optimizers with such options, which its objects have as properties. */
export interface OptimizerConstructor<Options extends OptimizerOptions> extends OptimizerClass {
  new (options?: Options): OptimizerBase & OwnOptions<Options>
  fromConfig(
    config: Config,
    customObjects?: Readonly<Record<string, unknown>>,
  ): OptimizerBase & OwnOptions<Options>
}

/** What a rule sees of a step of one variable. */
export interface RuleStep<Slots> {
  /** Of the variable's dtype. */
  readonly gradient: Tensor
  readonly variable: Variable
  readonly slots: Slots
  readonly learningRate: number
  /** The number of the update; the first is 1. */
  readonly t: number
}

/** What a rule gives for it: the new value of the variable, and of those parts of the state that change. */
export interface RuleResult<Slots> {
  readonly value: Tensor
  readonly slots?: { readonly [Name in keyof Slots]?: Tensor }
}

/** An optimizer, but for what all have in common. */
export interface Rule<Options extends OptimizerOptions, Slots extends object> {
  readonly className: string
  readonly defaults: OptimizerDefaults
  readonly options: OptionTable<OwnOptions<Options>>
  /** The state beside a variable by the names of its parts; null for what this variable does without. */
  readonly slots: (
    variable: Variable,
    own: OwnOptions<Options>,
  ) => { readonly [Name in keyof Slots]: SlotSpec | null }
  /** Computes a step from public ops. Runs in a tidy scope, and changes nothing itself. */
  readonly step: (step: RuleStep<Slots>, own: OwnOptions<Options>) => RuleResult<Slots>
  /** Takes the step in place in one kernel and returns true, where the backend has it; `decay` comes first. */
  readonly fuse?: (step: RuleStep<Slots>, own: OwnOptions<Options>, decay: number) => boolean
  /** The weight decay of a variable, where it is not the same for all. */
  readonly decayOf?: (
    variable: Variable,
    own: OwnOptions<Options>,
    weightDecay: number | null,
  ) => number | null
  /** Throws for options of all optimizers that this one cannot take. */
  readonly check?: (options: Options) => void
}

/** Makes a class of optimizers from its rule. */
export function defineOptimizer<Options extends OptimizerOptions, Slots extends object>(
  rule: Rule<Options, Slots>,
): OptimizerConstructor<Options> {
  type Own = OwnOptions<Options>

  class Defined extends OptimizerBase {
    static readonly className: string = rule.className
    readonly className: string = rule.className
    readonly #own: Own
    #slots: readonly Slots[] = []

    constructor(options: Options = {} as Options) {
      super(rule.className, options, rule.defaults, Object.keys(rule.options))
      rule.check?.(options)
      this.#own = readOwnOptions<Own>(rule.className, rule.options, options)
      Object.assign(this, this.#own)
    }

    static fromConfig(
      config: Config,
      customObjects: Readonly<Record<string, unknown>> = {},
    ): OptimizerBase & Own {
      const keys = ownKeys<Own>(rule.options) as Record<string, keyof Options & string>
      return new defined(optionsFromConfig<Options>(rule.className, config, keys, customObjects))
    }

    override getConfig(): Config {
      return { ...super.getConfig(), ...ownConfig<Own>(rule.options, this.#own) }
    }

    protected override buildSlots(variables: readonly Variable[]): Variable[] {
      const made: Variable[] = []
      this.#slots = variables.map((variable) => {
        const slots: Record<string, Variable> = {}
        for (const [name, spec] of Object.entries<SlotSpec | null>(rule.slots(variable, this.#own))) {
          if (spec === null) continue
          const slot = this.makeSlot(variable, name, spec)
          slots[name] = slot
          made.push(slot)
        }
        return slots as Slots
      })
      return made
    }

    protected override update(
      gradient: Tensor,
      variable: Variable,
      index: number,
      learningRate: number,
    ): void {
      const slots = this.#slots[index]!
      const t = this.iterations + 1
      const result = rule.step({ gradient, variable, slots, learningRate, t }, this.#own)
      for (const [name, value] of Object.entries<Tensor | undefined>(result.slots ?? {})) {
        if (value !== undefined) (slots as Record<string, Variable>)[name]!.assign(value)
      }
      variable.assign(result.value)
    }

    protected override updateFused(
      gradient: Tensor,
      variable: Variable,
      index: number,
      learningRate: number,
      decay: number,
    ): boolean {
      if (rule.fuse === undefined) return false
      const slots = this.#slots[index]!
      const t = this.iterations + 1
      return rule.fuse({ gradient, variable, slots, learningRate, t }, this.#own, decay)
    }

    protected override weightDecayOf(variable: Variable): number | null {
      const { weightDecay } = this
      return rule.decayOf === undefined ? weightDecay : rule.decayOf(variable, this.#own, weightDecay)
    }
  }

  // What consoles and stack traces show.
  Object.defineProperty(Defined, 'name', { value: rule.className })
  // The own options are assigned by their names, which the class itself cannot declare.
  const defined = Defined as OptimizerConstructor<Options> & typeof Defined
  return defined
}
