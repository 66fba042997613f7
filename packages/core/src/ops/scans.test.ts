import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cummax } from './cummax.ts'
import { cummin } from './cummin.ts'
import { cumprod } from './cumprod.ts'
import { cumsum } from './cumsum.ts'
import { expectBalanced, expectValues, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { alongAxes, checkBothOrders, expectClose, forEachLayout } from './neural-test-cases.ts'
import { gradAt } from './reduction-test-cases.ts'
import type { ScanOptions } from './scan.ts'
import { sum } from './sum.ts'
import type { ValuesAndIndices } from './values-and-indices.ts'

beforeEach(() => setBackend(testBackends[0]!))

const { NaN: nan } = Number
const { max, min } = Math

/** A scan in plain loops. */
function walk(
  combine: (a: number, b: number) => number,
  ofNothing: number,
  { exclusive = false, reverse = false }: ScanOptions,
): (line: readonly number[]) => number[] {
  return (line) => {
    const ordered = reverse ? [...line].reverse() : line
    let state = ofNothing
    const out = ordered.map((value) => {
      const before = state
      state = combine(state, value)
      return exclusive ? before : state
    })
    return reverse ? out.reverse() : out
  }
}

const scans = [
  { name: 'cumsum', op: cumsum, combine: (a: number, b: number) => a + b, ofNothing: 0 },
  { name: 'cumprod', op: cumprod, combine: (a: number, b: number) => a * b, ofNothing: 1 },
]

const shapes: readonly { shape: Shape; axis?: number }[] = [
  { shape: [] },
  { shape: [5] },
  { shape: [5], axis: -1 },
  { shape: [1], axis: 0 },
  { shape: [0] },
  { shape: [0], axis: 0 },
  { shape: [2, 3] },
  { shape: [3, 8, 2], axis: 1 },
  { shape: [4, 2, 3], axis: 0 },
  { shape: [2, 0, 3], axis: 1 },
  { shape: [2, 0, 3], axis: 0 },
  { shape: [2, 1, 3, 5, 1, 2], axis: 3 },
]

const ways: readonly ScanOptions[] = [
  {},
  { exclusive: true },
  { reverse: true },
  { exclusive: true, reverse: true },
]

describe.each(scans)('$name', ({ op, combine, ofNothing }) => {
  test.each(shapes)('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
    const size = shape.reduce((product, side) => product * side, 1)
    const [outShape, at] = axis === undefined ? [[size], 0] : [shape, (axis + shape.length) % shape.length]
    forEachLayout(shape, (x) => {
      const values = [...x.dataSync()]
      const whole = x.dtype === 'bool' || x.dtype === 'uint8' ? 'int32' : x.dtype
      for (const way of ways) {
        const options = axis === undefined ? way : { ...way, axis }
        const out = op(x, options)
        expect(out.dtype).toBe(whole)
        expect(out.shape).toEqual(outShape)
        expectClose(out.dataSync(), alongAxes(values, outShape, [at], walk(combine, ofNothing, way)), out)
        out.dispose()
        expectBalanced(() => op(x, options))
      }
      expect([...x.dataSync()]).toEqual(values)
    })
  })

  test('has gradients of both orders', async () => {
    const values = [0.5, -1.5, 0, 2, 0, -0.25, 1, 3, 0.75, -2, 1.25, 0.3]
    for (const way of ways) {
      await checkBothOrders((x) => op(x, { ...way, axis: 1 }), [{ shape: [2, 3, 2], values }])
    }
    await checkBothOrders(
      (x) => mul(op(x), op(x, { reverse: true })),
      [{ shape: [7], values: values.slice(0, 7) }],
    )
  })

  test('refuses wrong arguments', () => {
    expect(() => op(3 as never)).toThrow(ArgumentError)
    expect(() => op(ones([2]), { axis: 1 })).toThrow(ShapeError)
    expect(() => op(tensor(1), { axis: 0 })).toThrow(/axis is outside/)
    expect(() => op(ones([2]), { reversed: true } as never)).toThrow(/did you mean reverse/)
    expect(() => op(ones([2]), 1 as never)).toThrow(/the options are not an object/)
    const x = ones([2])
    x.dispose()
    expect(() => op(x)).toThrow(DisposedError)
  })
})

test('NaN and infinities reach what comes after them, nothing before', () => {
  const x = tensor([1, Infinity, 2, -Infinity, 3])
  for (const backend of testBackends) {
    setBackend(backend)
    expect([...cumsum(x).dataSync()]).toEqual([1, Infinity, Infinity, nan, nan])
    expect([...cumsum(x, { reverse: true }).dataSync()]).toEqual([nan, nan, -Infinity, -Infinity, 3])
    expect([...cumprod(tensor([0, nan, 0]), { exclusive: true }).dataSync()]).toEqual([1, 0, nan])
    expect([...cumprod(tensor([2, 0, Infinity, 5])).dataSync()]).toEqual([2, 0, nan, nan])
  }
})

