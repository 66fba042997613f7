import { runContiguous } from '../dispatch/cast.ts'
import { type Shape, sizeOf } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { marginsAlong, spanOf } from './conv-geometry.ts'
import { placeRegion } from './region.ts'

/*
 * The parts of convolutions that are composed of copies and products of matrices. Tensors are channels-last,
 * [batch, ...spatial, channels]; a kernel is [...taps, in, groups, out], the channels those of one group.
 */

/** How a kernel walks over an input: its element k of output o reads the input's element o·stride + k·dilation − before. */
export interface Walk {
  readonly output: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly before: readonly number[]
}

/** The kernel's spatial sizes. */
export function tapsOf(kernel: Tensor): Shape {
  return kernel.shape.slice(0, -3)
}

/** A kernel [...taps, in, groups · out] by groups. */
export function splitGroups(kernel: Tensor, groups: number): Tensor {
  const channels = kernel.shape.at(-1)! / groups
  const step = kernel.strides.at(-1)!
  return alias(
    kernel,
    [...kernel.shape.slice(0, -1), groups, channels],
    [...kernel.strides.slice(0, -1), channels * step, step],
    kernel.offset,
  )
}

/** The input with as many zeros around it as the walk reads, and the walk over that. */
export function padFor(x: Tensor, taps: Shape, walk: Walk): { readonly x: Tensor; readonly walk: Walk } {
  const margins = walk.output.map((count, i) =>
    marginsAlong(
      x.shape[i + 1]!,
      count,
      spanOf(taps[i]!, walk.dilations[i]!),
      walk.strides[i]!,
      walk.before[i]!,
    ),
  )
  return { x: padSpatial(x, margins), walk: { ...walk, before: beforeIn(walk.before, margins) } }
}

export function padSpatial(x: Tensor, margins: readonly (readonly [number, number])[]): Tensor {
  if (margins.every(([before, after]) => before === 0 && after === 0)) return x
  const around = [[0, 0] as const, ...margins, [0, 0] as const]
  const region = {
    whole: x.shape.map((side, i) => around[i]![0] + side + around[i]![1]),
    begin: around.map(([before]) => before),
    step: x.shape.map(() => 1),
    shape: x.shape,
  }
  return placeRegion(x, { region, value: 0 })
}

/** How far the first window begins before an input that has got margins: not at all, or after its first elements. */
export function beforeIn(
  before: readonly number[],
  margins: readonly (readonly [number, number])[],
): readonly number[] {
  return before.map((count, i) => count - margins[i]![0])
}

/** What the kernel reads for each output, as matrices [groups, batch · outputs, taps · in]; where nothing has to move, without a copy. */
export function columnsOf(
  x: Tensor,
  taps: Shape,
  { output, strides, dilations, before }: Walk,
  groups: number,
): Tensor {
  const batch = x.shape[0]!
  const channels = x.shape.at(-1)! / groups
  const [images, ...steps] = x.strides as [number, ...number[]]
  const step = steps.pop()!
  const windows = alias(
    x,
    [batch, ...output, groups, ...taps, channels],
    [
      images,
      ...steps.map((along, i) => along * strides[i]!),
      channels * step,
      ...steps.map((along, i) => along * dilations[i]!),
      step,
    ],
    steps.reduce((offset, along, i) => offset - before[i]! * along, x.offset),
  )
  const rows = batch * sizeOf(output)
  const columns = sizeOf(taps) * channels
  const whole = runContiguous(windows)
  return alias(whole, [groups, rows, columns], [columns, groups * columns, 1], whole.offset)
}

/** The kernel as matrices [groups, taps · in, out]. */
export function kernelMatrices(kernel: Tensor): Tensor {
  const rank = kernel.shape.length
  const [groups, channels] = kernel.shape.slice(-2) as [number, number]
  const order = [rank - 2, ...kernel.shape.slice(0, -2).map((_, i) => i), rank - 1]
  const rows = sizeOf(kernel.shape.slice(0, -2))
  const shape = [groups, rows, channels]
  const step = kernel.strides.at(-3)!
  if (isOneWalk(kernel)) {
    return alias(kernel, shape, [kernel.strides.at(-2)!, step, kernel.strides.at(-1)!], kernel.offset)
  }
  const whole = runContiguous(
    alias(
      kernel,
      order.map((axis) => kernel.shape[axis]!),
      order.map((axis) => kernel.strides[axis]!),
      kernel.offset,
    ),
  )
  return alias(whole, shape, [rows * channels, channels, 1], whole.offset)
}

/** Whether one stride walks all taps and their channels in order. */
function isOneWalk({ shape, strides }: Tensor): boolean {
  let step = strides.at(-3)!
  for (let i = shape.length - 3; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return false
    step *= shape[i]!
  }
  return true
}

/** A contiguous tensor [batch, ...output, groups · out] as matrices [groups, batch · outputs, out]. */
export function outputMatrices(g: Tensor, groups: number): Tensor {
  const all = g.shape.at(-1)!
  const channels = all / groups
  return alias(g, [groups, sizeOf(g.shape.slice(0, -1)), channels], [channels, all, 1], g.offset)
}

/** Matrices [batch, rows, columns], each transposed. */
export function swapLastAxes(x: Tensor): Tensor {
  const [batch, rows, columns] = x.shape as [number, number, number]
  const [outer, along, across] = x.strides as [number, number, number]
  return alias(x, [batch, columns, rows], [outer, across, along], x.offset)
}
