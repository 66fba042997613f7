import { type DType, gather, oneHot, scatterAdd, takeAlongAxis } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { grid, summableSpecials } from '../generators/numbers.ts'
import { plans, type TensorPlan } from '../generators/plans.ts'
import { axisOf, shapes } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, exactTolerances, sumTolerances } from '../kit/op-spec.ts'
import * as oracle from '../oracle/indexing.ts'
import { normalAxis } from '../oracle/movement.ts'
import { drawing, sizeFor } from './inputs.ts'
import { outOfRangeCases } from './out-of-range.ts'

interface AxisAttributes {
  readonly axis: number
}

/** Positions from 0 to `length` − 1, int32 or uint8, with repetitions. */
function positions({ dtypes }: CallOptions, shape: readonly number[], length: number): Arbitrary<TensorPlan> {
  const integers = dtypes.filter((dtype) => dtype === 'int32' || dtype === 'uint8')
  return fc
    .constantFrom(...integers)
    .chain((dtype: DType) => plans(shape, dtype, { domain: grid(0, length - 1, 1) }))
}

/** A tensor with something to select along an axis, and indices of any shape. */
function selections(options: CallOptions): Arbitrary<readonly [TensorPlan, TensorPlan, number]> {
  const source = shapes(sizeFor(options, { minRank: 1, maxRank: 4, maxSize: 130, empty: false }))
  const selected = shapes({ maxRank: 2, maxSize: options.purpose === 'gradient' ? 3 : 7 })
  return fc.tuple(source, selected).chain(([shape, indexShape]) =>
    axisOf(shape.length).chain((axis) => {
      const length = shape[normalAxis(axis, shape.length)]!
      return fc.tuple(
        plans(shape, options.dtype, drawing(options, { special: summableSpecials })),
        positions(options, indexShape, length),
        fc.constant(axis),
      )
    }),
  )
}

function gatherCalls(options: CallOptions): Arbitrary<Call<AxisAttributes>> {
  return selections(options).map(([x, indices, axis]) => ({ inputs: [x, indices], attributes: { axis } }))
}

function scatterCalls(options: CallOptions): Arbitrary<Call<AxisAttributes>> {
  return selections(options).chain(([x, indices, axis]) => {
    const { shape } = x.array
    const along = normalAxis(axis, shape.length)
    const updates = [...shape.slice(0, along), ...indices.array.shape, ...shape.slice(along + 1)]
    return plans(updates, options.dtype, drawing(options, { special: summableSpecials })).map((plan) => ({
      inputs: [x, indices, plan],
      attributes: { axis },
    }))
  })
}

/** Indices that broadcast against the tensor along all axes but one. */
function alongCalls(options: CallOptions): Arbitrary<Call<AxisAttributes>> {
  const source = shapes(sizeFor(options, { minRank: 1, maxRank: 4, maxSize: 60, empty: false }))
  return source.chain((shape) =>
    fc
      .tuple(axisOf(shape.length), fc.nat(4), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
      .chain(([axis, count, ones]) => {
        const along = normalAxis(axis, shape.length)
        const indexShape = shape.map((side, i) => (i === along ? count : ones[i] ? 1 : side))
        return fc
          .tuple(plans(shape, options.dtype, drawing(options)), positions(options, indexShape, shape[along]!))
          .map((inputs) => ({ inputs, attributes: { axis } }))
      }),
  )
}

function oneHotCalls(options: CallOptions): Arbitrary<Call<oracle.OneHotAttributes>> {
  return shapes({ maxRank: 3, maxSize: 40 }).chain((shape) =>
    fc
      .record({
        depth: fc.constantFrom(0, 1, 4, 7),
        axis: axisOf(shape.length + 1),
        onValue: fc.constantFrom(1, 3),
        offValue: fc.constantFrom(0, 1),
        dtype: fc.constantFrom(...options.dtypes.filter((dtype) => dtype !== 'bool')),
      })
      .chain((attributes) => {
        // −1 and the depth itself name no position.
        const domain = grid(options.dtype === 'uint8' ? 0 : -1, attributes.depth, 1)
        return plans(shape, options.dtype, { domain }).map((indices) => ({ inputs: [indices], attributes }))
      }),
  )
}

export const indexingCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'gather',
    group: 'indexing',
    calls: gatherCalls,
    op: ([x, indices], attributes) => gather(x!, indices!, attributes),
    oracle: ([x, indices], { axis }) => oracle.gather(x!, indices!, axis),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
  opCase({
    name: 'takeAlongAxis',
    group: 'indexing',
    calls: alongCalls,
    op: ([x, indices], attributes) => takeAlongAxis(x!, indices!, attributes),
    oracle: ([x, indices], { axis }) => oracle.takeAlongAxis(x!, indices!, axis),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
  opCase({
    name: 'scatterAdd',
    group: 'indexing',
    calls: scatterCalls,
    op: ([x, indices, updates], attributes) => scatterAdd(x!, indices!, updates!, attributes),
    oracle: ([x, indices, updates], { axis }) => oracle.scatterAdd(x!, indices!, updates!, axis),
    tolerances: sumTolerances,
    specialValues: 'values',
    differentiable: [0, 2],
  }),
  opCase({
    name: 'oneHot',
    group: 'indexing',
    dtypes: ['int32', 'uint8'],
    calls: oneHotCalls,
    op: ([indices], { depth, ...attributes }) => oneHot(indices!, depth, attributes),
    oracle: ([indices], attributes) => oracle.oneHot(indices!, attributes),
    tolerances: exactTolerances,
  }),
  ...outOfRangeCases(),
]
