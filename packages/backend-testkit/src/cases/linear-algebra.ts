import { dot, inner, outer, type Tensor, tensordot } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { plans } from '../generators/plans.ts'
import { permutationOf } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type CallOptions, sumTolerances } from '../kit/op-spec.ts'
import { type AxisLists, tensordot as oracleTensordot } from '../oracle/linear-algebra.ts'
import { drawing, otherDType } from './inputs.ts'

/** Two shapes, and the axes to sum over. */
interface Contraction {
  readonly a: readonly number[]
  readonly b: readonly number[]
  readonly axes: AxisLists
}

function sides({ purpose }: CallOptions, most: number): Arbitrary<number[]> {
  const side = purpose === 'gradient' ? fc.constantFrom(1, 2) : fc.constantFrom(0, 1, 2, 3, 5)
  return fc.array(side, { maxLength: most })
}

function product(
  name: string,
  op: (a: Tensor, b: Tensor, axes: AxisLists) => Tensor,
  contractions: (options: CallOptions) => Arbitrary<Contraction>,
): CaseFactory {
  return opCase({
    name,
    group: 'matmul',
    calls: (options) =>
      fc
        .tuple(contractions(options), otherDType(options))
        .chain(([{ a, b, axes }, dtype]) =>
          fc
            .tuple(plans(a, options.dtype, drawing(options)), plans(b, dtype, drawing(options)))
            .map((inputs) => ({ inputs, attributes: axes })),
        ),
    op: ([a, b], axes) => op(a!, b!, axes),
    oracle: ([a, b], axes) => oracleTensordot(a!, b!, axes),
    tolerances: sumTolerances,
    differentiable: [0, 1],
  })
}

/** Axes in any order: those that are summed over lie anywhere. */
function anyContraction(options: CallOptions): Arbitrary<Contraction> {
  return fc.tuple(sides(options, 2), sides(options, 2), sides(options, 2)).chain(([summed, left, right]) =>
    fc
      .tuple(permutationOf(summed.length + left.length), permutationOf(summed.length + right.length))
      .map(([p, q]) => ({
        a: p.map((from) => [...summed, ...left][from]!),
        b: q.map((from) => [...summed, ...right][from]!),
        axes: [summed.map((_, i) => p.indexOf(i)), summed.map((_, i) => q.indexOf(i))],
      })),
  )
}

const lastAxes = (options: CallOptions): Arbitrary<Contraction> =>
  fc.tuple(sides(options, 2), sides(options, 2), fc.constantFrom(1, 2, 3)).map(([left, right, k]) => ({
    a: [...left, k],
    b: [...right, k],
    axes: [[left.length], [right.length]],
  }))

const lastAndLastButOne = (options: CallOptions): Arbitrary<Contraction> =>
  fc.tuple(sides(options, 2), sides(options, 2), fc.constantFrom(1, 2, 3)).map(([left, right, k]) => {
    const axis = Math.max(right.length - 1, 0)
    return { a: [...left, k], b: right.toSpliced(axis, 0, k), axes: [[left.length], [axis]] }
  })

const vectors = (options: CallOptions): Arbitrary<Contraction> =>
  fc.tuple(sides(options, 1), sides(options, 1)).map(([a, b]) => ({
    a: a.length === 0 ? [1] : a,
    b: b.length === 0 ? [1] : b,
    axes: [[], []],
  }))

export const linearAlgebraCases = (): readonly CaseFactory[] => [
  product('dot', dot, lastAndLastButOne),
  product('inner', inner, lastAxes),
  product('outer', outer, vectors),
  product('tensordot', (a, b, axes) => tensordot(a, b, { axes }), anyContraction),
]
