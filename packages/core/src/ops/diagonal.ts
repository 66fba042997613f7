import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import type { View } from '../backend/backend.ts'
import { copyView } from '../dispatch/copy.ts'
import { fillWhole } from '../dispatch/fill.ts'
import { computed } from '../dispatch/prepare.ts'
import { viewOf } from '../dispatch/views.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis, type Shape } from '../tensor/shape.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import { checkDiagonal } from './triangle.ts'

/** Which diagonal of the matrices along two axes. */
export interface DiagonalOptions {
  /** Columns to the right of the main diagonal, negative ones to the left. Default: 0. */
  readonly offset?: number
  /** The axis of the rows. Default: 0. */
  readonly axis1?: number
  /** The axis of the columns. Default: 1. */
  readonly axis2?: number
}

/** Where a diagonal lies in a tensor of a shape. */
export interface Diagonal {
  readonly whole: Shape
  readonly offset: number
  readonly axis1: number
  readonly axis2: number
}

/** A diagonal as a view, whose last axis walks it. */
export const diagonalView: (x: Tensor, diagonal: Diagonal) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'diagonal',
  inputs: ['x'],
  forward: (x: Tensor, diagonal: Diagonal) => {
    const { shape, strides, offset } = viewOfDiagonal(x, diagonal)
    return alias(x, shape, strides, offset)
  },
  vjp: { x: (g, _saved, diagonal) => placeDiagonal(g, diagonal) },
})

/** Zeros with `x` on a diagonal: the adjoint of `diagonalView`. */
export const placeDiagonal: (x: Tensor, diagonal: Diagonal) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'diag',
  inputs: ['x'],
  forward: (x: Tensor, diagonal: Diagonal) =>
    computed(allocate(x.storage.backend, x.dtype, diagonal.whole), (out) => {
      if (x.size < out.size) fillWhole(out, 0)
      copyView(x, viewOfDiagonal(out, diagonal))
    }),
  vjp: { x: (g, _saved, diagonal) => diagonalView(g, diagonal) },
})

function viewOfDiagonal(x: View, { offset, axis1, axis2 }: Diagonal): View {
  const [rows, columns] = [x.shape[axis1]!, x.shape[axis2]!]
  const [down, across] = [x.strides[axis1]!, x.strides[axis2]!]
  const length = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)))
  const start = length === 0 ? 0 : offset < 0 ? -offset * down : offset * across
  const others = <T>(list: readonly T[]): T[] => list.filter((_, i) => i !== axis1 && i !== axis2)
  return viewOf(
    x.storage,
    x.dtype,
    [...others(x.shape), length],
    [...others(x.strides), down + across],
    x.offset + start,
  )
}

/**
 * A view of a diagonal of matrices; nothing is copied.
 *
 * `out[…, i] = x[…, i, i + offset]`, where the two axes go and the diagonal is the last axis. The gradient is zero
 * outside the diagonal.
 *
 * @param x A tensor of any dtype and a rank of at least 2.
 * @param options `offset` (default: 0), `axis1` (default: 0) and `axis2` (default: 1).
 * @throws {@link ShapeError} for a lower rank, axes that the tensor does not have or that are the same, {@link ArgumentError} for an offset that is not a whole number.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.diagonal.html
 * @example
 * ```ts
 * diagonal(tensor([[1, 2], [3, 4]])) // [1, 4]
 * diagonal(tensor([[1, 2], [3, 4]]), { offset: 1 }) // [2]
 * ```
 */
export function diagonal<D extends DType>(x: Tensor<D>, options: DiagonalOptions = {}): Tensor<D> {
  return diagonalOf('diagonal', x, options) as Tensor<D>
}

/** The same for a function of another name. */
export function diagonalOf(op: string, x: Tensor, options: DiagonalOptions): Tensor {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['offset', 'axis1', 'axis2'])
  const rank = x.shape.length
  if (rank < 2) {
    throw new ShapeError('the tensor has no matrices', {
      op,
      received: { x },
      expected: 'a rank of at least 2',
      hint: 'diag(x) puts a vector onto the diagonal of a matrix',
    })
  }
  const axis1 = normalizeAxis(op, options.axis1 ?? 0, rank, 'axis1')
  const axis2 = normalizeAxis(op, options.axis2 ?? 1, rank, 'axis2')
  if (axis1 === axis2) {
    throw new ShapeError('axis1 and axis2 are the same axis', { op, received: { x, axis1, axis2 } })
  }
  const offset = checkDiagonal(op, 'offset', options.offset ?? 0)
  return diagonalView(x, { whole: x.shape, offset, axis1, axis2 })
}
