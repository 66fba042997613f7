import {
  broadcastTo,
  cast,
  concat,
  type DType,
  expandDims,
  flatten,
  flip,
  moveAxis,
  pad,
  permute,
  reshape,
  slice,
  split,
  squeeze,
  stack,
  swapAxes,
  tile,
  transpose,
  unstack,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, manyMagnitudes, mixture, real } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { axesOf, axisOf, permutationOf, shapes } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, exactTolerances, type OpSpec } from '../kit/op-spec.ts'
import { elementCount } from '../oracle/array.ts'
import * as oracle from '../oracle/movement.ts'
import { drawing, sizeFor, withAttributes } from './inputs.ts'

/** What all ops that only move elements have in common. */
export function movement<A>(
  spec: Omit<OpSpec<A>, 'group' | 'tolerances' | 'specialValues' | 'differentiable'>,
): CaseFactory {
  return opCase({
    group: 'movement',
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
    ...spec,
  })
}

/** Another shape for as many elements, with at most one −1. */
function reshaped(shape: readonly number[]): Arbitrary<number[]> {
  const factors = shape.flatMap((side) => (side === 17 || side < 4 ? [side] : [side, 1]))
  return fc
    .tuple(fc.shuffledSubarray(factors, { minLength: factors.length }), fc.boolean())
    .map(([sides, infer]) => {
      const merged = sides.length > 1 ? [sides[0]! * sides[1]!, ...sides.slice(2)] : [...sides, 1]
      const isKnown = !infer || elementCount(shape) === 0
      return isKnown ? merged : merged.map((side, i) => (i === 0 ? -1 : side))
    })
}

function rangesOf(shape: readonly number[]): Arbitrary<(oracle.OracleRange | null)[]> {
  const bound = (side: number): Arbitrary<number | null> =>
    fc.option(fc.integer({ min: -side - 2, max: side + 2 }))
  const range = (side: number): Arbitrary<oracle.OracleRange | null> =>
    fc.option(fc.tuple(bound(side), bound(side), fc.constantFrom(null, 1, 2, -1, -3)))
  return fc.nat(shape.length).chain((named) => fc.tuple(...shape.slice(0, named).map(range)))
}

interface JoinAttributes {
  readonly axis: number
}

/** One to four arrays that agree but for one axis; `same` where they agree there too. */
function joinable(options: CallOptions, same: boolean): Arbitrary<Call<JoinAttributes>> {
  return shapes(sizeFor(options, { minRank: same ? 0 : 1, maxSize: 60 })).chain((shape) =>
    fc.tuple(axisOf(shape.length + (same ? 1 : 0)), fc.integer({ min: 1, max: 4 })).chain(([axis, count]) => {
      const along = oracle.normalAxis(axis, shape.length)
      const one = fc
        .nat(5)
        .chain((side) =>
          plans(
            same ? shape : shape.map((s, i) => (i === along ? side : s)),
            options.dtype,
            drawing(options),
          ),
        )
      return fc
        .array(one, { minLength: count, maxLength: count })
        .map((inputs) => ({ inputs, attributes: { axis } }))
    }),
  )
}

interface SplitAttributes {
  readonly axis: number
  readonly sizes: readonly number[]
}

const cutsOf = (shape: readonly number[]): Arbitrary<SplitAttributes> =>
  axisOf(shape.length).chain((axis) => {
    const side = shape[oracle.normalAxis(axis, shape.length)]!
    return fc
      .array(fc.nat(side), { maxLength: 3 })
      .map((cuts) => [0, ...cuts.sort((a, b) => a - b), side])
      .map((cuts) => ({ axis, sizes: cuts.slice(1).map((cut, i) => cut - cuts[i]!) }))
  })

/** Where an op takes an axis option. */
interface AxisAttributes {
  readonly axis: readonly number[]
}

const someAxes = (shape: readonly number[]): Arbitrary<AxisAttributes> =>
  axesOf(shape.length).map((axis) => ({ axis }))

