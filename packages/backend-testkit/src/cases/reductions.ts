import {
  all,
  any,
  argMax,
  argMin,
  logSumExp,
  max,
  mean,
  min,
  prod,
  type ReductionOptions,
  std,
  sum,
  type Tensor,
  variance,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import {
  awayFromZero,
  between,
  grid,
  manyMagnitudes,
  mixture,
  real,
  summableSpecials,
} from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { axesOf, axisOf, type ShapeOptions } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, exactTolerances, sumTolerances } from '../kit/op-spec.ts'
import { isFloatType } from '../oracle/array.ts'
import * as oracle from '../oracle/reductions.ts'
import { allDifferent, type Domains, drawing, withAttributes } from './inputs.ts'

/** All axes, one, or some; each counted from either end. */
export function reductionOf({ length: rank }: readonly number[]): Arbitrary<oracle.ReduceAttributes> {
  const some = axesOf(rank).chain((axes) =>
    fc
      .array(fc.boolean(), { minLength: axes.length, maxLength: axes.length })
      .map((fromEnd) => axes.map((axis, i) => (fromEnd[i] ? axis - rank : axis))),
  )
  const axis = rank === 0 ? fc.constant(undefined) : fc.oneof(fc.constant(undefined), axisOf(rank), some)
  return fc.tuple(axis, fc.boolean()).map(([chosen, keepDims]) => withAxis(chosen, keepDims))
}

/** One axis, or the position among all elements. */
function argReductionOf({ length: rank }: readonly number[]): Arbitrary<oracle.ArgAttributes> {
  const axis =
    rank === 0 ? fc.constant(undefined) : fc.oneof(fc.constant(undefined), axisOf(rank), axisOf(rank))
  return fc.tuple(axis, fc.boolean()).map(([chosen, keepDims]) => withAxis(chosen, keepDims))
}

function withAxis<T>(axis: T | undefined, keepDims: boolean): { axis?: T; keepDims: boolean } {
  return axis === undefined ? { keepDims } : { axis, keepDims }
}

interface ReductionRow {
  readonly op: (x: Tensor, options: ReductionOptions) => Tensor
  readonly oracle: oracle.ReduceOracle
  readonly domains?: Domains | ((options: CallOptions) => Domains)
  readonly size?: ShapeOptions
  readonly tolerances?: Tolerances
  readonly differentiable?: boolean
}

function reduction(name: string, row: ReductionRow): CaseFactory {
  const { op, domains = {}, size = {}, tolerances = sumTolerances, differentiable = true } = row
  return opCase({
    name,
    group: 'reductions',
    calls: (options) => {
      const chosen = typeof domains === 'function' ? domains(options) : domains
      return withAttributes(options, size, reductionOf, { special: summableSpecials, ...chosen })
    },
    op: ([x], attributes) => op(x!, attributes),
    oracle: ([x], attributes) => row.oracle(x!, attributes),
    tolerances,
    specialValues: 'values',
    ...(differentiable ? { differentiable: [0] } : {}),
  })
}

function argReduction(
  name: string,
  op: (x: Tensor, options: oracle.ArgAttributes) => Tensor,
  expected: oracle.ReduceOracle,
): CaseFactory {
  return opCase({
    name,
    group: 'reductions',
    calls: (options) => withAttributes(options, { empty: false }, argReductionOf, ties),
    op: ([x], attributes) => op(x!, attributes),
    oracle: ([x], attributes) => expected(x!, attributes),
    specialValues: 'values',
  })
}

/** Sums of squares, and of what they leave when a mean is subtracted. */
const varianceTolerances: Tolerances = {
  float32: { absolute: 2e-6, relative: 1e-5 },
  float64: { absolute: 1e-13, relative: 1e-12 },
}

/** Products of a few hundred factors, each of which rounds. */
export const productTolerances: Tolerances = {
  float32: { absolute: 1e-37, relative: 4e-5 },
  float64: { absolute: 1e-300, relative: 1e-12 },
}

const ties: Domains = { values: grid(-2, 2, 1) }
const extremes: Domains = { values: mixture(grid(-2, 2, 1), real), gradient: allDifferent }

