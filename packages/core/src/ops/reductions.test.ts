import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { type DType, isFloat } from '../tensor/dtype.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  expectBalanced,
  expectValues,
  forEachTensor,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { mul } from './mul.ts'
import type { ReductionOptions } from './reduction.ts'
import { axesOf, gradAt, type Oracle, reducePlain } from './reduction-test-cases.ts'
import * as ops from './reductions.ts'

beforeEach(() => setBackend(testBackends[0]!))

interface ReductionCase {
  readonly name: string
  readonly op: (x: Tensor, options?: ReductionOptions) => Tensor
  readonly oracle: Oracle
  /** The result's dtype: the argument's; int32 for bool and uint8; a float; bool. */
  readonly result: 'same' | 'wide' | 'float' | 'bool'
  /** Of no elements; undefined where that is an error. */
  readonly ofNothing: number | undefined
}

const total: Oracle = (elements) => elements.reduce((result, x) => result + x, 0)
const average: Oracle = (elements) => total(elements) / elements.length
const spread: Oracle = (elements) => {
  const center = average(elements)
  return average(elements.map((x) => (x - center) ** 2))
}

const cases: readonly ReductionCase[] = [
  { name: 'sum', op: ops.sum, oracle: total, result: 'wide', ofNothing: 0 },
  { name: 'prod', op: ops.prod, oracle: (e) => e.reduce((p, x) => p * x, 1), result: 'wide', ofNothing: 1 },
  { name: 'mean', op: ops.mean, oracle: average, result: 'float', ofNothing: Number.NaN },
  { name: 'variance', op: ops.variance, oracle: spread, result: 'float', ofNothing: Number.NaN },
  { name: 'std', op: ops.std, oracle: (e) => Math.sqrt(spread(e)), result: 'float', ofNothing: Number.NaN },
  { name: 'max', op: ops.max, oracle: (e) => Math.max(...e), result: 'same', ofNothing: undefined },
  { name: 'min', op: ops.min, oracle: (e) => Math.min(...e), result: 'same', ofNothing: undefined },
  { name: 'any', op: ops.any, oracle: (e) => Number(e.some((x) => x !== 0)), result: 'bool', ofNothing: 0 },
  { name: 'all', op: ops.all, oracle: (e) => Number(e.every((x) => x !== 0)), result: 'bool', ofNothing: 1 },
  {
    name: 'logSumExp',
    op: ops.logSumExp,
    oracle: (e) => {
      const peak = Math.max(...e)
      return Math.abs(peak) === Infinity ? peak : peak + Math.log(total(e.map((x) => Math.exp(x - peak))))
    },
    result: 'float',
    ofNothing: -Infinity,
  },
]

function resultType(result: ReductionCase['result'], dtype: DType): DType {
  if (result === 'bool') return 'bool'
  if (result === 'same' || isFloat(dtype)) return dtype
  return result === 'wide' ? 'int32' : 'float32'
}

function expectClose(actual: Tensor, expected: Plain): void {
  expect(actual.shape).toEqual(expected.shape)
  const tolerance = actual.dtype === 'float64' ? 1e-13 : 2e-6
  actual.dataSync().forEach((value, i) => {
    const wanted = actual.dtype === 'int32' ? expected.values[i]! | 0 : expected.values[i]!
    if (Object.is(value, wanted)) return
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(wanted)))
  })
}

/** Shapes with the axes to reduce: of every rank to 6, with sides of 0 and 1, neighbours and axes apart. */
const plans: readonly (readonly [Shape, number | readonly number[] | undefined])[] = [
  [[], undefined],
  [[], []],
  [[5], 0],
  [[1], -1],
  [[2, 3], undefined],
  [[2, 3], 1],
  [[3, 1], [1]],
  [[2, 0], 0],
  [
    [2, 3, 2],
    [0, 2],
  ],
  [
    [2, 3, 2],
    [1, 0],
  ],
  [[2, 3, 2], -2],
  [
    [2, 1, 2, 2],
    [1, 3],
  ],
  [
    [2, 1, 2, 1, 3],
    [0, 2, 4],
  ],
  [
    [1, 2, 1, 2, 2, 2],
    [1, 3, 5],
  ],
  [[2, 1, 2, 1, 2, 2], undefined],
]

