import { ArgumentError } from '../errors/index.ts'
import { Tensor } from '../tensor/tensor.ts'

/** A tensor, or tensors nested in arrays and plain objects. */
export type Structure = Tensor | readonly Structure[] | { readonly [key: string]: Structure }

/** The same structure, of gradients. */
export type GradientOf<T> = T extends Tensor ? Tensor : { -readonly [K in keyof T]: GradientOf<T[K]> }

/** The tensors of a structure, in a fixed order. */
export function flattenStructure(op: string, structure: unknown, path: string): Tensor[] {
  const found: Tensor[] = []
  visit(op, structure, path, (tensor, where) => {
    tensor.assertUsable(op, where)
    found.push(tensor)
  })
  return found
}

/** The structure with every tensor replaced, in the order of {@link flattenStructure}. */
export function mapStructure(structure: unknown, map: (tensor: Tensor) => Tensor): unknown {
  if (structure instanceof Tensor) return map(structure)
  if (Array.isArray(structure)) return structure.map((entry) => mapStructure(entry, map))
  return Object.fromEntries(
    Object.entries(structure as object).map(([key, entry]) => [key, mapStructure(entry, map)]),
  )
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
