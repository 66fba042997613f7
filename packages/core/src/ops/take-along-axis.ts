import { checkInput } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { broadcastShape, normalizeAxis, type Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { broadcastTo } from './broadcast-to.ts'
import { explainOutside } from './flat-index.ts'
import { checkIndices, checkSelectable, gatherAlong, toInt32 } from './gather-along.ts'

/**
 * The elements of a tensor at positions of an axis that differ from line to line: what `argMax` found, or one class
 * for each row.
 *
 * For axis 1 of a matrix, `out[i, j] = x[i, indices[i, j]]`. Elements that are selected several times get the sum of
 * their gradients.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param indices An int32 or uint8 tensor of x's rank, with positions from 0 to the axis's size − 1; negative ones are out of range. Along the other axes the two shapes broadcast.
 * @param options `axis` (default: −1).
 * @returns A tensor with the indices' size along the axis, and the broadcast sizes along the others.
 * @throws {@link DTypeError} for indices of another dtype, {@link ShapeError} for shapes that do not fit or an axis that the tensor does not have, {@link IndexError} for an index out of range, where the backend checks indices; else the result is NaN there, for integers 0.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.take_along_axis.html
 * @example
 * ```ts
 * const classes = tensor([[1], [0]], { dtype: 'int32' })
 * takeAlongAxis(tensor([[1, 2], [3, 4]]), classes) // [[2], [3]]
 * ```
 */
export function takeAlongAxis<D extends DType>(
  x: Tensor<D>,
  indices: Tensor,
  options: { readonly axis?: number } = {},
): Tensor<D> {
  checkInput('takeAlongAxis', 'x', x)
  checkIndices('takeAlongAxis', indices, x)
  checkOptionNames('takeAlongAxis', options, ['axis'])
  const axis = normalizeAxis('takeAlongAxis', options.axis ?? -1, x.shape.length)
  const lines = commonLines(x, indices, axis)
  checkSelectable('takeAlongAxis', x, axis, indices)
  const length = x.shape[axis]!
  return tidy(() => {
    const source = broadcastTo(x, withSide(lines, axis, length))
    const run = (): Tensor => gatherAlong(source, toInt32(indices), { axis, length })
    return explainOutside('takeAlongAxis', { indices }, [length], run) as Tensor<D>
  })
}

/** The shape to which the tensor and the indices broadcast, with size 1 along the axis. */
function commonLines(x: Tensor, indices: Tensor, axis: number): Shape {
  const lines =
    x.shape.length === indices.shape.length
      ? broadcastShape(withSide(x.shape, axis, 1), withSide(indices.shape, axis, 1))
      : undefined
  if (lines !== undefined) return lines
  throw new ShapeError('the shapes of x and indices do not fit', {
    op: 'takeAlongAxis',
    received: { x, indices, axis },
    expected: 'equal ranks, and sizes that are equal or 1 along the other axes',
    hint: 'to select whole slices, use gather()',
  })
}

function withSide(shape: Shape, axis: number, length: number): Shape {
  return shape.map((side, i) => (i === axis ? length : side))
}
