import { ArgumentError } from '../errors/index.ts'
import { rejectPromise } from '../memory/scope.ts'
import { Tensor } from '../tensor/tensor.ts'

/** A tensor, or tensors nested in arrays and plain objects. */
export type Structure = Tensor | readonly Structure[] | { readonly [key: string]: Structure }

/** The same structure, of gradients. Of a structure that is not known, one that is not. */
export type GradientOf<T> = Structure extends T
  ? Structure
  : T extends Tensor
    ? Tensor
    : { -readonly [K in keyof T]: GradientOf<T[K]> }

/** The same structure, of tensors that are given: tangents, or a vector to multiply with. */
export type TangentOf<T> = Structure extends T
  ? Structure
  : T extends Tensor
    ? Tensor
    : { readonly [K in keyof T]: TangentOf<T[K]> }

/** What may stand for a list of one argument: anything but a list. */
export type OnlyArgument = Tensor | { readonly [key: string]: Structure }

/** The arguments that a list or a single argument stands for. */
export function argumentsOf(given: Structure): readonly Structure[] {
  return Array.isArray(given) ? given : [given as OnlyArgument]
}

/** The tensors of a structure, in a fixed order. */
export function flattenStructure(op: string, structure: unknown, path: string): Tensor[] {
  const found: Tensor[] = []
  visit(op, structure, path, (tensor, where) => {
    tensor.assertUsable(op, where)
    found.push(tensor)
  })
  return found
}

/** The tensors of what a synchronous function returned. */
export function flattenValue(op: string, value: unknown): Tensor[] {
  rejectPromise(op, value)
  return flattenStructure(op, value, "the function's value")
}

/** The tensors of a structure that must have the places of another one, in the order of {@link flattenStructure}. */
export function flattenLike(op: string, structure: unknown, like: unknown, path: string): Tensor[] {
  if (like instanceof Tensor) {
    if (structure instanceof Tensor) {
      structure.assertUsable(op, path)
      return [structure]
    }
    throw new ArgumentError(`${path} is not a tensor`, {
      op,
      received: { [path]: structure },
      expected: 'one tensor for each tensor that is differentiated, in the same places',
    })
  }
  const places = Object.keys(like as object)
  const found = typeof structure === 'object' && structure !== null ? structure : undefined
  const fits =
    found !== undefined &&
    Array.isArray(found) === Array.isArray(like) &&
    Object.keys(found).length === places.length &&
    places.every((place) => Object.hasOwn(found, place))
  if (!fits || found instanceof Tensor) {
    throw new ArgumentError(`${path} has other places than what is differentiated`, {
      op,
      received: { [path]: structure },
      expected: Array.isArray(like) ? `a list of ${places.length}` : `an object of ${places.join(', ')}`,
    })
  }
  return places.flatMap((place) => {
    const where = Array.isArray(like) ? `${path}[${place}]` : `${path}.${place}`
    return flattenLike(op, found[place as never], (like as Record<string, unknown>)[place], where)
  })
}

/** The structure with every tensor replaced, in the order of {@link flattenStructure}. */
export function mapStructure(structure: unknown, map: (tensor: Tensor) => unknown): unknown {
  if (structure instanceof Tensor) return map(structure)
  if (Array.isArray(structure)) return structure.map((entry) => mapStructure(entry, map))
  return Object.fromEntries(
    Object.entries(structure as object).map(([key, entry]) => [key, mapStructure(entry, map)]),
  )
}

/** The structure with given tensors in its places, in the order of {@link flattenStructure}. */
export function fillStructure(structure: unknown, tensors: readonly Tensor[]): unknown {
  let next = 0
  return mapStructure(structure, () => tensors[next++]!)
}

function visit(
  op: string,
  value: unknown,
  path: string,
  found: (tensor: Tensor, path: string) => void,
): void {
  if (value instanceof Tensor) found(value, path)
  else if (Array.isArray(value)) value.forEach((entry, i) => visit(op, entry, `${path}[${i}]`, found))
  else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    for (const [key, entry] of Object.entries(value)) visit(op, entry, `${path}.${key}`, found)
  } else {
    throw new ArgumentError(`${path} is not a tensor`, {
      op,
      received: { [path]: value },
      expected: 'tensors, variables, or arrays and plain objects of them',
      hint:
        typeof value === 'number'
          ? 'make one with tensor(…), or use the number from the function around it'
          : 'use other values from the function around it',
    })
  }
}