test('integers wrap', () => {
  const most = 2 ** 31 - 1
  expect([...cumsum(tensor([most, 1, 1], { dtype: 'int32' })).dataSync()]).toEqual([most, -(2 ** 31), -most])
  const bytes = tensor([200, 100, 3], { dtype: 'uint8' })
  expect([...cumprod(bytes).dataSync()]).toEqual([200, 20000, 60000])
})

describe('the gradient of cumprod', () => {
  /** Σⱼ over the products that contain the element, each without it. */
  const slopes = (line: readonly number[]): number[] =>
    line.map((_, i) => {
      const products = line.map((__, end) =>
        end < i ? 0 : line.slice(0, end + 1).reduce((product, x, k) => (k === i ? product : product * x), 1),
      )
      return products.reduce((a, b) => a + b, 0)
    })

  test.each([[[2, 3, 4]], [[0, 3, 4]], [[3, 0, 4, 0, 5]], [[0, 0, 0]], [[7]], [[1, 2, 0, 4, 0, 6, 7, 1, 2]]])(
    'is exact at %j',
    (line) => {
      expect(gradAt(cumprod, line)).toEqual(slopes(line))
      expect(gradAt((x) => cumprod(x, { reverse: true }), line)).toEqual(
        [...slopes([...line].reverse())].reverse(),
      )
    },
  )

  test('has the products without two factors as second derivative, with any number of zeros', () => {
    const slope = (x: Tensor): Tensor => grad((y: Tensor) => sum(cumprod(y)))(x)
    const second = (line: readonly number[]): number[] =>
      line.map((_, i) =>
        line.reduce((total, __, j) => {
          if (j === i) return total
          return line.reduce((sum, ___, end) => {
            if (end < Math.max(i, j)) return sum
            const factors = line.slice(0, end + 1).filter((____, k) => k !== i && k !== j)
            return sum + factors.reduce((a, b) => a * b, 1)
          }, total)
        }, 0),
      )
    for (const line of [
      [2, 3],
      [0, 3, 4],
      [0, 3, 0, 5],
      [0, 0, 0],
      [1, 2, 0, 4, 0, 6],
    ]) {
      expect(gradAt(slope, line)).toEqual(second(line))
    }
  })
})

interface Extreme {
  readonly name: string
  readonly op: (x: Tensor, options?: { readonly axis?: number }) => ValuesAndIndices
  readonly pick: (...numbers: number[]) => number
}

const extremes: readonly Extreme[] = [
  { name: 'cummax', op: cummax, pick: max },
  { name: 'cummin', op: cummin, pick: min },
]

describe.each(extremes)('$name', ({ op, pick }) => {
  const values = (line: readonly number[]): number[] => line.map((_, i) => pick(...line.slice(0, i + 1)))
  const indices = (line: readonly number[]): number[] =>
    values(line).map((value, i) => line.slice(0, i + 1).lastIndexOf(value))

  test.each(shapes)('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
    const size = shape.reduce((product, side) => product * side, 1)
    const [outShape, at] = axis === undefined ? [[size], 0] : [shape, (axis + shape.length) % shape.length]
    const options = axis === undefined ? {} : { axis }
    forEachLayout(shape, (x) => {
      const given = [...x.dataSync()]
      const out = op(x, options)
      expect([out.values.dtype, out.indices.dtype]).toEqual([x.dtype, 'int32'])
      expectValues(out.values, { shape: outShape, values: alongAxes(given, outShape, [at], values) })
      expectValues(out.indices, { shape: outShape, values: alongAxes(given, outShape, [at], indices) })
      out.values.dispose()
      out.indices.dispose()
      expect([...x.dataSync()]).toEqual(given)
      expectBalanced(() => Object.values<Tensor>({ ...op(x, options) }))
    })
  })

  test('NaN counts before everything else, and the last of equals', () => {
    for (const backend of testBackends) {
      const line = tensor([1, nan, 5, nan, -Infinity, Infinity], { backend })
      expect([...op(line).values.dataSync()]).toEqual([1, nan, nan, nan, nan, nan])
      expect([...op(line).indices.dataSync()]).toEqual([0, 1, 1, 3, 3, 3])
      expect([...op(tensor([0, -0, 0], { backend })).indices.dataSync()]).toEqual([0, 1, 2])
    }
  })

  test('has gradients of both orders', async () => {
    const numbers = [0.5, -1.5, 0.1, 2, 0.2, -0.25, 1, 3, 0.75, -2, 1.25, 0.3]
    await checkBothOrders(
      (x) => {
        const y = op(x, { axis: 1 }).values
        return mul(y, mul(y, y))
      },
      [{ shape: [2, 3, 2], values: numbers }],
    )
  })

  test('refuses wrong arguments', () => {
    expect(() => op([1] as never)).toThrow(ArgumentError)
    expect(() => op(ones([2]), { axis: -2 })).toThrow(ShapeError)
    expect(() => op(ones([2]), { exclusive: true } as never)).toThrow(/unknown option "exclusive"/)
    const x = ones([2])
    x.dispose()
    expect(() => op(x)).toThrow(DisposedError)
  })
})
