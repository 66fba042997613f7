import {
  add,
  cholesky,
  determinant,
  inverse,
  mul,
  qr,
  slogdet,
  solve,
  type Tensor,
  tensor,
  tidy,
  triangularSolve,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import type { Call, CallOptions, OpSpec } from '../kit/op-spec.ts'
import type { OracleArray } from '../oracle/array.ts'
import * as oracle from '../oracle/decompositions.ts'
import { type Domains, drawing, otherDType } from './inputs.ts'

/** Of matrices with a small condition number. */
const tolerances: Tolerances = {
  float32: { absolute: 1e-5, relative: 2e-5 },
  float64: { absolute: 1e-13, relative: 1e-12 },
}

/** Off the diagonal; integers become −1, 0 and 1. */
const small: Domains = { values: between(-1, 1), gradient: between(-1, 1), special: between(-1, 1) }

/** Devices that only have floats compute small matrices, in many calls: they are slow in software. */
function side({ purpose, maxInt }: CallOptions): Arbitrary<number> {
  const isSlow = maxInt < 2 ** 31 - 1
  if (purpose === 'gradient') return isSlow ? fc.constantFrom(1, 2) : fc.constantFrom(1, 2, 2, 3)
  return isSlow ? fc.constantFrom(0, 1, 2, 3) : fc.constantFrom(0, 1, 2, 3, 5, 6)
}

function batches({ purpose }: CallOptions): Arbitrary<number[]> {
  if (purpose === 'gradient') return fc.constantFrom([], [], [2])
  return fc.constantFrom([], [], [1], [3], [2, 2], [0])
}

/** Matrices of small numbers and one that is added on a diagonal, which makes them far from singular. */
interface Dominant {
  /** What is added: more than all other numbers of a row together. */
  readonly number: number
  /** To which diagonal: columns to the right of the main one, counted around. */
  readonly by: number
}

const beyond = (n: number): number => n + 2

/** The matrices as {@link oracle.dominated} has them. */
function dominated(x: Tensor, { number, by }: Dominant): Tensor {
  const [m, n] = x.shape.slice(-2) as [number, number]
  const dtype = x.dtype === 'bool' ? 'int32' : x.dtype
  const ones = Array.from({ length: m * n }, (_, i) => (i % n === (Math.floor(i / n) + by) % n ? 1 : 0))
  return tidy(() => add(x, mul(tensor(ones, { shape: [m, n], dtype, backend: x.storage.backend }), number)))
}

/** Symmetric parts that are positive definite; among the special values some that are not. */
function choleskyCalls(options: CallOptions): Arbitrary<Call<Dominant>> {
  return fc
    .tuple(batches(options), side(options))
    .chain(([batch, n]) =>
      fc
        .tuple(
          plans([...batch, n, n], options.dtype, drawing(options, small)),
          options.purpose === 'specialValues' ? fc.constantFrom(1, -1) : fc.constant(1),
        )
        .map(([x, sign]) => ({ inputs: [x], attributes: { number: sign * beyond(n), by: 0 } })),
    )
}

/** Matrices and right sides: a vector, or columns with batches that broadcast. */
function systemCalls<A>(options: CallOptions, attributes: (n: number) => Arbitrary<A>): Arbitrary<Call<A>> {
  const columns = options.purpose === 'gradient' ? fc.constantFrom(1, 2) : fc.constantFrom(0, 1, 2, 7)
  return fc
    .tuple(batches(options), side(options), columns, fc.nat(2), otherDType(options))
    .chain(([batch, n, k, kind, dtype]) => {
      const ofB = [[n], [n, k], [...batch, n, k]][kind]!
      const ofA = kind === 2 ? batch.map((length, axis) => (axis === 0 && length === 2 ? 1 : length)) : batch
      return fc
        .tuple(
          plans([...ofA, n, n], options.dtype, drawing(options, small)),
          plans(ofB, dtype, drawing(options)),
          attributes(n),
        )
        .map(([a, b, chosen]) => ({ inputs: [a, b], attributes: chosen }))
    })
}

/** Square matrices that need pivots, or some that do not. */
function squareCalls(options: CallOptions): Arbitrary<Call<Dominant>> {
  return fc
    .tuple(batches(options), side(options))
    .chain(([batch, n]) =>
      fc
        .tuple(plans([...batch, n, n], options.dtype, drawing(options, small)), dominance(n))
        .map(([x, attributes]) => ({ inputs: [x], attributes })),
    )
}

function dominance(n: number): Arbitrary<Dominant> {
  return fc.nat(Math.max(n - 1, 0)).map((by) => ({ number: beyond(n), by }))
}

function square(
  name: string,
  op: (x: Tensor) => Tensor | readonly Tensor[],
  expected: (x: OracleArray) => OracleArray | readonly OracleArray[],
): CaseFactory {
  return opCase({
    name,
    group: 'matmul',
    calls: squareCalls,
    op: ([x], attributes) => tidy(() => op(dominated(x!, attributes))),
    oracle: ([x], { number, by }) => expected(oracle.dominated(x!, number, by)),
    tolerances,
    differentiable: [0],
  })
}

/** Factors of matrices whose first columns are far from dependent, and whose signs no rounding turns. */
function factors(name: string, mode: 'reduced' | 'complete', rest: Partial<OpSpec<Dominant>>): CaseFactory {
  return opCase({
    name,
    group: 'matmul',
    dtypes: ['float32', 'float64'],
    calls: (options) =>
      fc.tuple(batches(options), side(options), side(options)).chain(([batch, m, n]) =>
        plans([...batch, m, n], options.dtype, drawing(options, small)).map((x) => ({
          inputs: [x],
          attributes: { number: beyond(n), by: 0 },
        })),
      ),
    op: ([x], attributes) =>
      tidy(() => {
        const { q, r } = qr(dominated(x!, attributes), { mode })
        return [q, r]
      }),
    oracle: ([x], { number, by }) => oracle.qr(oracle.dominated(x!, number, by), mode === 'complete'),
    tolerances,
    ...rest,
  })
}

interface TriangularSystem extends Dominant {
  readonly triangle: oracle.Triangle
}

export const decompositionCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'cholesky',
    group: 'matmul',
    calls: choleskyCalls,
    op: ([x], attributes) => tidy(() => cholesky(dominated(x!, attributes))),
    oracle: ([x], { number, by }) => oracle.cholesky(oracle.dominated(x!, number, by)),
    tolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  square('inverse', inverse, oracle.inverse),
  square('determinant', determinant, oracle.determinant),
  square(
    'slogdet',
    (x) => {
      const { sign, logAbsDet } = slogdet(x)
      return [sign, logAbsDet]
    },
    oracle.slogdet,
  ),
  factors('qr', 'reduced', { differentiable: [0] }),
  factors('qr, complete', 'complete', {}),
  opCase({
    name: 'solve',
    group: 'matmul',
    calls: (options) => systemCalls(options, dominance),
    op: ([a, b], attributes) => tidy(() => solve(dominated(a!, attributes), b!)),
    oracle: ([a, b], { number, by }) => oracle.solve(oracle.dominated(a!, number, by), b!),
    tolerances,
    differentiable: [0, 1],
  }),
  opCase({
    name: 'triangularSolve',
    group: 'matmul',
    calls: (options) =>
      systemCalls<TriangularSystem>(options, (n) =>
        fc
          .record({ upper: fc.boolean(), transpose: fc.boolean(), unitDiagonal: fc.boolean() })
          .map((triangle) => ({ triangle, number: beyond(n), by: 0 })),
      ),
    op: ([a, b], { triangle, ...dominant }) =>
      tidy(() => triangularSolve(dominated(a!, dominant), b!, triangle)),
    oracle: ([a, b], { triangle, number, by }) =>
      oracle.triangularSolve(oracle.dominated(a!, number, by), b!, triangle),
    tolerances,
    differentiable: [0, 1],
  }),
]
