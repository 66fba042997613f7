import { build, elementAt, indicesOf, isFloatType, type OracleArray, promote, toNumeric } from './array.ts'

/** The names of the axes of each array, and of the result's; axes of size 1 repeat their element. */
export interface Labels {
  readonly inputs: readonly string[]
  readonly output: string
}

/** Sums of products along all names that the result lacks; integers in arithmetic modulo 2³². */
export function einsum(arrays: readonly OracleArray[], { inputs, output }: Labels): OracleArray {
  const dtype = toNumeric(arrays.map((x) => x.dtype).reduce(promote))
  const names = [...new Set(inputs.join(''))]
  const sizeOf = (name: string): number => {
    const sides = arrays.flatMap((x, i) => x.shape.filter((_, axis) => inputs[i]![axis] === name))
    return sides.find((side) => side !== 1) ?? 1
  }
  const rest = names.filter((name) => !output.includes(name))
  const summed = indicesOf(rest.map(sizeOf))
  return build([...output].map(sizeOf), dtype, (index) => {
    let total = 0
    for (const others of summed) {
      const positions = new Map(
        names.map((name) => [name, index[output.indexOf(name)] ?? others[rest.indexOf(name)]!]),
      )
      const factors = arrays.map((x, i) =>
        elementAt(
          x,
          x.shape.map((side, axis) => (side === 1 ? 0 : positions.get(inputs[i]![axis]!)!)),
        ),
      )
      total = isFloatType(dtype)
        ? total + factors.reduce((product, factor) => product * factor)
        : (total + factors.reduce((product, factor) => Math.imul(product, factor))) | 0
    }
    return total
  })
}
