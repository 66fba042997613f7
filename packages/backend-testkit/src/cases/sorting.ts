import { argSort, type DType, searchSorted, sort, topK } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { drawValues, grid, mixture, real, specialValues } from '../generators/numbers.ts'
import { makePlan, plans, type TensorPlan } from '../generators/plans.ts'
import { axisOf } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, exactTolerances } from '../kit/op-spec.ts'
import { elementCount } from '../oracle/array.ts'
import { normalAxis } from '../oracle/movement.ts'
import * as oracle from '../oracle/sorting.ts'
import { allDifferent, type Domains, drawing, otherDType, withAttributes } from './inputs.ts'

const sortOf = ({ length: rank }: readonly number[]): Arbitrary<oracle.SortAttributes> =>
  fc.record({ axis: axisOf(rank), descending: fc.boolean() })

/** Many equal elements, whose order says whether the sort is stable. */
const ties: Domains = {
  values: mixture(grid(-2, 2, 1), real),
  gradient: allDifferent,
  special: (next) => specials[Math.floor(next() * specials.length)]!,
}

/** What has a place of its own, and zeros of both signs, which have one. */
const specials = [Number.NaN, Number.NaN, 0, -0, 0, -0, 0, -0, Infinity, -Infinity, 1, -1, 2.5, 1e30]

const calls = (options: CallOptions): Arbitrary<Call<oracle.SortAttributes>> =>
  withAttributes(options, { minRank: 1, maxSize: 60 }, sortOf, ties)

interface TopKAttributes extends oracle.SortAttributes {
  readonly k: number
}

const topCalls = (options: CallOptions): Arbitrary<Call<TopKAttributes>> =>
  withAttributes(
    options,
    { minRank: 1, maxSize: 60 },
    (shape) =>
      sortOf(shape).chain((attributes) =>
        fc.nat(shape[normalAxis(attributes.axis, shape.length)]!).map((k) => ({ ...attributes, k })),
      ),
    ties,
  )

/** Lines that are too long to compare each element with each. */
const longShapes = [
  { shape: [130], axis: 0 },
  { shape: [2, 66], axis: 1 },
  { shape: [97, 2], axis: 0 },
]

function longCalls(options: CallOptions): Arbitrary<Call<oracle.SortAttributes>> {
  return fc.tuple(fc.constantFrom(...longShapes), fc.boolean()).chain(([{ shape, axis }, descending]) =>
    plans(shape, options.dtype, {
      ...drawing(options, ties),
      layouts: ['contiguous', 'transposed', 'sliced'],
    }).map((x) => ({ inputs: [x], attributes: { axis, descending } })),
  )
}

interface SearchAttributes {
  readonly side: 'left' | 'right'
}

/** Lines in ascending order along the last axis. */
function sortedLines(options: CallOptions, shape: readonly number[], dtype: DType): Arbitrary<TensorPlan> {
  const domain = options.purpose === 'specialValues' ? specialValues : grid(-3, 3, 0.5)
  return fc.integer({ min: 0, max: 2 ** 31 - 1 }).map((seed) => {
    const values = drawValues(dtype, elementCount(shape), domain, seed)
    const along = { axis: -1, descending: false }
    return makePlan(oracle.sortFirst({ shape, dtype, values }, along, shape.at(-1)!)[0])
  })
}

/** Values for one sorted line, or a line of values for each. */
function searchCalls(options: CallOptions): Arbitrary<Call<SearchAttributes>> {
  const lines = fc.constantFrom<readonly number[]>([], [], [2], [3, 1, 2])
  const sides = fc.tuple(lines, fc.constantFrom(0, 1, 3, 7, 33, 70), fc.constantFrom(0, 1, 4, 9))
  return fc
    .tuple(sides, otherDType(options), fc.constantFrom<SearchAttributes['side']>('left', 'right'))
    .chain(([[outer, length, count], dtype, side]) => {
      const wanted = outer.length === 0 ? [count, 2] : [...outer, count]
      const domains: Domains = { values: mixture(grid(-3, 3, 0.5), real) }
      return fc
        .tuple(
          sortedLines(options, [...outer, length], options.dtype),
          plans(wanted, dtype, drawing(options, domains)),
        )
        .map((inputs) => ({ inputs, attributes: { side } }))
    })
}

function positions(
  name: string,
  dtypes: readonly DType[] | undefined,
  generated: (options: CallOptions) => Arbitrary<Call<oracle.SortAttributes>>,
): CaseFactory {
  return opCase({
    name,
    group: 'indexing',
    ...(dtypes && { dtypes }),
    calls: generated,
    op: ([x], attributes) => argSort(x!, attributes),
    oracle: ([x], attributes) => oracle.sortFirst(x!, attributes, x!.shape.at(attributes.axis)!)[1],
    specialValues: 'values',
  })
}

export const sortingCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'searchSorted',
    group: 'indexing',
    calls: searchCalls,
    op: ([sorted, values], attributes) => searchSorted(sorted!, values!, attributes),
    oracle: ([sorted, values], { side }) => oracle.searchSorted(sorted!, values!, side),
    specialValues: 'values',
  }),
  positions('argSort', undefined, calls),
  positions('argSort of many elements', ['float32', 'int32'], longCalls),
  opCase({
    name: 'sort',
    group: 'indexing',
    calls,
    op: ([x], attributes) => sort(x!, attributes),
    oracle: ([x], attributes) => oracle.sortFirst(x!, attributes, x!.shape.at(attributes.axis)!)[0],
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
  opCase({
    name: 'topK',
    group: 'indexing',
    calls: topCalls,
    op: ([x], { k, axis, descending }) => {
      const { values, indices } = topK(x!, k, { axis, largest: descending })
      return [values, indices]
    },
    oracle: ([x], { k, ...attributes }) => oracle.sortFirst(x!, attributes, k),
    tolerances: exactTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
]
