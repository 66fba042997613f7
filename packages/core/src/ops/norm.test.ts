import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { countNonZero } from './count-non-zero.ts'
import { expectBalanced, expectValues, testBackends } from './movement-test-cases.ts'
import { checkBothOrders, expectClose, forEachLayout } from './neural-test-cases.ts'
import { norm } from './norm.ts'
import { axesOf, gradAt, reducePlain } from './reduction-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

const { NaN: nan } = Number
const orders = [2, 1, 0, 3, 0.5, 1.5, -1, -2, Infinity, -Infinity]

function oracle(line: readonly number[], ord: number): number {
  const sizes = line.map(Math.abs)
  if (ord === Infinity) return Math.max(0, ...sizes)
  if (ord === -Infinity) return Math.min(Infinity, ...sizes)
  if (ord === 0) return sizes.filter((size) => size !== 0).length
  return sizes.reduce((total, size) => total + size ** ord, 0) ** (1 / ord)
}

const reductions: readonly { shape: Shape; axis?: number | readonly number[] }[] = [
  { shape: [] },
  { shape: [5] },
  { shape: [0] },
  { shape: [2, 3], axis: -1 },
  { shape: [3, 2, 5], axis: [0, 2] },
  { shape: [3, 2, 5], axis: [] },
  { shape: [2, 0, 3], axis: 1 },
  { shape: [2, 1, 3, 5, 1, 2], axis: [3, 1] },
]

test.each(reductions)('agree with plain loops: $shape along $axis', ({ shape, axis }) => {
  const along = axis === undefined ? {} : { axis }
  forEachLayout(shape, (x) => {
    const given = { shape, values: [...x.dataSync()] }
    const axes = axesOf(axis, shape.length)
    for (const ord of orders) {
      const keepDims = ord > 0
      const expected = reducePlain(given, axes, keepDims, (line) => oracle(line, ord))
      const out = norm(x, { ...along, ord, keepDims })
      expect(out.dtype).toBe(x.dtype === 'float64' ? 'float64' : 'float32')
      expect(out.shape).toEqual(expected.shape)
      // Powers of up to 10 numbers, each of which rounds.
      expectClose(out.dataSync(), expected.values, { dtype: out.dtype, relative: true })
      out.dispose()
      expectBalanced(() => norm(x, { ...along, ord }))
    }
    const count = countNonZero(x, along)
    expect(count.dtype).toBe('int32')
    expectValues(
      count,
      reducePlain(given, axes, false, (line) => oracle(line, 0)),
    )
    count.dispose()
    expectBalanced(() => countNonZero(x, { ...along, keepDims: true }))
  })
})

test('powers neither overflow nor vanish', () => {
  for (const size of [1e30, 1e-30, 2e38]) {
    const x = tensor([(3 * size) / 4, -size])
    expect(norm(x).dataSync()[0]! / size).toBeCloseTo(1.25, 6)
    expect(norm(x, { ord: 3 }).dataSync()[0]! / size).toBeCloseTo((1 + 27 / 64) ** (1 / 3), 6)
    expect(norm(x, { ord: -2 }).dataSync()[0]! / size).toBeCloseTo(0.6, 6)
  }
})

test('special values', () => {
  for (const backend of testBackends) {
    const of = (values: number[], ord: number): number =>
      norm(tensor(values, { backend }), { ord }).dataSync()[0]!
    for (const ord of [2, 1, 3, Infinity]) {
      expect(of([1, -Infinity], ord)).toBe(Infinity)
      expect(of([1, nan, Infinity], ord)).toBe(nan)
      expect(of([0, -0], ord)).toBe(0)
    }
    expect(of([1, -Infinity], -1)).toBe(1)
    expect(of([Infinity, -Infinity], -1)).toBe(Infinity)
    expect(of([0, 5], -1)).toBe(0)
    expect(of([nan, 5], -Infinity)).toBe(nan)
    expect(of([nan, 0, -0, 2], 0)).toBe(2)
    expect(countNonZero(tensor([nan, 0, -0, Infinity], { backend })).dataSync()[0]).toBe(2)
  }
})

describe('the gradient', () => {
  const values = [0.5, -1.5, 0.1, 2, 0.2, -0.25, 1, 3, 0.75, -1.9, 1.25, 0.3]
  test.each(orders)('of order %d has both orders', async (ord) => {
    await checkBothOrders((x) => norm(x, { ord, axis: [0, 2] }), [{ shape: [2, 3, 2], values }])
    await checkBothOrders((x) => norm(x, { ord, axis: 1, keepDims: true }), [{ shape: [2, 3, 2], values }])
  })

  test.each(orders)('of order %d is 0 at the zero vector, and of a zero element', (ord) => {
    expect(gradAt((x) => norm(x, { ord }), [0, 0])).toEqual([0, 0])
    const [ofZero] = gradAt((x) => norm(x, { ord }), [0, 3])
    expect(ofZero).toBe(0)
    const slope = (x: Tensor): Tensor => grad((y: Tensor) => norm(y, { ord }))(x)
    expect(gradAt(slope, [0, 0])).toEqual([0, 0])
  })

  test('is the direction, and is shared by what is equally large', () => {
    expect(gradAt(norm, [3, -4])).toEqual([0.6, -0.8].map(Math.fround))
    expect(gradAt((x) => norm(x, { ord: Infinity }), [2, -2, 1])).toEqual([0.5, -0.5, 0])
    expect(gradAt((x) => norm(x, { ord: 1 }), [2, -2, 0])).toEqual([1, -1, 0])
  })
})

test('wrong arguments are refused', () => {
  expect(() => norm(3 as never)).toThrow(ArgumentError)
  expect(() => norm(ones([2]), { ord: 'fro' as never })).toThrow(/^norm: ord is not a number/)
  expect(() => norm(ones([2]), { ord: nan })).toThrow(ArgumentError)
  expect(() => norm(ones([2]), { axis: 1 })).toThrow(ShapeError)
  expect(() => norm(ones([2]), { order: 1 } as never)).toThrow(/did you mean ord/)
  expect(() => countNonZero([1] as never)).toThrow(ArgumentError)
  expect(() => countNonZero(ones([2]), { axis: [0, 0] })).toThrow(/named twice/)
  expect(() => countNonZero(ones([2]), { ord: 1 } as never)).toThrow(/unknown option "ord"/)
  const x = zeros([2])
  x.dispose()
  for (const op of [norm, countNonZero]) expect(() => op(x)).toThrow(DisposedError)
})
