import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { broadcastShape, type Shape, scalarShape, sizeOf } from '../tensor/shape.ts'
import { cloneHandle, type Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { explainOutside, flatIndex } from './flat-index.ts'
import { toInt32 } from './gather-along.ts'
import type { IndexPlan } from './index-spec.ts'
import { isWholeRegion, sliceRegion } from './region.ts'
import { reshape } from './reshape.ts'
import { checkPositions } from './rows.ts'
import { stack } from './stack.ts'
import { permuteAxes } from './transpose.ts'
import { removeAxes } from './unit-axes.ts'

/** The part of a tensor that tensors index, and how its axes are brought into rows, one for each thing to select. */
export interface IndexedPart {
  /** The sizes of the axes that tensors index. */
  readonly sides: Shape
  /** The sizes of the others. */
  readonly rest: Shape
  /** The common shape of the tensors. */
  readonly outer: Shape
  /** The order of axes that puts those that tensors index first. */
  readonly order: readonly number[]
}

/** What positions and ranges select, without the axes that positions drop. */
export function selectPart(x: Tensor, { region, dropped }: IndexPlan): Tensor {
  return tidy(() => {
    const part = isWholeRegion(region) ? cloneHandle(x) : sliceRegion(x, region)
    return dropped.length === 0 ? part : removeAxes(part, dropped)
  })
}

/** How the axes of `part` lie, and the shape to which the tensors of an index broadcast. */
export function describePart(op: string, shape: Shape, { tensors }: IndexPlan): IndexedPart {
  const indexed = tensors.map(({ axis }) => axis)
  const others = shape.map((_, axis) => axis).filter((axis) => !indexed.includes(axis))
  let outer: Shape = scalarShape
  for (const { indices } of tensors) {
    const common = broadcastShape(outer, indices.shape)
    if (common === undefined) {
      throw new ShapeError('the shapes of the tensors in the index do not broadcast', {
        op,
        received: Object.fromEntries(tensors.map((index, i) => [`index ${i}`, index.indices])),
        expected: 'sizes that are equal or 1, compared from the last axis',
      })
    }
    outer = common
  }
  const sides = indexed.map((axis) => shape[axis]!)
  checkPositions(op, sizeOf(sides), sizeOf(outer), { shape: sides, indices: tensors[0]?.indices })
  return { sides, rest: others.map((axis) => shape[axis]!), outer, order: [...indexed, ...others] }
}

/** The part as a matrix: a row for each position of the indexed axes. */
export function toRows(part: Tensor, { sides, rest, order }: IndexedPart): Tensor {
  return tidy(() => reshape(permuteAxes(part, order), [sizeOf(sides), sizeOf(rest)]))
}

/** The number of the row that each element of the tensors names. */
export function rowIndex(op: string, { tensors }: IndexPlan, { sides, outer }: IndexedPart): Tensor {
  return tidy(() => {
    const columns = tensors.map(({ indices }) => expandTo(toInt32(indices), outer))
    const multi = reshape(stack(columns, { axis: -1 }), [sizeOf(outer), sides.length]) as Tensor<'int32'>
    return flatIndex(op, multi, sides)
  })
}

/** Runs what uses the numbers of rows; an error shows the tensors of the index. */
export function withRows<T>(op: string, { tensors }: IndexPlan, { sides }: IndexedPart, run: () => T): T {
  const shown = Object.fromEntries(tensors.map(({ indices }, i) => [`index ${i}`, indices]))
  return explainOutside(op, shown, sides, run)
}
