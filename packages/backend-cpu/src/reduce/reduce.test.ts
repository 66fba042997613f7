import { type DType, dtypes, type ReduceOp } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'
import { makeArgReduce } from './arg-reduce.ts'
import { makeReduce } from './reduce.ts'

const memory = new WasmMemory()
const reduce = makeReduce(memory)
const argReduce = makeArgReduce(memory)
const views = testViews(memory)
const ops = ['sum', 'prod', 'max', 'min'] as const
const { NaN: nan } = Number

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

/** Small values of a dtype, the same on every run; products of them stay near 1. */
function values(dtype: DType, count: number): number[] {
  let state = 12345
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    const random = state / 2 ** 32 + 0.5
    if (dtype === 'bool') return Number(random > 0.2)
    if (dtype === 'uint8') return Math.floor(256 * random)
    if (dtype === 'int32') return Math.floor(2 ** 32 * random) | 0
    return Math.fround(0.6 + random) * (random > 0.3 ? 1 : -1)
  })
}

/** Each element's position in the storage, in row-major order. */
function positions({ shape, strides, offset }: CpuView): number[] {
  return shape.reduce(
    (starts, size, i) =>
      starts.flatMap((start) => Array.from({ length: size }, (_, k) => start + k * strides[i]!)),
    [offset],
  )
}

/** What is reduced for each result, in order. */
function groups(x: CpuView, axis: number): number[][] {
  const data = views.contents(x)
  const elements = positions(x).map((position) => data[position]!)
  const length = x.shape[axis]!
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const outer = x.size / length / inner
  return Array.from({ length: outer * inner }, (_, r) =>
    Array.from({ length }, (_, j) => elements[(Math.floor(r / inner) * length + j) * inner + (r % inner)]!),
  )
}

function expected(op: ReduceOp, dtype: DType, group: readonly number[]): number {
  if (op === 'max') return Math.max(...group)
  if (op === 'min') return Math.min(...group)
  if (dtype === 'float32' || dtype === 'float64')
    return group.reduce((a, b) => (op === 'sum' ? a + b : a * b))
  const exact = group.map(BigInt).reduce((a, b) => (op === 'sum' ? a + b : a * b))
  if (dtype === 'bool') return Number(exact !== 0n)
  return Number(dtype === 'int32' ? BigInt.asIntN(32, exact) : BigInt.asUintN(8, exact))
}

function check(op: ReduceOp, x: CpuView, axis: number): number[] {
  const out = views.output(x.dtype, x.shape.with(axis, 1))
  reduce(op, x, axis, out)
  const results = views.contents(out)
  const isExact = op === 'max' || op === 'min' || (x.dtype !== 'float32' && x.dtype !== 'float64')
  const epsilon = x.dtype === 'float32' ? 2 ** -24 : 2 ** -53
  for (const [i, group] of groups(x, axis).entries()) {
    const wanted = expected(op, x.dtype, group)
    const magnitude =
      op === 'sum' ? group.reduce((a, b) => a + Math.abs(b), 0) : Math.abs(wanted) * group.length
    const allowed = isExact
      ? 0
      : (op === 'sum' && x.dtype === 'float32' ? 8 : group.length) * epsilon * magnitude
    const error = Math.abs(results[i]! - wanted)
    if (!(error <= allowed)) throw new Error(`result ${i} of ${group.length} is ${results[i]}, not ${wanted}`)
  }
  return results
}

describe.each(dtypes)('%s', (dtype) => {
  describe.each(ops)('%s', (op) => {
    test.each([...Array.from({ length: 40 }, (_, i) => i + 1), 63, 64, 65, 127, 200])(
      'of %i neighbours',
      (length) => {
        check(op, views.input(dtype, values(dtype, 3 * length), [3, length]), 1)
        check(
          op,
          views.input(dtype, values(dtype, 3 * length + 9), [3, length], {
            strides: [length + 1, 1],
            offset: 5,
          }),
          1,
        )
      },
    )

    test.each([1, 2, 3, 7, 8, 9, 16, 25])('of %i rows', (length) => {
      for (let columns = 1; columns <= 40; columns++) {
        check(op, views.input(dtype, values(dtype, length * columns), [length, columns]), 0)
      }
      const gaps = { strides: [8 * length + 1, 8, 1], offset: 2 }
      check(op, views.input(dtype, values(dtype, 17 * length + 20), [2, length, 5], gaps), 1)
    })

    test('of any layout', () => {
      const layouts = [
        { shape: [4, 5, 6], strides: [30, 6, 1] },
        { shape: [4, 5, 6], strides: [1, 4, 20] },
        { shape: [4, 5, 6], strides: [-30, -6, -1], offset: 119 },
        { shape: [4, 5, 6], strides: [6, 0, 1] },
        { shape: [4, 5, 6], strides: [0, 0, 0], offset: 3 },
        { shape: [4, 5, 6], strides: [5, 1, 20] },
        { shape: [2, 3, 2, 5, 2], strides: [60, 20, 10, 2, 1] },
        { shape: [2, 3, 2, 5, 2], strides: [1, 2, 60, 12, 6] },
        { shape: [1, 7, 1], strides: [9, 2, 3] },
      ]
      for (const { shape, ...layout } of layouts) {
        const x = views.input(dtype, values(dtype, 120), shape, layout)
        for (const axis of shape.keys()) check(op, x, axis)
      }
    })
  })
})

describe('many columns', () => {
  test.each(['float32', 'int32', 'float64', 'uint8'] as const)('%s', (dtype) => {
    for (const columns of [1023, 1024, 1025, 2051]) {
      check('max', views.input(dtype, values(dtype, 2 * 11 * columns), [2, 11, columns]), 1)
      check('sum', views.input(dtype, values(dtype, 11 * columns), [11, columns]), 0)
    }
  })
})

