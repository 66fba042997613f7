/** What an error carries besides its sentence. */
export interface ErrorDetails {
  /** The function that refused, as the caller spells it: `matmul`, `Dense`, `loadModel`. */
  readonly op?: string
  /** What came, by argument name. Tensors are described as `float32[2, 3]`, the rest is printed. */
  readonly received?: Readonly<Record<string, unknown>>
  /** What would have been right. */
  readonly expected?: string
  /** What to do about it. */
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * The base of every error that tapegrad throws on purpose.
 *
 * `code` is stable across versions and survives minification; `op`, `received` and `hint` are the parts of the
 * message, for programs that want to show them in their own way.
 *
 * @example
 * ```ts
 * try {
 *   matmul(ones([2, 3]), ones([2, 3]))
 * } catch (error) {
 *   if (error instanceof TapegradError) console.log(error.code, error.hint)
 * }
 * ```
 */
export class TapegradError extends Error {
  readonly code: string = 'TAPEGRAD'
  readonly op: string | undefined
  declare readonly received: Readonly<Record<string, unknown>>
  readonly expected: string | undefined
  readonly hint: string | undefined
  /** The layers that were being applied, innermost first. */
  readonly path: readonly string[] = []
  readonly #what: string

  constructor(what: string, details: ErrorDetails = {}) {
    super('', details.cause === undefined ? undefined : { cause: details.cause })
    this.#what = what
    this.op = details.op
    // Not enumerable: Node prints the enumerable properties of an error that nobody catches, and would print all that
    // tensors are made of, their backend too. The message describes them.
    Object.defineProperty(this, 'received', { value: details.received ?? {}, enumerable: false })
    this.expected = details.expected
    this.hint = details.hint
    this.message = this.#render()
  }

  /** Adds the place where it happened (a layer, a callback) to the message; called on the way up. */
  addPath(place: string): this {
    ;(this.path as string[]).push(place)
    this.message = this.#render()
    return this
  }

  #render(): string {
    const lines = [this.op === undefined ? `${this.#what}.` : `${this.op}: ${this.#what}.`]
    for (const [name, value] of Object.entries(this.received)) lines.push(`${name}: ${describe(value)}`)
    if (this.expected !== undefined) lines.push(`expected: ${this.expected}`)
    if (this.path.length > 0) lines.push(`in: ${[...this.path].reverse().join(' > ')}`)
    if (this.hint !== undefined) lines.push(`hint: ${this.hint}`)
    return lines.join('\n  ')
  }
}

const longest = 120
/** How many entries of an array or object are looked at: all that fit into a line, and no more. */
const mostEntries = 40
const deepest = 4

/** A value in one short line, as error messages show it. */
export function describe(value: unknown): string {
  return describeAt(value, 0)
}

function describeAt(value: unknown, depth: number): string {
  if (isTensorLike(value)) return `${value.dtype}[${value.shape.map(String).join(', ')}]`
  if (typeof value === 'string') return JSON.stringify(shorten(value))
  if (typeof value === 'function') return value.name === '' ? 'a function' : `function ${value.name}`
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} bytes)`
  if (Array.isArray(value)) {
    if (depth === deepest) return '[…]'
    const entries = Array.from(value.slice(0, mostEntries), (entry) => describeAt(entry, depth + 1))
    return shorten(`[${entries.join(', ')}${value.length > mostEntries ? ', …' : ''}]`)
  }
  if (typeof value === 'object' && value !== null) {
    // What comes from files may have a `constructor` of its own.
    const maker: unknown = value.constructor
    if (typeof maker === 'function' && maker !== Object) return `a ${maker.name}`
    if (depth === deepest) return '{…}'
    const entries = Object.entries(value).slice(0, mostEntries)
    return shorten(
      `{ ${entries.map(([key, entry]) => `${key}: ${describeAt(entry, depth + 1)}`).join(', ')} }`,
    )
  }
  return String(value)
}

function shorten(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}

/** Sizes may be null: unknown, as in the shapes of layers. */
function isTensorLike(value: unknown): value is { dtype: string; shape: readonly (number | null)[] } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'dtype' in value &&
    'shape' in value &&
    typeof value.dtype === 'string' &&
    value.dtype.length < mostEntries &&
    Array.isArray(value.shape) &&
    value.shape.length < mostEntries &&
    value.shape.every((side) => side === null || typeof side === 'number')
  )
}
