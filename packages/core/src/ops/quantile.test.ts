import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import { median } from './median.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { checkBothOrders, expectClose, forEachLayout } from './neural-test-cases.ts'
import { type QuantileOptions, quantile } from './quantile.ts'
import { axesOf, gradAt, reducePlain } from './reduction-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

const { NaN: nan } = Number
type Interpolation = NonNullable<QuantileOptions['interpolation']>
const interpolations: readonly Interpolation[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest']

function oracle(line: readonly number[], q: number, interpolation: Interpolation): number {
  const sorted = [...line].sort((a, b) => a - b)
  const exact = q * (line.length - 1)
  const [low, high] = [sorted[Math.floor(exact)]!, sorted[Math.ceil(exact)]!]
  const part = exact - Math.floor(exact)
  if (interpolation === 'lower') return low
  if (interpolation === 'higher') return high
  if (interpolation === 'midpoint') return (low + high) / 2
  if (interpolation === 'linear') return low + (high - low) * part
  if (part === 0.5) return Math.floor(exact) % 2 === 0 ? low : high
  return part < 0.5 ? low : high
}

const cases: readonly { shape: Shape; axis?: number | readonly number[] }[] = [
  { shape: [] },
  { shape: [5] },
  { shape: [6], axis: -1 },
  { shape: [2, 3], axis: 1 },
  { shape: [3, 2, 5], axis: [0, 2] },
  { shape: [3, 2, 5], axis: [] },
  { shape: [2, 0, 3], axis: 2 },
  { shape: [2, 1, 3, 5, 1, 2], axis: [3, 1] },
]

test.each(cases)('agree with plain loops: $shape along $axis', ({ shape, axis }) => {
  const along = axis === undefined ? {} : { axis }
  const axes = axesOf(axis, shape.length)
  forEachLayout(shape, (x) => {
    const given = { shape, values: [...x.dataSync()] }
    for (const interpolation of interpolations) {
      const keepDims = interpolation === 'linear' || interpolation === 'lower'
      const parts = [0, 0.3, 0.5, 1, 0.125]
      const expected = parts.map((q) =>
        reducePlain(given, axes, keepDims, (line) => oracle(line, q, interpolation)),
      )
      const several = quantile(x, parts, { ...along, interpolation, keepDims })
      const one = quantile(x, 0.3, { ...along, interpolation, keepDims })
      expect(several.dtype).toBe(x.dtype === 'float64' ? 'float64' : 'float32')
      expect(several.shape).toEqual([5, ...expected[1]!.shape])
      expect(one.shape).toEqual(expected[1]!.shape)
      expectClose(
        several.dataSync(),
        expected.flatMap(({ values }) => values),
        several,
      )
      expectClose(one.dataSync(), expected[1]!.values, one)
      several.dispose()
      one.dispose()
      expectBalanced(() => quantile(x, parts, { ...along, interpolation }))
    }
    const middle = median(x, along)
    expectClose(
      middle.dataSync(),
      reducePlain(given, axes, false, (line) => oracle(line, 0.5, 'midpoint')).values,
      middle,
    )
    middle.dispose()
    expectBalanced(() => median(x, { ...along, keepDims: true }))
    expect([...x.dataSync()]).toEqual(given.values)
  })
})

test('NaN anywhere in a line gives NaN, infinities stay where they are', () => {
  for (const backend of testBackends) {
    const x = tensor(
      [
        [1, nan, 3],
        [1, 2, 3],
        [-Infinity, -Infinity, 4],
        [4, Infinity, Infinity],
      ],
      { backend },
    )
    expect([...median(x, { axis: 1 }).dataSync()]).toEqual([nan, 2, -Infinity, Infinity])
    expect([...quantile(x, 0.1, { axis: 1 }).dataSync()]).toEqual([
      nan,
      Math.fround(1.2),
      -Infinity,
      Infinity,
    ])
    expect([...quantile(x, [0, 1], { axis: 1 }).dataSync()]).toEqual([
      nan,
      1,
      -Infinity,
      4,
      nan,
      3,
      4,
      Infinity,
    ])
  }
  const equal = tensor(new Float32Array(7).fill(0.1))
  expect([...quantile(equal, [0.1, 0.37, 0.93]).dataSync()]).toEqual(new Array(3).fill(Math.fround(0.1)))
  expect([...quantile(tensor([1, 2]), []).dataSync()]).toEqual([])
})

test('gradients of both orders go back to the elements', async () => {
  expect(gradAt(median, [5, 1, 2, 4])).toEqual([0, 0, 0.5, 0.5])
  expect(gradAt((x) => quantile(x, 0.25, { interpolation: 'linear' }), [3, 1, 2])).toEqual([0, 0.5, 0.5])
  expect(gradAt(median, [1, 1])).toEqual([0.5, 0.5])
  const values = [0.5, -1.5, 0.1, 2, 0.2, -0.25, 1, 3, 0.75, -2, 1.25, 0.3]
  for (const interpolation of interpolations) {
    await checkBothOrders(
      (x) => {
        const y = quantile(x, [0.2, 0.9, 0.5], { axis: [0, 1], interpolation })
        return mul(y, mul(y, y))
      },
      [{ shape: [2, 3, 2], values }],
    )
  }
  await checkBothOrders(
    (x) => mul(median(x, { axis: 2 }), median(x, { axis: 2 })),
    [{ shape: [2, 3, 2], values }],
  )
})

test('wrong arguments are refused', () => {
  expect(() => quantile(3 as never, 0.5)).toThrow(ArgumentError)
  for (const q of [1.5, -0.1, nan, '0.5' as never, [0, 2]]) {
    expect(() => quantile(ones([2]), q)).toThrow(/^quantile: q is not made of numbers from 0 to 1/)
  }
  expect(() => quantile(ones([2]), 0.5, { interpolation: 'cubic' as never })).toThrow(
    /there is no such interpolation/,
  )
  expect(() => quantile(ones([2]), 0.5, { axis: 1 })).toThrow(ShapeError)
  expect(() => quantile(ones([2, 0]), 0.5, { axis: 1 })).toThrow(/an axis without elements has no quantiles/)
  expect(() => quantile(ones([2]), 0.5, { method: 'lower' } as never)).toThrow(/unknown option "method"/)
  expect(() => median(ones([0]))).toThrow(ArgumentError)
  expect(() => median(ones([2]), { axis: -2 })).toThrow(ShapeError)
  expect(() => median(ones([2]), { interpolation: 'lower' } as never)).toThrow(ArgumentError)
  const x = ones([2])
  x.dispose()
  expect(() => median(x)).toThrow(DisposedError)
  expect(() => quantile(x, 0)).toThrow(DisposedError)
})
