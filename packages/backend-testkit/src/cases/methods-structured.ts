import type { ArgReduceOp, Capabilities, ReduceOp } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { awayFromZero, type Domain, grid, mixture, real } from '../generators/numbers.ts'
import { makePlan, plans, type TensorPlan } from '../generators/plans.ts'
import type { CaseFactory } from '../kit/case.ts'
import { type MethodCall, methodCase } from '../kit/method-case.ts'
import { exactTolerances, sumTolerances } from '../kit/op-spec.ts'
import {
  build,
  elementAt,
  indicesOf,
  isFloatType,
  type OracleArray,
  positionOf,
  store,
} from '../oracle/array.ts'
import { matmul } from '../oracle/matmul.ts'
import { argMax, argMin, max, min, prod, sum } from '../oracle/reductions.ts'
import { available, methodShapes, methodViews } from './views.ts'

interface ReduceAttributes<Op> {
  readonly op: Op
  readonly axis: number
}

function reduceCalls(caps: Capabilities): Arbitrary<MethodCall<ReduceAttributes<ReduceOp>>> {
  return fc
    .tuple(
      available(caps, ['float32', 'float64', 'int32', 'uint8']),
      methodShapes(caps, { minRank: 1, maxRank: 3 }),
      fc.constantFrom<ReduceOp>('sum', 'prod', 'max', 'min'),
    )
    .chain(([dtype, shape, op]) => {
      const factors = isFloatType(dtype) ? awayFromZero(0.9, 1.1) : grid(-3, 3, 1)
      return fc
        .tuple(methodViews(caps, shape, dtype, op === 'prod' ? factors : real), fc.nat(shape.length - 1))
        .map(([x, axis]) => ({ inputs: [x], attributes: { op, axis } }))
    })
}

function argReduceCalls(caps: Capabilities): Arbitrary<MethodCall<ReduceAttributes<ArgReduceOp>>> {
  const domain: Domain = caps.specialValues
    ? mixture(grid(-2, 2, 1), real, real, () => Number.NaN)
    : grid(-2, 2, 1)
  return fc
    .tuple(
      available(caps, ['float32', 'float64', 'int32', 'uint8', 'bool']),
      methodShapes(caps, { minRank: 1, maxRank: 3 }),
      fc.constantFrom<ArgReduceOp>('max', 'min'),
    )
    .chain(([dtype, shape, op]) =>
      fc
        .tuple(methodViews(caps, shape, dtype, domain), fc.nat(shape.length - 1))
        .map(([x, axis]) => ({ inputs: [x], attributes: { op, axis } })),
    )
}

const oracles = { sum, prod, max, min }

/** Reductions as methods do them: in the dtype of the argument, the axis kept. */
function reduced(x: OracleArray, { op, axis }: ReduceAttributes<ReduceOp>): OracleArray {
  const wide = oracles[op](x, { axis, keepDims: true })
  return { ...wide, dtype: x.dtype, values: wide.values.map((value) => store(value, x.dtype)) }
}

/** Batches of matrices; a batch stride of 0 repeats one, transposed ones are common. */
function matmulCalls(caps: Capabilities): Arbitrary<MethodCall<undefined>> {
  const side = fc.constantFrom(1, 2, 3, 4, 5, 7, 8, 17)
  return fc
    .tuple(
      available(caps, ['float32', 'float64', 'int32', 'uint8']),
      fc.constantFrom(1, 2, 3),
      fc.tuple(side, side, side),
    )
    .chain(([dtype, batch, [m, k, n]]) =>
      fc.tuple(matrices(caps, [batch, m, k], dtype), matrices(caps, [batch, k, n], dtype)),
    )
    .map((inputs) => ({ inputs, attributes: undefined }))
}

type Matrices = Arbitrary<TensorPlan>

function matrices(
  caps: Capabilities,
  shape: readonly number[],
  dtype: Parameters<typeof plans>[1],
): Matrices {
  const anyLayout = methodViews(caps, shape, dtype)
  if (!caps.strided) return anyLayout
  const [batch, rows, columns] = shape as readonly [number, number, number]
  const contiguous = { layouts: ['contiguous'] } as const
  const transposed = plans([batch, columns, rows], dtype, contiguous).map(({ base }) =>
    makePlan(base, [{ kind: 'transpose', axes: [0, 2, 1] }]),
  )
  const repeated = plans([1, rows, columns], dtype, contiguous).map(({ base }) =>
    makePlan(base, [{ kind: 'broadcast', shape }]),
  )
  return fc.oneof(anyLayout, transposed, repeated)
}

