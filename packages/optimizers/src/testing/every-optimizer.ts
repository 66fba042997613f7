import {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Ftrl,
  Lamb,
  Lion,
  Muon,
  Nadam,
  type OptimizerBase,
  type OptimizerOptions,
  RMSprop,
  SGD,
} from '../index.ts'

/** What tests need of a class of optimizers. */
export interface AnyOptimizerClass {
  // AdamW takes no null.
  new (options?: Omit<OptimizerOptions, 'weightDecay'> & { readonly weightDecay?: number }): OptimizerBase
  readonly className: string
  fromConfig(
    config: Parameters<typeof Adam.fromConfig>[0],
    customObjects?: Readonly<Record<string, unknown>>,
  ): OptimizerBase
}

export const everyOptimizer: readonly AnyOptimizerClass[] = [
  SGD,
  RMSprop,
  Adam,
  AdamW,
  Adamax,
  Nadam,
  Adagrad,
  Adadelta,
  Ftrl,
  Lion,
  Adafactor,
  Lamb,
  Muon,
]

export const optimizersByName: ReadonlyMap<string, AnyOptimizerClass> = new Map(
  everyOptimizer.map((each) => [each.className, each]),
)
