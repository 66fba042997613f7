import { type Config, type Json, SerializationError } from '@tapegrad/core'

/** One option of a class: its key in files, its default (`undefined` where it must be given), and its check. */
export interface OptionRule<T> {
  readonly key: string
  readonly default: T | undefined
  /** Returns the value, or throws an error of the class `op` where it makes no sense. */
  readonly check: (op: string, name: string, value: unknown) => T
}

/** The options that a class adds, in the order in which files list them. */
export type OptionTable<Own> = { readonly [Name in keyof Own]: OptionRule<Own[Name]> }

/** The checked values of a class's own options. */
export function readOwnOptions<Own extends object>(
  op: string,
  table: OptionTable<Own>,
  options: object,
): Own {
  const given = options as { readonly [Name in keyof Own]?: unknown }
  const values: Partial<Own> = {}
  for (const name of ownNames(table)) {
    const { check, default: otherwise } = table[name]
    const value = given[name]
    values[name] = check(op, name, value === undefined ? otherwise : value)
  }
  return values as Own
}

/** The values as files hold them. */
export function ownConfig<Own extends object>(table: OptionTable<Own>, values: Own): Config {
  return Object.fromEntries(ownNames(table).map((name) => [table[name].key, values[name] as Json]))
}

/** The options by their keys in files. */
export function ownKeys<Own extends object>(table: OptionTable<Own>): Record<string, keyof Own & string> {
  return Object.fromEntries(ownNames(table).map((name) => [table[name].key, name]))
}

/** What a file holds, by the names of options; throws for keys that are none. */
export function optionsByName(
  className: string,
  config: Config,
  keys: Readonly<Record<string, string>>,
): Record<string, Json> {
  const options: Record<string, Json> = {}
  for (const [key, value] of Object.entries(config)) {
    if (!Object.hasOwn(keys, key)) {
      throw new SerializationError('the configuration has an unknown entry', {
        op: `${className}.fromConfig`,
        received: { key },
        expected: Object.keys(keys).join(', '),
      })
    }
    options[keys[key]!] = value
  }
  return options
}

function ownNames<Own extends object>(table: OptionTable<Own>): (keyof Own & string)[] {
  return Object.keys(table) as (keyof Own & string)[]
}
