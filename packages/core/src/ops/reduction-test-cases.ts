import { grad } from '../autodiff/grad.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { at, indicesOf, type Plain, plain } from './movement-test-cases.ts'
import { sum } from './sum.ts'

/** One number from the elements that fall together; NaN and infinities included. */
export type Oracle = (elements: readonly number[]) => number

/** The shape with the axes gone or of size 1, and each result from its elements. */
export function reducePlain(x: Plain, axes: readonly number[], keepDims: boolean, oracle: Oracle): Plain {
  const kept = x.shape.map((side, i) => (axes.includes(i) ? 1 : side))
  const inner = indicesOf(x.shape.map((side, i) => (axes.includes(i) ? side : 1)))
  const { values } = plain(kept, (index) =>
    oracle(
      inner.map((offsets) =>
        at(
          x,
          index.map((i, d) => i + offsets[d]!),
        ),
      ),
    ),
  )
  return { shape: keepDims ? kept : kept.filter((_, i) => !axes.includes(i)), values }
}

/** Axes from 0, in the order in which they were named. */
export function axesOf(axis: number | readonly number[] | undefined, rank: number): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, i) => i)
  return [axis].flat().map((a) => (a < 0 ? a + rank : a))
}

/** The gradient of the sum of f, at a vector. */
export function gradAt(f: (x: Tensor) => Tensor, values: readonly number[]): number[] {
  return [...grad((x: Tensor) => sum(f(x)))(tensor([...values])).dataSync()]
}
