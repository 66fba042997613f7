import type { Config } from '@tapegrad/core'
import * as constraints from '../constraints/index.ts'
import * as initializers from '../initializers/index.ts'
import * as regularizers from '../regularizers/index.ts'
import type { ConfigReader } from '../saving/config-reader.ts'

/** The options of a layer that say how one of its weights begins, is penalised and bounded. */
export type WeightSettingOptions<W extends string> = {
  readonly [key in `${W}Initializer`]?: initializers.InitializerIdentifier
} & {
  readonly [key in `${W}Regularizer`]?: regularizers.RegularizerIdentifier | null
} & {
  readonly [key in `${W}Constraint`]?: constraints.ConstraintIdentifier | null
}

/** How a weight begins, is penalised and bounded. */
export interface WeightSettings {
  readonly initializer: initializers.Initializer
  readonly regularizer: regularizers.Regularizer | null
  readonly constraint: constraints.Constraint | null
}

/** The names of the options for a weight. */
export function weightSettingNames(weight: string): readonly string[] {
  return [`${weight}Initializer`, `${weight}Regularizer`, `${weight}Constraint`]
}

/** What the options say about a weight; without a word, it begins with `initializer`. */
export function weightSettings<W extends string>(
  weight: W,
  options: WeightSettingOptions<W>,
  initializer: initializers.InitializerName,
): WeightSettings {
  const given: {
    readonly [key: string]: unknown
  } = options
  return {
    initializer: initializers.get(
      (given[`${weight}Initializer`] as initializers.InitializerIdentifier | undefined) ?? initializer,
    ),
    regularizer: regularizers.get(
      (given[`${weight}Regularizer`] as regularizers.RegularizerIdentifier | null | undefined) ?? null,
    ),
    constraint: constraints.get(
      (given[`${weight}Constraint`] as constraints.ConstraintIdentifier | null | undefined) ?? null,
    ),
  }
}

/** The entries of a config that Keras writes for a weight. */
export function weightConfig(weight: string, settings: WeightSettings): Config {
  return {
    [`${weight}_initializer`]: initializers.serialize(settings.initializer),
    [`${weight}_regularizer`]: regularizers.serialize(settings.regularizer),
    [`${weight}_constraint`]: constraints.serialize(settings.constraint),
  }
}

/** The options for a weight from the entries that Keras writes. */
export function readWeightSettings<W extends string>(
  read: ConfigReader,
  weight: W,
  initializer: string,
): WeightSettingOptions<W> {
  return {
    [`${weight}Initializer`]: read.object(`${weight}_initializer`, initializers.deserialize, initializer),
    [`${weight}Regularizer`]: read.object(`${weight}_regularizer`, regularizers.deserialize, null),
    [`${weight}Constraint`]: read.object(`${weight}_constraint`, constraints.deserialize, null),
  } as WeightSettingOptions<W>
}
