import type { View } from '../backend/backend.ts'
import type { ArgReduceOp, ReduceOp } from '../backend/opcodes.ts'
import type { Shape } from '../tensor/shape.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import { finish, isAcceptable, temporaryCopy } from './prepare.ts'
import { mergeDimensions, viewOf } from './views.ts'

/**
 * Reduces axes (ascending, none of them empty) and keeps them with size 1.
 *
 * Neighbouring axes that are walked in one stride are reduced in one call, the others one after the other, the last
 * first.
 */
export function runReduce(op: ReduceOp, x: Tensor, axes: readonly number[]): Tensor {
  const runs = joinAxes(x, axes)
  let current = x
  for (const run of runs.reverse()) {
    const next = reduceRun(op, current, run)
    if (current !== x) current.dispose()
    current = next
  }
  return current === x ? alias(x, x.shape, x.strides, x.offset) : current
}

/** The first and the last axis of neighbours that can be reduced as one. */
type Run = readonly [first: number, last: number]

function joinAxes(x: Tensor, axes: readonly number[]): Run[] {
  const runs: Run[] = []
  for (const axis of axes) {
    const last = runs.at(-1)
    const canJoin =
      last !== undefined && last[1] === axis - 1 && x.strides[axis - 1] === x.strides[axis]! * x.shape[axis]!
    if (canJoin) runs[runs.length - 1] = [last[0], axis]
    else runs.push([axis, axis])
  }
  return runs
}

function reduceRun(op: ReduceOp, x: Tensor, [first, last]: Run): Tensor {
  const count = x.shape.slice(first, last + 1).reduce((product, side) => product * side, 1)
  const joined = (source: View, side: number): View =>
    viewOf(
      source.storage,
      source.dtype,
      [...source.shape.slice(0, first), side, ...source.shape.slice(last + 1)],
      [...source.strides.slice(0, first), source.strides[last]!, ...source.strides.slice(last + 1)],
      source.offset,
    )
  const out = allocate(x.storage.backend, x.dtype, withOnes(x.shape, first, last))
  if (out.size > 0)
    callReduce(joined(x, count), joined(out, 1), first, (a, axis, o) =>
      out.storage.backend.reduce(op, a, axis, o),
    )
  return out
}

/** The int32 positions of the extremes along one axis, which is kept with size 1. */
export function runArgReduce(op: ArgReduceOp, x: Tensor, axis: number): Tensor<'int32'> {
  const out = allocate(x.storage.backend, 'int32', withOnes(x.shape, axis, axis))
  if (out.size > 0) callReduce(x, out, axis, (a, i, o) => out.storage.backend.argReduce(op, a, i, o))
  return out
}

function withOnes(shape: Shape, first: number, last: number): Shape {
  return shape.map((side, i) => (i >= first && i <= last ? 1 : side))
}

/** Hands over a reduction as outer × axis × inner where strides allow, else with as few dimensions as possible. */
function callReduce(
  x: View,
  out: View,
  axis: number,
  call: (x: View, axis: number, out: View) => void,
): void {
  try {
    let merged = mergeReduction(x, out, axis)
    if (!isAcceptable(merged.x)) merged = mergeReduction(temporaryCopy(x), out, axis)
    call(merged.x, merged.axis, merged.out)
  } finally {
    finish()
  }
}

function mergeReduction(x: View, out: View, axis: number): { x: View; axis: number; out: View } {
  // The sizes of the reduced axis differ, which does not matter for merging: it is fixed.
  const { views, axis: merged } = mergeDimensions([x, out], axis)
  return { x: views[0]!, axis: merged, out: views[1]! }
}
