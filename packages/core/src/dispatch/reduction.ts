import type { View } from '../backend/backend.ts'
import type { ReduceOp } from '../backend/opcodes.ts'
import { ArgumentError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { scalarShape } from '../tensor/shape.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import { runCast } from './cast.ts'
import { fillWhole } from './fill.ts'
import { computed } from './prepare.ts'
import { runReduce } from './reduce.ts'

const neutral: Readonly<Partial<Record<ReduceOp, number>>> = { sum: 0, prod: 1 }

/**
 * Reduces axes and keeps them with size 1; sums and products of bool and uint8 are int32.
 *
 * Of no elements the sum is 0 and the product 1; an extreme is an error, unless `ofNothing` gives it a value.
 */
export function runReduction(
  op: ReduceOp,
  x: Tensor,
  axes: readonly number[],
  ofNothing: number | undefined = neutral[op],
): Tensor {
  const widens = (op === 'sum' || op === 'prod') && (x.dtype === 'bool' || x.dtype === 'uint8')
  if (widens) return tidy(() => runReduction(op, runCast(x, 'int32'), axes))
  if (!axes.some((axis) => x.shape[axis] === 0)) return runReduce(op, x, axes)
  if (ofNothing === undefined) throw emptyAxis(op, x, axes)
  const shape = x.shape.map((side, i) => (axes.includes(i) ? 1 : side))
  return computed(allocate(x.storage.backend, x.dtype, shape), (out) => fillWhole(out, ofNothing))
}

/** Reduces all axes and keeps none; sums and products of bool and uint8 are int32, those of nothing 0 and 1. */
export function runWhole(op: 'sum' | 'prod', x: Tensor): Tensor {
  const { size, storage, dtype } = x
  if (size > 1 && x.contiguous && dtype !== 'bool' && dtype !== 'uint8') {
    return computed(allocate(storage.backend, dtype, scalarShape), (out) =>
      storage.backend.reduce(op, asLine(x), 0, asLine(out)),
    )
  }
  const kept = runReduction(
    op,
    x,
    x.shape.map((_, i) => i),
  )
  const out = alias(kept, scalarShape, scalarShape, kept.offset)
  kept.dispose()
  return out
}

function asLine({ storage, dtype, offset, size }: Tensor): View {
  return { storage, dtype, shape: [size], strides: [1], offset, size, contiguous: true }
}

/** The error for the extreme of nothing. */
export function emptyAxis(op: string, x: Tensor, axes: readonly number[]): ArgumentError {
  return new ArgumentError('an axis without elements has no extreme', { op, received: { x, axes } })
}
