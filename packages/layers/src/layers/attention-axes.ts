import { reshape, ShapeError, type Tensor, transpose } from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { type Axes, listAxes } from './axes.ts'

/** Which axes of sequences [batch, …, size] attention goes along, and which it leaves apart. */
export interface AttentionAxes {
  readonly attended: readonly number[]
  /** The batch and the axes between it and the last that are not attended to. */
  readonly apart: readonly number[]
}

/** The axes for inputs of a rank; by default all are attended to but the batch and the last. */
export function attentionAxes(op: string, axes: Axes | null, rank: number): AttentionAxes {
  const inner = Array.from({ length: rank - 2 }, (_, i) => i + 1)
  const attended = axes === null ? inner : listAxes(axes).map((axis) => (axis < 0 ? axis + rank : axis))
  if (!attended.every((axis) => inner.includes(axis)) || new Set(attended).size < attended.length) {
    throw new ShapeError('attention cannot go along these axes of the input', {
      op,
      received: { attentionAxes: axes, rank },
      expected: `different axes from 1 to ${rank - 2}: not the batch, and not the last`,
    })
  }
  return { attended, apart: [0, ...inner.filter((axis) => !attended.includes(axis))] }
}

/** [batch, …, heads, size] as [apart…, heads, steps, size]: the axes attended to become one. */
export function toHeads(x: Tensor, { attended, apart }: AttentionAxes): Tensor {
  const rank = x.rank
  const ordered = transpose(x, [...apart, rank - 2, ...attended, rank - 1])
  if (attended.length === 1) return ordered
  const outer = ordered.shape.slice(0, apart.length + 1)
  return reshape(ordered, [...outer, countSteps(x.shape, attended), x.shape.at(-1)!])
}

/** The inverse of `toHeads`, for steps of a query of this shape. */
export function fromHeads(
  x: Tensor,
  { attended, apart }: AttentionAxes,
  queryShape: readonly number[],
): Tensor {
  const sides = attended.map((axis) => queryShape[axis]!)
  const heads = apart.length
  const split =
    attended.length === 1 ? x : reshape(x, [...x.shape.slice(0, heads + 1), ...sides, x.shape.at(-1)!])
  const order = [...apart, ...attended].map((_, position) => position)
  for (const [i, axis] of apart.entries()) order[axis] = i
  for (const [i, axis] of attended.entries()) order[axis] = heads + 1 + i
  return transpose(split, [...order, heads, split.rank - 1])
}

/** The shape of the weights: [apart…, heads, attended axes of the query, those of the key]. */
export function weightsShape(
  query: SymbolicShape,
  key: SymbolicShape,
  heads: number,
  { attended, apart }: AttentionAxes,
): SymbolicShape {
  return [
    ...apart.map((axis) => query[axis]!),
    heads,
    ...attended.map((axis) => query[axis]!),
    ...attended.map((axis) => key[axis]!),
  ]
}

/** How many steps there are along axes. */
export function countSteps(shape: readonly number[], axes: readonly number[]): number {
  return axes.reduce((size, axis) => size * shape[axis]!, 1)
}
