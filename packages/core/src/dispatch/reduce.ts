import type { View } from '../backend/backend.ts'
import type { ArgReduceOp, ReduceOp } from '../backend/opcodes.ts'
import { tidy } from '../memory/scope.ts'
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import { computed, finish, isAcceptable, temporaryCopy } from './prepare.ts'
import { mergeDimensions, viewOf } from './views.ts'

/**
 * Reduces axes (ascending, none of them empty) and keeps them with size 1.
 *
 * Neighbouring axes that are walked in one stride are reduced in one call, the others one after the other, the last
 * first.
 */
export function runReduce(op: ReduceOp, x: Tensor, axes: readonly number[]): Tensor {
  if (x.contiguous && areNeighbours(axes)) return reduceContiguous(op, x, axes[0]!, axes.at(-1)!)
  // Along axes of size 1 there is nothing to reduce.
  const runs = joinAxes(x, axes).filter((run) => lengthOf(x.shape, run) > 1)
  const last = runs.pop()
  if (last === undefined) return alias(x, x.shape, x.strides, x.offset)
  if (runs.length === 0) return reduceRun(op, x, last)
  return tidy(() => runs.reduceRight((partial, run) => reduceRun(op, partial, run), reduceRun(op, x, last)))
}

function areNeighbours(axes: readonly number[]): boolean {
  return axes.length > 0 && axes.at(-1)! - axes[0]! + 1 === axes.length
}

/** Neighbouring axes of a contiguous tensor, as nearly all calls are: the sizes say everything. */
function reduceContiguous(op: ReduceOp, x: Tensor, first: number, last: number): Tensor {
  const { shape, storage } = x
  let outer = 1
  let length = 1
  let inner = 1
  for (let i = 0; i < first; i++) outer *= shape[i]!
  for (let i = first; i <= last; i++) length *= shape[i]!
  for (let i = last + 1; i < shape.length; i++) inner *= shape[i]!
  if (length === 1) return alias(x, shape, x.strides, x.offset)
  return computed(allocate(storage.backend, x.dtype, withOnes(shape, first, last)), (out) =>
    storage.backend.reduce(
      op,
      rowMajorView(x, mergedShape(outer, length, inner)),
      outer === 1 ? 0 : 1,
      rowMajorView(out, mergedShape(outer, 1, inner)),
    ),
  )
}

/** outer × length × inner, without what is 1 around the reduced axis. */
function mergedShape(outer: number, length: number, inner: number): number[] {
  if (outer === 1) return inner === 1 ? [length] : [length, inner]
  return inner === 1 ? [outer, length] : [outer, length, inner]
}

function rowMajorView({ storage, dtype, offset, size }: View, shape: Shape): View {
  return { storage, dtype, shape, strides: rowMajorStrides(shape), offset, size, contiguous: true }
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

function lengthOf(shape: Shape, [first, last]: Run): number {
  return sizeOf(shape.slice(first, last + 1))
}

function reduceRun(op: ReduceOp, x: Tensor, run: Run): Tensor {
  const [first, last] = run
  const joined = (source: View, side: number): View =>
    viewOf(
      source.storage,
      source.dtype,
      [...source.shape.slice(0, first), side, ...source.shape.slice(last + 1)],
      [...source.strides.slice(0, first), source.strides[last]!, ...source.strides.slice(last + 1)],
      source.offset,
    )
  const { backend } = x.storage
  return computed(allocate(backend, x.dtype, withOnes(x.shape, first, last)), (out) =>
    callReduce(joined(x, lengthOf(x.shape, run)), joined(out, 1), first, (a, axis, o) =>
      backend.reduce(op, a, axis, o),
    ),
  )
}

/** The int32 positions of the extremes along one axis, which is kept with size 1. */
export function runArgReduce(op: ArgReduceOp, x: Tensor, axis: number): Tensor<'int32'> {
  const { backend } = x.storage
  return computed(allocate(backend, 'int32', withOnes(x.shape, axis, axis)), (out) =>
    callReduce(x, out, axis, (a, i, o) => backend.argReduce(op, a, i, o)),
  )
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