/** A factor 0 now and then; products of floats neither overflow nor vanish otherwise, and integers wrap where they can. */
export function factors({ dtype, maxInt }: CallOptions): Domains {
  const float = mixture(awayFromZero(0.9, 1.1), awayFromZero(0.9, 1.1), real)
  const integer = maxInt < 2 ** 31 - 1 ? grid(-1, 1, 1) : grid(-3, 3, 1)
  return {
    values: isFloatType(dtype) ? float : integer,
    gradient: mixture(between(0.5, 1.5), between(-1.5, -0.5)),
  }
}

interface SpreadAttributes extends oracle.ReduceAttributes {
  readonly correction: number
}

function spread(
  name: string,
  op: (x: Tensor, options: SpreadAttributes) => Tensor,
  squared: boolean,
): CaseFactory {
  return opCase({
    name,
    group: 'reductions',
    calls: (options) =>
      withAttributes<SpreadAttributes>(
        options,
        { empty: false },
        (shape) =>
          fc
            .tuple(reductionOf(shape), fc.constantFrom(0, options.purpose === 'gradient' ? 0 : 1))
            .map(([attributes, correction]) => ({ ...attributes, correction })),
        { gradient: allDifferent, special: summableSpecials },
      ),
    op: ([x], attributes) => op(x!, attributes),
    oracle: ([x], attributes) => oracle.variance(x!, attributes, squared),
    tolerances: varianceTolerances,
    specialValues: 'values',
    differentiable: [0],
  })
}

/** Shapes longer than the blocks in which kernels add, along the first, the middle and the last axis. */
const longShapes = [
  { shape: [1030], axis: 0 },
  { shape: [3, 517], axis: 1 },
  { shape: [1030, 3], axis: 0 },
  { shape: [2, 260, 5], axis: 1 },
]

function long(name: string, op: ReductionRow['op'], expected: oracle.ReduceOracle): CaseFactory {
  return opCase({
    name: `${name} of many elements`,
    group: 'reductions',
    dtypes: ['float32', 'int32'],
    calls: (options: CallOptions): Arbitrary<Call<oracle.ReduceAttributes>> =>
      fc.constantFrom(...longShapes).chain(({ shape, axis }) =>
        plans(shape, options.dtype, {
          ...drawing(options),
          layouts: ['contiguous', 'transposed', 'sliced'],
        }).map((x) => ({ inputs: [x], attributes: { axis } })),
      ),
    op: ([x], attributes) => op(x!, attributes),
    oracle: ([x], attributes) => expected(x!, attributes),
    tolerances: { ...sumTolerances, float32: { absolute: 2e-4, relative: 1e-5 } },
  })
}

export const reductionCases = (): readonly CaseFactory[] => [
  reduction('sum', { op: sum, oracle: oracle.sum }),
  long('sum', sum, oracle.sum),
  reduction('mean', { op: mean, oracle: oracle.mean }),
  reduction('prod', { op: prod, oracle: oracle.prod, domains: factors, tolerances: productTolerances }),
  reduction('max', {
    op: max,
    oracle: oracle.max,
    domains: extremes,
    size: { empty: false },
    tolerances: exactTolerances,
  }),
  long('max', max, oracle.max),
  reduction('min', {
    op: min,
    oracle: oracle.min,
    domains: extremes,
    size: { empty: false },
    tolerances: exactTolerances,
  }),
  reduction('any', {
    op: any,
    oracle: oracle.any,
    domains: { values: mixture(grid(0, 0, 1), grid(0, 0, 1), real) },
    differentiable: false,
  }),
  reduction('all', {
    op: all,
    oracle: oracle.all,
    domains: { values: mixture(real, real, real, real, grid(0, 0, 1)) },
    differentiable: false,
  }),
  reduction('logSumExp', {
    op: logSumExp,
    oracle: oracle.logSumExp,
    domains: { values: mixture(real, between(-1000, 1000), manyMagnitudes(1e-3, 1e4)) },
    tolerances: { ...sumTolerances, float32: { absolute: 2e-6, relative: 1e-6 } },
  }),
  argReduction('argMax', argMax, oracle.argMax),
  argReduction('argMin', argMin, oracle.argMin),
  spread('variance', variance, true),
  spread('std', std, false),
]
