import { cummax, cummin, cumprod, cumsum, type Tensor, type ValuesAndIndices } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { grid, mixture, real, summableSpecials } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { axisOf } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, exactTolerances, sumTolerances } from '../kit/op-spec.ts'
import type { OracleArray } from '../oracle/array.ts'
import * as oracle from '../oracle/scans.ts'
import { allDifferent, type Domains, drawing, withAttributes } from './inputs.ts'
import { factors, productTolerances } from './reductions.ts'

/** One axis, counted from either end, or none. */
function lineOf({ length: rank }: readonly number[]): Arbitrary<oracle.ScanAttributes> {
  if (rank === 0) return fc.constant({})
  const none = fc.constant({})
  const one = axisOf(rank).map((axis) => ({ axis }))
  return fc.oneof({ weight: 1, arbitrary: none }, { weight: 4, arbitrary: one })
}

const walkOf = (shape: readonly number[]): Arbitrary<oracle.ScanAttributes> =>
  fc
    .tuple(lineOf(shape), fc.boolean(), fc.boolean())
    .map(([line, exclusive, reverse]) => ({ ...line, exclusive, reverse }))

interface ScanRow {
  readonly op: (x: Tensor, options: oracle.ScanAttributes) => Tensor
  readonly oracle: (x: OracleArray, attributes: oracle.ScanAttributes) => OracleArray
  readonly domains?: (options: CallOptions) => Domains
  readonly tolerances?: Tolerances
}

function scan(name: string, { op, oracle: expected, domains, tolerances }: ScanRow): CaseFactory {
  return opCase({
    name,
    group: 'reductions',
    calls: (options) =>
      withAttributes(options, { maxSize: 60 }, walkOf, { special: summableSpecials, ...domains?.(options) }),
    op: ([x], attributes) => op(x!, attributes),
    oracle: ([x], attributes) => expected(x!, attributes),
    tolerances: tolerances ?? sumTolerances,
    specialValues: 'values',
    differentiable: [0],
  })
}

function extreme(
  name: string,
  op: (x: Tensor, options: oracle.ScanAttributes) => ValuesAndIndices,
  isAtLeast: (value: number, best: number) => boolean,
): CaseFactory {
  return opCase({
    name,
    group: 'reductions',
    calls: (options) =>
      withAttributes(options, { maxSize: 60 }, lineOf, {
        values: mixture(grid(-2, 2, 1), real),
        gradient: allDifferent,
      }),
    op: ([x], attributes) => {
      const { values, indices } = op(x!, attributes)
      return [values, indices]
    },
    oracle: ([x], attributes) => oracle.cumulativeExtreme(x!, attributes, isAtLeast),
    tolerances: exactTolerances,
    specialValues: 'values',
    differentiable: [0],
  })
}

/** Lines longer than the blocks that kernels walk in, along each axis. */
const longShapes = [
  { shape: [1030], axis: 0 },
  { shape: [3, 517], axis: 1 },
  { shape: [257, 5], axis: 0 },
  { shape: [2, 130, 9], axis: 1 },
]

/** Sums of a thousand numbers around 1, in any order. */
const longTolerances: Tolerances = { ...sumTolerances, float32: { absolute: 2e-4, relative: 1e-5 } }

function longCalls(options: CallOptions): Arbitrary<Call<oracle.ScanAttributes>> {
  return fc.tuple(fc.constantFrom(...longShapes), fc.boolean()).chain(([{ shape, axis }, reverse]) =>
    plans(shape, options.dtype, {
      ...drawing(options),
      layouts: ['contiguous', 'transposed', 'sliced'],
    }).map((x) => ({ inputs: [x], attributes: { axis, reverse } })),
  )
}

export const scanCases = (): readonly CaseFactory[] => [
  scan('cumsum', { op: cumsum, oracle: oracle.cumsum }),
  scan('cumprod', { op: cumprod, oracle: oracle.cumprod, domains: factors, tolerances: productTolerances }),
  opCase({
    name: 'cumsum of many elements',
    group: 'reductions',
    dtypes: ['float32', 'int32'],
    calls: longCalls,
    op: ([x], attributes) => cumsum(x!, attributes),
    oracle: ([x], attributes) => oracle.cumsum(x!, attributes),
    tolerances: longTolerances,
  }),
  extreme('cummax', cummax, (value, best) => value >= best),
  extreme('cummin', cummin, (value, best) => value <= best),
]
