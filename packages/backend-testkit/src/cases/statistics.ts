import { countNonZero, median, norm, quantile } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { grid, mixture, real } from '../generators/numbers.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type CallOptions, usualTolerances } from '../kit/op-spec.ts'
import * as oracle from '../oracle/reductions.ts'
import { allDifferent, type Domains, withAttributes } from './inputs.ts'
import { reductionOf } from './reductions.ts'

const zeros: Domains = { values: mixture(grid(0, 0, 1), real, real), gradient: allDifferent }
const ties: Domains = { values: mixture(grid(-2, 2, 1), real), gradient: allDifferent }

interface NormAttributes extends oracle.ReduceAttributes {
  readonly ord: number
}

/** Orders whose second derivatives are not so steep near 0 that differences say nothing. */
const smoothOrders = [2, 2, 1, 3, 0, Infinity, -Infinity]

const normOf =
  ({ purpose }: CallOptions) =>
  (shape: readonly number[]): Arbitrary<NormAttributes> =>
    fc
      .tuple(
        reductionOf(shape),
        fc.constantFrom(...smoothOrders, ...(purpose === 'gradient' ? [] : [0.5, 1.5, -1, -2])),
      )
      .map(([attributes, ord]) => ({ ...attributes, ord }))

interface QuantileAttributes extends oracle.QuantileAttributes {
  readonly q: number | readonly number[]
}

function quantileOf(shape: readonly number[]): Arbitrary<QuantileAttributes> {
  const part = fc.constantFrom(0, 0.25, 0.3, 0.5, 0.77, 1)
  return fc
    .tuple(
      reductionOf(shape),
      fc.oneof(part, fc.array(part, { minLength: 1, maxLength: 3 })),
      fc.constantFrom(...oracle.interpolations),
    )
    .map(([attributes, q, interpolation]) => ({ ...attributes, q, interpolation }))
}

export const statisticsCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'countNonZero',
    group: 'reductions',
    calls: (options) => withAttributes(options, { maxSize: 120 }, reductionOf, zeros),
    op: ([x], attributes) => countNonZero(x!, attributes),
    oracle: ([x], attributes) => oracle.countNonZero(x!, attributes),
    specialValues: 'values',
  }),
  opCase({
    name: 'norm',
    group: 'reductions',
    calls: (options) => withAttributes(options, { maxSize: 120 }, normOf(options), zeros),
    op: ([x], attributes) => norm(x!, attributes),
    oracle: ([x], attributes) => oracle.norm(x!, attributes),
    tolerances: usualTolerances,
    differentiable: [0],
  }),
  opCase({
    name: 'median',
    group: 'reductions',
    calls: (options) => withAttributes(options, { maxSize: 60, empty: false }, reductionOf, ties),
    op: ([x], attributes) => median(x!, attributes),
    oracle: ([x], attributes) => oracle.quantile(x!, 0.5, { ...attributes, interpolation: 'midpoint' }),
    tolerances: usualTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  opCase({
    name: 'quantile',
    group: 'reductions',
    calls: (options) => withAttributes(options, { maxSize: 60, empty: false }, quantileOf, ties),
    op: ([x], { q, ...attributes }) => quantile(x!, q, attributes),
    oracle: ([x], { q, ...attributes }) => {
      if (typeof q === 'number') return oracle.quantile(x!, q, attributes)
      const each = q.map((part) => oracle.quantile(x!, part, attributes))
      const [first] = each
      const values = each.flatMap((array) => array.values)
      return { ...first!, shape: [q.length, ...first!.shape], values }
    },
    tolerances: usualTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
]
