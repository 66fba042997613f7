import {
  type Backend,
  broadcastTo,
  type DType,
  slice,
  squeeze,
  type Tensor,
  tensor,
  transpose,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { elementCount, type OracleArray } from '../oracle/array.ts'
import * as oracle from '../oracle/movement.ts'
import { type Domain, drawValues, real } from './numbers.ts'
import { permutationOf } from './shapes.ts'

/** One way to look at a bigger tensor, without a copy. */
export type ViewStep =
  | { readonly kind: 'transpose'; readonly axes: readonly number[] }
  | { readonly kind: 'slice'; readonly ranges: readonly oracle.OracleRange[] }
  | { readonly kind: 'broadcast'; readonly shape: readonly number[] }
  | { readonly kind: 'row'; readonly row: number }

/** A tensor to be made: what lies in memory, how it is looked at, and what is seen then. */
export interface TensorPlan {
  readonly base: OracleArray
  readonly steps: readonly ViewStep[]
  /** The elements as the oracle sees them. */
  readonly array: OracleArray
}

/** The ways a tensor can lie in its storage. */
export const layouts = ['contiguous', 'row', 'transposed', 'sliced', 'flipped', 'broadcast', 'mixed'] as const
export type Layout = (typeof layouts)[number]

export interface PlanOptions {
  readonly domain?: Domain
  /** Default: all of them. */
  readonly layouts?: readonly Layout[]
}

/** Plans of tensors of a shape, in every layout. */
export function plans(
  shape: readonly number[],
  dtype: DType,
  { domain = real, layouts: allowed = layouts }: PlanOptions = {},
): Arbitrary<TensorPlan> {
  const seeds = fc.integer({ min: 0, max: 2 ** 31 - 1 })
  return fc
    .constantFrom(...allowed)
    .chain((layout) =>
      fc
        .tuple(viewsOnto(shape, layout), seeds)
        .map(([{ baseShape, steps }, seed]) =>
          makePlan(
            { shape: baseShape, dtype, values: drawValues(dtype, elementCount(baseShape), domain, seed) },
            steps,
          ),
        ),
    )
}

/** A plan of given elements. */
export function makePlan(base: OracleArray, steps: readonly ViewStep[] = []): TensorPlan {
  return { base, steps, array: steps.reduce(look, base) }
}

/** The shape that has to lie in memory, and the steps that make a view of `shape` of it. */
interface Views {
  readonly baseShape: readonly number[]
  readonly steps: readonly ViewStep[]
}

function viewsOnto(shape: readonly number[], layout: Layout): Arbitrary<Views> {
  if (layout === 'contiguous') return fc.constant({ baseShape: shape, steps: [] })
  if (layout === 'row') {
    return fc.nat(2).map((row) => ({ baseShape: [3, ...shape], steps: [{ kind: 'row', row }] }))
  }
  if (layout === 'transposed') return permutationOf(shape.length).map((axes) => transposed(shape, axes))
  if (layout === 'flipped') return fc.constant(flipped(shape))
  if (layout === 'broadcast') {
    return fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }).map((ones) => ({
      baseShape: shape.map((side, axis) => (ones[axis] ? 1 : side)),
      steps: [{ kind: 'broadcast', shape }],
    }))
  }
  const cuts = shape.map((side) => rangeOf(side))
  if (layout === 'sliced') return fc.tuple(...cuts).map((chosen) => sliced(shape, chosen))
  return permutationOf(shape.length).chain((axes) => {
    const outer = transposed(shape, axes)
    return fc.tuple(...outer.baseShape.map((side) => rangeOf(side))).map((chosen) => {
      const inner = sliced(outer.baseShape, chosen)
      return { baseShape: inner.baseShape, steps: [...inner.steps, ...outer.steps] }
    })
  })
}

interface Cut {
  readonly side: number
  readonly range: oracle.OracleRange
}

/** A side in memory and a range of it that has `length` elements. */
function rangeOf(length: number): Arbitrary<Cut> {
  return fc.tuple(fc.nat(2), fc.nat(1), fc.constantFrom(1, 2, 3, -1, -2)).map(([before, after, step]) => {
    const span = length === 0 ? 0 : (length - 1) * Math.abs(step) + 1
    const side = before + span + after
    if (step > 0) return { side, range: [before, before + span, step] }
    const end = before === 0 ? null : before - 1
    return { side, range: length === 0 ? [before, before, 1] : [before + span - 1, end, step] }
  })
}

/** The most elements in memory: cuts of many sides would multiply to far more than what is seen. */
const mostElements = 3000

function sliced(shape: readonly number[], chosen: readonly Cut[]): Views {
  let count = elementCount(shape)
  const cuts = chosen.map((cut, axis): Cut => {
    const length = shape[axis]!
    const grown = length === 0 ? count : (count / length) * cut.side
    if (grown > mostElements) return { side: length, range: [0, length, 1] }
    count = grown
    return cut
  })
  return {
    baseShape: cuts.map(({ side }) => side),
    steps: [{ kind: 'slice', ranges: cuts.map(({ range }) => range) }],
  }
}

function flipped(shape: readonly number[]): Views {
  return { baseShape: shape, steps: [{ kind: 'slice', ranges: shape.map(() => [null, null, -1]) }] }
}

function transposed(shape: readonly number[], axes: readonly number[]): Views {
  const baseShape = new Array<number>(shape.length)
  axes.forEach((axis, i) => {
    baseShape[axis] = shape[i]!
  })
  return { baseShape, steps: [{ kind: 'transpose', axes }] }
}

function look(x: OracleArray, step: ViewStep): OracleArray {
  if (step.kind === 'transpose') return oracle.transpose(x, step.axes)
  if (step.kind === 'slice') return oracle.slice(x, step.ranges)
  if (step.kind === 'broadcast') return oracle.broadcastTo(x, step.shape)
  return oracle.squeeze(oracle.slice(x, [[step.row, step.row + 1, 1]]), [0])
}

/** A planned tensor on a backend: the handle to use, and the one that shows everything in its storage. */
export interface PlannedTensor {
  readonly view: Tensor
  readonly base: Tensor
}

export function realize({ base, steps }: TensorPlan, backend: Backend): PlannedTensor {
  const whole = tensor([...base.values], { shape: base.shape, dtype: base.dtype, backend })
  let view = slice(whole, [])
  for (const step of steps) {
    const next = lookAt(view, step)
    view.dispose()
    view = next
  }
  return { view, base: whole }
}

function lookAt(x: Tensor, step: ViewStep): Tensor {
  if (step.kind === 'transpose') return transpose(x, step.axes)
  if (step.kind === 'slice') return slice(x, step.ranges)
  if (step.kind === 'broadcast') return broadcastTo(x, step.shape)
  const rows = slice(x, [[step.row, step.row + 1]])
  const row = squeeze(rows, { axis: 0 })
  rows.dispose()
  return row
}