describe.each(cases)('$name', ({ op, oracle, result, ofNothing }) => {
  test.each(plans)('agrees with plain loops: %j along %j', (shape, axis) => {
    const axes = axesOf(axis, shape.length)
    forEachTensor(shape, ({ x, values }) => {
      for (const keepDims of [false, true]) {
        const options = { ...(axis === undefined ? {} : { axis }), keepDims }
        const out = op(x, options)
        expect(out.dtype).toBe(resultType(result, x.dtype))
        expect(out).not.toBe(x)
        expectClose(out, reducePlain(values, axes, keepDims, oracle))
        out.dispose()
        expectBalanced(() => op(x, options))
      }
      expectValues(x, values)
    })
  })

  test.each(['float32', 'float64'] as const)('is right at special values in %s', (dtype) => {
    const columns = [
      [Number.NaN, 1, 2],
      [1, Number.NaN, Infinity],
      [Infinity, 1, 2],
      [-Infinity, 1, 2],
      [Infinity, -Infinity, 1],
      [Infinity, Infinity, Infinity],
      [-Infinity, -Infinity, -Infinity],
      [-0, -0, -0],
      [-1, -0, -2],
      [0, 0, 0],
    ]
    for (const backend of testBackends) {
      const x = tensor(columns, { dtype, backend })
      const expected = columns.map((column) =>
        column.some(Number.isNaN) && result !== 'bool' ? Number.NaN : oracle(column),
      )
      expectClose(op(x, { axis: 1 }), { shape: [columns.length], values: expected })
    }
  })

  test('of nothing', () => {
    for (const backend of testBackends) {
      const x = zeros([2, 0, 3], { backend })
      if (ofNothing === undefined) {
        expect(() => op(x, { axis: 1 })).toThrow(ArgumentError)
        expect(() => op(x)).toThrow(/an axis without elements has no extreme/)
        expectBalanced(() => {
          expect(() => op(x)).toThrow(ArgumentError)
          return []
        })
      } else {
        expectValues(op(x, { axis: 1 }), { shape: [2, 3], values: new Array<number>(6).fill(ofNothing) })
        expectValues(op(x), { shape: [], values: [ofNothing] })
      }
      expectValues(op(x, { axis: 0 }), { shape: [0, 3], values: [] })
    }
  })

  test('refuses bad arguments', () => {
    const x = tensor([[1, 2]])
    expect(() => op(x, { axis: 2 })).toThrow(ShapeError)
    expect(() => op(x, { axis: [0, -2] })).toThrow(/an axis is named twice/)
    expect(() => op(x, { axis: 0.5 })).toThrow(ShapeError)
    expect(() => op(x, 1 as never)).toThrow(/the options are not an object/)
    expect(() => op(x, { keepdims: true } as never)).toThrow(/did you mean keepDims/)
    expect(() => op([1] as never)).toThrow(ArgumentError)
    x.dispose()
    expect(() => op(x)).toThrow(DisposedError)
  })
})

const differentiable = cases.filter(({ result }) => result !== 'bool')

describe.each(differentiable)('the gradient of $name', ({ name, op }) => {
  test.each([
    [[], undefined],
    [[4], 0],
    [[2, 3], undefined],
    [[2, 3], 0],
    [
      [3, 2, 2],
      [0, 2],
    ],
    [[2, 1, 3], [1]],
  ] as const)('of both orders: %j along %j', async (shape, axis) => {
    for (const backend of testBackends) {
      const { values } = plain(shape, (index) => 1.3 * Math.sin(2 + 5 * index.reduce((p, i) => 3 * p + i, 0)))
      const x = tensor([...values], { shape, dtype: 'float64', backend })
      const isConstant = name === 'std' && (shape.length === 0 || shape[1] === 1)
      for (const keepDims of isConstant ? [] : [false, true]) {
        const options = axis === undefined ? { keepDims } : { axis, keepDims }
        await checkGradients((y) => op(y!, options), [x], { order: 2 })
        // Of a linear function every second derivative is 0.
        await checkGradients((y) => ops.prod(op(y!, options)), [x], { order: 2 })
        const slope = (y: Tensor): Tensor => grad((z: Tensor) => ops.sum(op(z, options)))(y)
        expectBalanced(() => slope(x))
        expectBalanced(() => grad((y: Tensor) => ops.sum(slope(y)))(x))
      }
      x.dispose()
    }
  })
})

test('equal extremes share the gradient, of both orders', () => {
  expect(gradAt(ops.max, [1, 3, 3])).toEqual([0, 0.5, 0.5])
  expect(gradAt(ops.min, [2, 2, 2, 2])).toEqual([0.25, 0.25, 0.25, 0.25])
  expect(gradAt(ops.max, [Infinity, 1])).toEqual([1, 0])
  const rows = (x: Tensor) => ops.max(x, { axis: 1 })
  const x = tensor([
    [1, 1],
    [2, 5],
  ])
  expect([...grad((y: Tensor) => ops.sum(rows(y)))(x).dataSync()]).toEqual([0.5, 0.5, 0, 1])
  expect(gradAt((y) => grad((z: Tensor) => ops.prod(ops.max(z, { keepDims: true })))(y), [3, 3])).toEqual([
    0, 0,
  ])
})

test('any and all see NaN as true, and let no gradient through', () => {
  const x = tensor([
    [Number.NaN, 0],
    [0, -0],
  ])
  expect(ops.any(x, { axis: 1 }).arraySync()).toEqual([true, false])
  expect(ops.all(tensor([Number.NaN, 1])).arraySync()).toBe(true)
  for (const op of [ops.any, ops.all]) expect(gradAt((y) => mul(y, op(y)), [1, 2])).toEqual([1, 1])
})

test('integers', () => {
  const int = (values: number[]) => tensor(values, { dtype: 'int32' })
  expect(ops.sum(int([2 ** 31 - 1, 1])).dataSync()[0]).toBe(-(2 ** 31))
  expect(ops.prod(int([65536, 65536])).dataSync()[0]).toBe(0)
  expect(ops.prod(int([65537, 65537])).dataSync()[0]).toBe(131073)
  expect(ops.max(int([-(2 ** 31), 2 ** 31 - 1])).dataSync()[0]).toBe(2 ** 31 - 1)
  // The sum in int32 would wrap.
  expect(ops.mean(int([2 ** 30, 2 ** 30, 2 ** 30])).dataSync()[0]).toBe(2 ** 30)
  expect(ops.mean(tensor([true, false, true, true])).dataSync()[0]).toBe(0.75)
  expect(ops.max(tensor([true, false])).arraySync()).toBe(true)
})

test('the types', () => {
  const x = tensor([1, 2], { dtype: 'int32' })
  expectTypeOf(ops.max(x)).toEqualTypeOf<Tensor<'int32'>>()
  expectTypeOf(ops.argMin(x)).toEqualTypeOf<Tensor<'int32'>>()
  expectTypeOf(ops.any(x)).toEqualTypeOf<Tensor<'bool'>>()
  expectTypeOf(ops.mean(x)).toEqualTypeOf<Tensor>()
})