interface IndexAttributes {
  readonly axis: number
  readonly length: number
}

/** Positions along an axis, of the shape of what is selected or added; strides are 0 where they repeat. */
function positionViews(caps: Capabilities, shape: readonly number[], axis: number, length: number): Matrices {
  const domain = grid(0, length - 1, 1)
  const anyLayout = methodViews(caps, shape, 'int32', domain)
  if (!caps.strided) return anyLayout
  const line = shape.map((side, i) => (i === axis ? side : 1))
  const repeated = plans(line, 'int32', { domain, layouts: ['contiguous'] }).map(({ base }) =>
    makePlan(base, [{ kind: 'broadcast', shape }]),
  )
  return fc.oneof(anyLayout, repeated)
}

function indexCalls(caps: Capabilities, scatters: boolean): Arbitrary<MethodCall<IndexAttributes>> {
  const types = ['float32', 'float64', 'int32', 'uint8'] as const
  return fc
    .tuple(
      available(caps, scatters ? types : [...types, 'bool']),
      methodShapes(caps, { minRank: 1, maxRank: 3, maxSize: 130 }),
      fc.constantFrom(1, 2, 5, 9),
    )
    .chain(([dtype, shape, count]) =>
      fc.nat(shape.length - 1).chain((axis) => {
        const length = shape[axis]!
        const selected = shape.map((side, i) => (i === axis ? count : side))
        const values = methodViews(caps, scatters ? selected : shape, dtype)
        return fc
          .tuple(values, positionViews(caps, selected, axis, length))
          .map((inputs) => ({ inputs, attributes: { axis, length } }))
      }),
    )
}

const at = (index: readonly number[], axis: number, i: number): number[] =>
  index.map((old, d) => (d === axis ? i : old))

function gathered(x: OracleArray, index: OracleArray, axis: number): OracleArray {
  return build(index.shape, x.dtype, (position) =>
    elementAt(x, at(position, axis, elementAt(index, position))),
  )
}

function scattered(updates: OracleArray, index: OracleArray, { axis, length }: IndexAttributes): OracleArray {
  const shape = at(updates.shape, axis, length)
  const sums = build(shape, 'float64', () => 0).values.slice()
  for (const position of indicesOf(updates.shape)) {
    sums[positionOf(shape, at(position, axis, elementAt(index, position)))]! += elementAt(updates, position)
  }
  return { shape, dtype: updates.dtype, values: sums.map((value) => store(value, updates.dtype)) }
}

export const structuredMethodCases = (): readonly CaseFactory[] => [
  methodCase({
    name: 'backend.reduce',
    calls: reduceCalls,
    call: (backend, [x], { op, axis }, out) => backend.reduce(op, x!, axis, out),
    oracle: ([x], attributes) => reduced(x!, attributes),
    tolerances: { ...sumTolerances, float32: { absolute: 2e-5, relative: 4e-5 } },
  }),
  methodCase({
    name: 'backend.argReduce',
    calls: argReduceCalls,
    call: (backend, [x], { op, axis }, out) => backend.argReduce(op, x!, axis, out),
    oracle: ([x], { op, axis }) => (op === 'max' ? argMax : argMin)(x!, { axis, keepDims: true }),
    tolerances: exactTolerances,
  }),
  methodCase({
    name: 'backend.matmul',
    calls: matmulCalls,
    call: (backend, [a, b], _attributes, out) => backend.matmul(a!, b!, out),
    oracle: ([a, b]) => matmul(a!, b!),
    tolerances: sumTolerances,
  }),
  methodCase({
    name: 'backend.gather',
    calls: (caps) => indexCalls(caps, false),
    call: (backend, [x, index], { axis }, out) => backend.gather(x!, index!, axis, out),
    oracle: ([x, index], { axis }) => gathered(x!, index!, axis),
    tolerances: exactTolerances,
  }),
  methodCase({
    name: 'backend.scatterAdd',
    calls: (caps) => indexCalls(caps, true),
    call: (backend, [updates, index], { axis }, out) => backend.scatterAdd(index!, updates!, axis, out),
    oracle: ([updates, index], attributes) => scattered(updates!, index!, attributes),
    tolerances: sumTolerances,
  }),
]
