import { ArgumentError, type Json, type Tensor } from '@tapegrad/core'
import type { CallbackState } from './callback.ts'

/** A number as JSON can hold it: NaN and infinities as texts. */
export function savedNumber(value: number | null): Json {
  return value === null || Number.isFinite(value) ? value : String(value)
}

const special: ReadonlyMap<unknown, number> = /* @__PURE__ */ new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
])

/** Reads the state of a callback, every entry checked. */
export class StateReader {
  readonly tensors: readonly Tensor[]
  readonly #op: string
  readonly #values: ReadonlyMap<string, Json>

  /** @throws {@link ArgumentError} here and in all methods, for what is no state of this kind of callback. */
  constructor(op: string, { values, tensors = [] }: CallbackState) {
    this.#op = op
    this.#values = new Map(Object.entries(values ?? {}))
    this.tensors = tensors
  }

  number(key: string): number {
    return this.#toNumber(key, this.#values.get(key))
  }

  numberOrNull(key: string): number | null {
    return this.#values.get(key) === null ? null : this.number(key)
  }

  numbers(key: string): readonly number[] {
    return this.#toNumbers(key, this.#values.get(key))
  }

  namedNumbers(key: string): readonly (readonly [string, readonly number[]])[] {
    return this.#toList(key, this.#values.get(key)).map((entry) => {
      const [name, values] = this.#toList(key, entry)
      if (typeof name !== 'string') throw this.#failure(key, entry)
      return [name, this.#toNumbers(key, values)]
    })
  }

  #toNumbers(key: string, value: Json | undefined): readonly number[] {
    return this.#toList(key, value).map((each) => this.#toNumber(key, each))
  }

  #toNumber(key: string, value: Json | undefined): number {
    const number = typeof value === 'number' ? value : special.get(value)
    if (number === undefined) throw this.#failure(key, value)
    return number
  }

  #toList(key: string, value: Json | undefined): readonly Json[] {
    if (Array.isArray(value)) return value as readonly Json[]
    throw this.#failure(key, value)
  }

  #failure(key: string, value: unknown): ArgumentError {
    return new ArgumentError('this is not the state of such a callback', {
      op: `${this.#op}.setState`,
      received: { [key]: value },
      expected: 'what getState() gave',
    })
  }
}
