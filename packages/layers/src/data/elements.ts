import { ArgumentError, keep, stack, Tensor, tensor, tidy, Variable } from '@tapegrad/core'

type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array

/** What `batch` makes of elements: tensors with one more axis, in lists and objects of the same form. */
export type Batched<T> = T extends
  | Tensor
  | TypedArray
  | number
  | boolean
  | readonly number[]
  | readonly boolean[]
  ? Tensor
  : T extends object
    ? { readonly [K in keyof T]: Batched<T[K]> }
    : never

/** Disposes the tensors in lists and objects; variables are weights, and stay. */
export function disposeTensors(element: unknown, except: ReadonlySet<unknown> = new Set()): void {
  for (const each of tensorsIn(element)) if (!except.has(each)) each.dispose()
}

/** The tensors in lists and objects. */
export function tensorsIn(element: unknown, found: Set<Tensor> = new Set()): Set<Tensor> {
  if (element instanceof Tensor) {
    if (!(element instanceof Variable)) found.add(element)
  } else if (isStructure(element)) {
    for (const part of Object.values(element)) tensorsIn(part, found)
  }
  return found
}

/** Does something with each value in lists and objects. */
export function mapLeaves(element: unknown, f: (leaf: unknown) => unknown): unknown {
  if (!isStructure(element)) return f(element)
  if (Array.isArray(element)) return element.map((part: unknown) => mapLeaves(part, f))
  return Object.fromEntries(Object.entries(element).map(([key, part]) => [key, mapLeaves(part, f)]))
}

/** Puts elements of one form together along a new first axis. The elements stay as they are. */
export function stackElements<T>(elements: readonly T[]): Batched<T> {
  return tidy(() => keepAll(stackParts(elements, 'element'))) as Batched<T>
}

function stackParts(parts: readonly unknown[], path: string): unknown {
  const [first] = parts
  if (!isStructure(first)) return stackLeaves(parts, path)
  if (Array.isArray(first)) {
    const sized = parts.every(
      (part) => Array.isArray(part) && isStructure(part) && part.length === first.length,
    )
    if (!sized) throw differing(parts, path)
    return first.map((_, i) =>
      stackParts(
        parts.map((part) => (part as readonly unknown[])[i]),
        `${path}[${i}]`,
      ),
    )
  }
  const keys = Object.keys(first)
  return Object.fromEntries(
    keys.map((key) => {
      const entries = parts.map((part) => {
        if (!isStructure(part) || !(key in part)) throw differing(parts, `${path}.${key}`)
        return (part as Readonly<Record<string, unknown>>)[key]
      })
      return [key, stackParts(entries, `${path}.${key}`)]
    }),
  )
}

function stackLeaves(leaves: readonly unknown[], path: string): Tensor {
  const tensors = leaves.map((leaf) => {
    if (leaf instanceof Tensor) return leaf
    if (isValue(leaf)) return tensor(leaf)
    throw new ArgumentError('an element has a part that batch cannot stack', {
      op: 'Dataset.batch',
      received: { [path]: leaf },
      expected: 'tensors, numbers, booleans, typed arrays or lists of numbers',
      hint: 'map() the elements first',
    })
  })
  try {
    return stack(tensors)
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause
    throw new ArgumentError('the elements of a batch have different shapes or dtypes', {
      op: 'Dataset.batch',
      received: { [path]: tensors.map(({ dtype, shape }) => `${dtype}[${shape.join(', ')}]`).join(' and ') },
      expected: 'elements of one form',
      hint: 'map() them to one shape, or filter() before batch()',
      cause,
    })
  }
}

function differing(parts: readonly unknown[], path: string): ArgumentError {
  return new ArgumentError('the elements of a batch have different parts', {
    op: 'Dataset.batch',
    received: { [path]: parts },
    expected: 'elements with the same keys, or lists of the same length',
  })
}

/** Keeps the tensors of an element beyond the scope. */
export function keepAll<T>(element: T): T {
  for (const each of tensorsIn(element)) keep(each)
  return element
}

/** Plain objects and lists have parts; a list of numbers is a value. */
function isStructure(element: unknown): element is object {
  if (Array.isArray(element)) return !element.every(isNumber)
  if (typeof element !== 'object' || element === null) return false
  const prototype: unknown = Object.getPrototypeOf(element)
  return prototype === Object.prototype || prototype === null
}

function isValue(leaf: unknown): leaf is number | boolean | TypedArray | readonly number[] {
  return isNumber(leaf) || ArrayBuffer.isView(leaf) || Array.isArray(leaf)
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'boolean'
}