describe('sums of float32 keep their digits', () => {
  test('of ten million ones', () => {
    const x = views.input('float32', new Float32Array(1e7).fill(1), [1e7])
    const out = views.output('float32', [1])
    reduce('sum', x, 0, out)
    expect(views.contents(out)).toEqual([1e7])
  })

  test('of a million times 0.1, along rows, columns and steps', () => {
    const tenth = Math.fround(0.1)
    const x = new Float32Array(1e6).fill(0.1)
    const of = (shape: number[], strides: number[], axis: number, count: number) => {
      const out = views.output('float32', shape.with(axis, 1))
      reduce('sum', views.input('float32', x, shape, { strides }), axis, out)
      for (const sum of views.contents(out)) expect(Math.abs(sum / (count * tenth) - 1)).toBeLessThan(1e-6)
    }
    of([1e6], [1], 0, 1e6)
    of([250_000, 4], [4, 1], 0, 250_000)
    of([500_000], [2], 0, 500_000)
  })
})

describe('special values', () => {
  const floats = ['float32', 'float64'] as const
  test.each(floats)('NaN wins wherever it lies, %s', (dtype) => {
    for (const op of ops) {
      for (let at = 0; at < 37; at++) {
        const data = values(dtype, 37)
        data[at] = nan
        const rows = views.output(dtype, [1])
        reduce(op, views.input(dtype, data, [37]), 0, rows)
        expect(views.contents(rows)).toEqual([nan])
        const repeated = data.flatMap((value) => [value, 1])
        const columns = views.output(dtype, [1, 2])
        reduce(op, views.input(dtype, repeated, [37, 2]), 0, columns)
        expect(views.contents(columns)).toEqual([nan, op === 'sum' ? 37 : 1])
      }
    }
  })

  test.each(floats)('zeros keep their order and sign, %s', (dtype) => {
    for (const length of [1, 2, 9, 33]) {
      const zeros = (...ends: number[]) => [...new Array<number>(length - 1).fill(-0), ...ends].slice(-length)
      for (const [op, data, result] of [
        ['sum', zeros(-0), -0],
        ['max', zeros(-0), -0],
        ['max', [0, ...zeros(-0)], 0],
        ['max', [...zeros(-0), 0], 0],
        ['min', [0, ...zeros(-0)], -0],
        ['sum', [0, ...zeros(-0)], 0],
        ['prod', [-0], -0],
      ] as const) {
        const out = views.output(dtype, [1])
        reduce(op, views.input(dtype, data, [data.length]), 0, out)
        expect(views.contents(out)).toEqual([result])
        const columns = views.output(dtype, [1, 2])
        reduce(
          op,
          views.input(
            dtype,
            data.flatMap((value) => [value, value]),
            [data.length, 2],
          ),
          0,
          columns,
        )
        expect(views.contents(columns)).toEqual([result, result])
      }
    }
  })

  test('infinities', () => {
    const of = (op: ReduceOp, data: number[]) => {
      const out = views.output('float32', [1])
      reduce(op, views.input('float32', data, [data.length]), 0, out)
      return views.contents(out)[0]
    }
    expect(of('sum', [Infinity, 1, -Infinity])).toBe(nan)
    expect(of('sum', [Infinity, 1])).toBe(Infinity)
    expect(of('max', [-Infinity, -Infinity])).toBe(-Infinity)
    expect(of('min', [Infinity, Infinity])).toBe(Infinity)
    expect(of('prod', [Infinity, 0])).toBe(nan)
    expect(of('prod', [1e30, 1e30, 1e-30, 1e-30])).toBeCloseTo(1, 5)
  })
})

describe('positions of extremes', () => {
  function position(op: 'max' | 'min', group: readonly number[]): number {
    const firstNaN = group.findIndex(Number.isNaN)
    return firstNaN >= 0 ? firstNaN : group.indexOf(expected(op, 'float64', group))
  }

  test.each(dtypes)('of any layout, %s', (dtype) => {
    for (const op of ['max', 'min'] as const) {
      for (const strides of [
        [30, 6, 1],
        [1, 4, 20],
        [6, 0, 1],
        [5, 1, 20],
      ]) {
        const data = values(dtype, 120)
        if (dtype === 'float32' || dtype === 'float64') for (let i = 0; i < 120; i += 11) data[i] = nan
        const x = views.input(dtype, data, [4, 5, 6], { strides })
        for (const axis of [0, 1, 2]) {
          const out = views.output('int32', x.shape.with(axis, 1))
          argReduce(op, x, axis, out)
          expect(views.contents(out)).toEqual(groups(x, axis).map((group) => position(op, group)))
        }
      }
    }
  })

  test.each([
    ['max', 'float32', [1, 3, 3, 2], 1],
    ['min', 'float32', [3, 1, 2, 1], 1],
    ['max', 'float64', [1, nan, 5, nan], 1],
    ['min', 'float64', [nan, -Infinity], 0],
    ['max', 'float32', [-Infinity, -Infinity], 0],
    ['min', 'int32', [4, -(2 ** 31)], 1],
    ['max', 'uint8', [4, 255], 1],
    ['max', 'bool', [0, 1, 1], 1],
    ['max', 'float32', [0, -0], 0],
    ['min', 'float32', [0, -0], 0],
  ] as const)('the %s of %s %j', (op, dtype, data, result) => {
    const out = views.output('int32', [1])
    argReduce(op, views.input(dtype, data, [data.length]), 0, out)
    expect(views.contents(out)).toEqual([result])
  })
})
