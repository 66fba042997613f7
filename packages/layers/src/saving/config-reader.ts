import {
  type Config,
  closestName,
  describe,
  type FloatDType,
  type Json,
  SerializationError,
} from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { isConfig } from './serializable.ts'

/**
 * Reads an object's config with every entry checked.
 *
 * Each method takes the key and what to return where the key is missing; without a fallback the key is required.
 * A fallback of `null` also allows `null` as the value. `done()` reports keys that nobody asked for.
 *
 * @example
 * ```ts
 * static fromConfig(config: Config): Dropout {
 *   const read = new ConfigReader('Dropout', config)
 *   const options = { ...readLayerOptions(read), rate: read.number('rate'), seed: read.integer('seed', null) }
 *   read.done()
 *   return new Dropout(options)
 * }
 * ```
 */
export class ConfigReader {
  readonly className: string
  readonly #config: Config
  readonly #asked: Set<string> = new Set()

  /** @throws {@link SerializationError} when the config is not an object. */
  constructor(className: string, config: Config) {
    this.className = className
    if (!isConfig(config)) {
      throw new SerializationError('the config is not an object', { op: className, received: { config } })
    }
    this.#config = config
  }

  has(key: string): boolean {
    this.#asked.add(key)
    return Object.hasOwn(this.#config, key)
  }

  /** The entry as it is. */
  json(key: string, fallback?: Json): Json {
    if (this.has(key)) return this.#config[key]!
    if (fallback !== undefined) return fallback
    throw this.error('the config lacks an entry', key)
  }

  number(key: string, fallback?: number): number
  number(key: string, fallback: number | null): number | null
  number(key: string, fallback?: number | null): number | null {
    return this.#read(key, fallback, 'a finite number', (value) => Number.isFinite(value)) as number | null
  }

  integer(key: string, fallback?: number): number
  integer(key: string, fallback: number | null): number | null
  integer(key: string, fallback?: number | null): number | null {
    return this.#read(key, fallback, 'a whole number', (value) => Number.isSafeInteger(value)) as
      | number
      | null
  }

  boolean(key: string, fallback?: boolean): boolean
  boolean(key: string, fallback: boolean | null): boolean | null
  boolean(key: string, fallback?: boolean | null): boolean | null {
    return this.#read(key, fallback, 'true or false', (value) => typeof value === 'boolean') as boolean | null
  }

  string(key: string, fallback?: string): string
  string(key: string, fallback: string | null): string | null
  string(key: string, fallback?: string | null): string | null {
    return this.#read(key, fallback, 'a text', (value) => typeof value === 'string') as string | null
  }

  /** One of a few texts, given as files spell them. */
  oneOf<const V extends string>(key: string, values: readonly V[], fallback?: V): V
  oneOf<const V extends string>(key: string, values: readonly V[], fallback: V | null): V | null
  oneOf<const V extends string>(key: string, values: readonly V[], fallback?: V | null): V | null {
    const expected = `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`
    return this.#read(key, fallback, expected, (value) =>
      (values as readonly Json[]).includes(value),
    ) as V | null
  }

  /** Whole numbers. */
  integers(key: string, fallback?: readonly number[]): readonly number[]
  integers(key: string, fallback: readonly number[] | null): readonly number[] | null
  integers(key: string, fallback?: readonly number[] | null): readonly number[] | null {
    const accepts = (value: Json): boolean =>
      Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry))
    return this.#read(key, fallback, 'a list of whole numbers', accepts) as readonly number[] | null
  }

  /** Sizes, of which some may be unknown (`null`). */
  shape(key: string, fallback?: SymbolicShape): SymbolicShape
  shape(key: string, fallback: SymbolicShape | null): SymbolicShape | null
  shape(key: string, fallback?: SymbolicShape | null): SymbolicShape | null {
    const accepts = (value: Json): boolean =>
      Array.isArray(value) && value.every((entry) => entry === null || Number.isSafeInteger(entry))
    return this.#read(key, fallback, 'a list of whole numbers and nulls', accepts) as SymbolicShape | null
  }

  /** A dtype: its name, or Keras's `DTypePolicy` with that name. */
  dtype(key: string, fallback: FloatDType): FloatDType {
    const value = this.json(key, fallback)
    const policy = isConfig(value) && Object.hasOwn(value, 'config') ? value['config'] : undefined
    const name = isConfig(policy) && Object.hasOwn(policy, 'name') ? policy['name'] : value
    if (name === null) return fallback
    if (name === 'float32' || name === 'float64') return name
    throw this.error('the dtype is not supported', key, 'float32 or float64')
  }

  /** An entry that another object's reader understands: `read.object('kernel_initializer', initializers.deserialize, null)`. */
  object<T>(key: string, deserialize: (json: Json) => T, fallback?: Json): T {
    return deserialize(this.json(key, fallback))
  }

  /** An entry of Keras's that has no counterpart here: accepted when it is missing, null or the neutral value. */
  unsupported(key: string, neutral: Json = null): void {
    const value = this.json(key, null)
    if (value === null || value === neutral) return
    throw this.error('the entry asks for something that is not supported', key, describeNeutral(neutral))
  }

  /** Entries that carry nothing needed here. */
  ignore(...keys: readonly string[]): void {
    for (const key of keys) this.#asked.add(key)
  }

  /** @throws {@link SerializationError} for entries that nobody asked for. */
  done(): void {
    for (const key of Object.keys(this.#config)) {
      if (this.#asked.has(key)) continue
      const closest = closestName(key, this.#asked)
      throw new SerializationError(`the config has an unknown entry ${describe(key)}`, {
        op: this.className,
        received: { value: this.#config[key] },
        ...(closest === undefined ? {} : { hint: `did you mean ${closest}?` }),
      })
    }
  }

  /** An error about an entry, for checks of the class's own. */
  error(what: string, key: string, expected?: string): SerializationError {
    const value = Object.hasOwn(this.#config, key) ? this.#config[key] : undefined
    return new SerializationError(what, {
      op: this.className,
      received: { [key]: value },
      ...(expected === undefined ? {} : { expected }),
    })
  }

  #read(key: string, fallback: Json | undefined, expected: string, accepts: (value: Json) => boolean): Json {
    const value = this.json(key, fallback)
    if (accepts(value) || (value === null && fallback === null)) return value
    throw this.error('the config has an entry of the wrong kind', key, expected)
  }
}

function describeNeutral(neutral: Json): string {
  return neutral === null ? 'null' : `null or ${JSON.stringify(neutral)}`
}