export const movementCases = (): readonly CaseFactory[] => [
  movement({
    name: 'reshape',
    calls: (options) => withAttributes(options, {}, reshaped),
    op: ([x], shape) => reshape(x!, shape),
    oracle: ([x], shape) => oracle.reshape(x!, shape),
  }),
  movement({
    name: 'flatten',
    calls: (options) => withAttributes(options, { minRank: 1 }, (shape) => fc.nat(shape.length - 1)),
    op: ([x], startAxis) => flatten(x!, { startAxis }),
    oracle: ([x], startAxis) =>
      oracle.reshape(x!, [...x!.shape.slice(0, startAxis), elementCount(x!.shape.slice(startAxis))]),
  }),
  movement({
    name: 'transpose',
    calls: (options) => withAttributes(options, {}, (shape) => permutationOf(shape.length)),
    op: ([x], axes) => transpose(x!, axes),
    oracle: ([x], axes) => oracle.transpose(x!, axes),
  }),
  movement({
    name: 'permute',
    calls: (options) => withAttributes(options, {}, (shape) => permutationOf(shape.length)),
    op: ([x], axes) => permute(x!, axes),
    oracle: ([x], axes) => oracle.transpose(x!, axes),
  }),
  movement({
    name: 'moveAxis',
    calls: (options) =>
      withAttributes(options, { minRank: 1 }, ({ length }) => fc.tuple(axisOf(length), axisOf(length))),
    op: ([x], [from, to]) => moveAxis(x!, from, to),
    oracle: ([x], [from, to]) => oracle.moveAxis(x!, from, to),
  }),
  movement({
    name: 'swapAxes',
    calls: (options) =>
      withAttributes(options, { minRank: 1 }, ({ length }) => fc.tuple(axisOf(length), axisOf(length))),
    op: ([x], [a, b]) => swapAxes(x!, a, b),
    oracle: ([x], [a, b]) => oracle.swapAxes(x!, a, b),
  }),
  movement({
    name: 'broadcastTo',
    calls: (options) =>
      withAttributes(options, { maxSize: 40, maxRank: 4 }, (shape) =>
        fc
          .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }), fc.integer({ min: 1, max: 3 }))
          .map(([added, side]) => [...added, ...shape.map((s) => (s === 1 ? side : s))]),
      ),
    op: ([x], shape) => broadcastTo(x!, shape),
    oracle: ([x], shape) => oracle.broadcastTo(x!, shape),
  }),
  movement({
    name: 'expandDims',
    calls: (options) =>
      withAttributes(options, { maxRank: 4 }, (shape) =>
        fc.subarray([...shape.map((_, i) => i), shape.length]),
      ),
    op: ([x], axis) => expandDims(x!, { axis }),
    oracle: ([x], axes) => oracle.expandDims(x!, axes),
  }),
  movement({
    name: 'squeeze',
    calls: (options) =>
      withAttributes(options, {}, (shape) => {
        const ones = shape.flatMap((side, axis) => (side === 1 ? [axis] : []))
        return fc.option(fc.subarray(ones), { nil: undefined })
      }),
    op: ([x], axis) => squeeze(x!, axis === undefined ? {} : { axis }),
    oracle: ([x], axes) => oracle.squeeze(x!, axes),
  }),
  movement({
    name: 'slice',
    calls: (options) => withAttributes(options, {}, rangesOf),
    op: ([x], ranges) => slice(x!, ranges),
    oracle: ([x], ranges) => oracle.slice(x!, ranges),
  }),
  movement({
    name: 'flip',
    calls: (options) => withAttributes(options, {}, someAxes),
    op: ([x], { axis }) => flip(x!, { axis }),
    oracle: ([x], { axis }) => oracle.flip(x!, axis),
  }),
  opCase({
    name: 'concat',
    group: 'movement',
    calls: (options) => joinable(options, false),
    op: (inputs, attributes) => concat(inputs, attributes),
    oracle: (inputs, { axis }) => oracle.concat(inputs, axis),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: 'all',
  }),
  opCase({
    name: 'stack',
    group: 'movement',
    calls: (options) => joinable(options, true),
    op: (inputs, attributes) => stack(inputs, attributes),
    oracle: (inputs, { axis }) => oracle.stack(inputs, axis),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: 'all',
  }),
  movement({
    name: 'unstack',
    calls: (options) =>
      withAttributes(options, { minRank: 1 }, ({ length }) => axisOf(length).map((axis) => ({ axis }))),
    op: ([x], attributes) => unstack(x!, attributes),
    oracle: ([x], { axis }) => {
      const along = oracle.normalAxis(axis, x!.shape.length)
      const ones = new Array<number>(x!.shape[along]!).fill(1)
      return oracle.split(x!, ones, axis).map((part) => oracle.squeeze(part, [along]))
    },
  }),
  movement({
    name: 'split',
    calls: (options) => withAttributes(options, { minRank: 1 }, cutsOf),
    op: ([x], { sizes, axis }) => split(x!, sizes, { axis }),
    oracle: ([x], { sizes, axis }) => oracle.split(x!, sizes, axis),
  }),
  movement({
    name: 'pad',
    calls: (options) =>
      withAttributes(options, { maxRank: 5, maxSize: 60 }, (shape) =>
        fc.record({
          paddings: fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2)))),
          value: fc.constantFrom(0, 1),
        }),
      ),
    op: ([x], { paddings, value }) => pad(x!, paddings, { value }),
    oracle: ([x], { paddings, value }) => oracle.pad(x!, paddings, value),
  }),
  movement({
    name: 'tile',
    calls: (options) =>
      withAttributes(options, { maxSize: 30, maxRank: 4 }, (shape) =>
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: shape.length, maxLength: shape.length }),
      ),
    op: ([x], repeats) => tile(x!, repeats),
    oracle: ([x], repeats) => oracle.tile(x!, repeats),
  }),
  opCase({
    name: 'cast',
    group: 'movement',
    calls: (options) => {
      const targets = options.dtypes.filter(
        (dtype) => options.purpose !== 'gradient' || dtype === options.dtype,
      )
      return withAttributes<DType>(options, {}, () => fc.constantFrom(...targets), {
        values: mixture(real, between(-300, 300), manyMagnitudes(1, options.maxInt)),
      })
    },
    op: ([x], dtype) => cast(x!, dtype),
    oracle: ([x], dtype) => oracle.cast(x!, dtype),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
]
