import { build, elementAt, indicesOf, isFloatType, type OracleArray, promote, toNumeric } from './array.ts'

/** The axes of two arrays that are summed over, in the same order. */
export type AxisLists = readonly [a: readonly number[], b: readonly number[]]

/** Sums of products along axes of two arrays; integers in arithmetic modulo 2³². */
export function tensordot(a: OracleArray, b: OracleArray, [along, across]: AxisLists): OracleArray {
  const dtype = toNumeric(promote(a.dtype, b.dtype))
  const free = (x: OracleArray, axes: readonly number[]): number[] =>
    x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]))
  const [left, right] = [free(a, along), free(b, across)]
  const shape = [...left.map((axis) => a.shape[axis]!), ...right.map((axis) => b.shape[axis]!)]
  const summed = indicesOf(along.map((axis) => a.shape[axis]!))
  return build(shape, dtype, (index) => {
    const p = a.shape.map((_, axis) => index[left.indexOf(axis)] ?? 0)
    const q = b.shape.map((_, axis) => index[left.length + right.indexOf(axis)] ?? 0)
    let total = 0
    for (const k of summed) {
      along.forEach((axis, i) => (p[axis] = k[i]!))
      across.forEach((axis, i) => (q[axis] = k[i]!))
      const [x, y] = [elementAt(a, p), elementAt(b, q)]
      total = isFloatType(dtype) ? total + x * y : (total + Math.imul(x, y)) | 0
    }
    return total
  })
}
