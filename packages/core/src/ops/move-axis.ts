import { checkInput } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { transpose } from './transpose.ts'

/**
 * A view with axes moved to other positions; the others keep their order, and nothing is copied.
 *
 * @param x A tensor of any dtype.
 * @param from The axis to move, or several.
 * @param to Where each of them lies in the result.
 * @throws {@link ShapeError} for axes that the tensor does not have, ones named twice, or lists of different lengths.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.moveaxis.html
 * @example
 * ```ts
 * moveAxis(ones([2, 3, 4]), 0, -1).shape // [3, 4, 2]
 * moveAxis(ones([2, 3, 4]), [0, 1], [1, 2]).shape // [4, 2, 3]
 * ```
 */
export function moveAxis<D extends DType>(
  x: Tensor<D>,
  from: number | readonly number[],
  to: number | readonly number[],
): Tensor<D> {
  checkInput('moveAxis', 'x', x)
  const rank = x.shape.length
  const sources = positions('from', from, rank)
  const targets = positions('to', to, rank)
  if (sources.length !== targets.length) {
    throw new ShapeError('from and to name different numbers of axes', {
      op: 'moveAxis',
      received: { from, to },
    })
  }
  const others = x.shape.flatMap((_, axis) => (sources.includes(axis) ? [] : [axis]))
  const order = x.shape.map((_, position) => {
    const moved = targets.indexOf(position)
    return moved < 0 ? others.shift()! : sources[moved]!
  })
  return transpose(x, order)
}

function positions(name: string, axes: number | readonly number[], rank: number): readonly number[] {
  const given: readonly number[] = Array.isArray(axes) ? axes : [axes as number]
  const list = given.map((axis) => normalizeAxis('moveAxis', axis, rank, name))
  if (new Set(list).size === list.length) return list
  throw new ShapeError(`${name} names an axis twice`, { op: 'moveAxis', received: { [name]: axes, rank } })
}

/**
 * A view with two axes exchanged; nothing is copied.
 *
 * @param x A tensor of any dtype.
 * @throws {@link ShapeError} for an axis that the tensor does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.swapaxes.html
 * @example
 * ```ts
 * swapAxes(ones([2, 3, 4]), 0, -1).shape // [4, 3, 2]
 * ```
 */
export function swapAxes<D extends DType>(x: Tensor<D>, a: number, b: number): Tensor<D> {
  checkInput('swapAxes', 'x', x)
  const rank = x.shape.length
  const first = normalizeAxis('swapAxes', a, rank, 'a')
  const second = normalizeAxis('swapAxes', b, rank, 'b')
  const order = x.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis))
  return transpose(x, order)
}
