import { KernelTable, sortKernel } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import { longestInserted } from './line-sorts.ts'
import { registerSortKernel } from './register.ts'

const memory = new WasmMemory()
const kernels = new KernelTable()
registerSortKernel(kernels, memory)
const views = testViews(memory)
const { NaN: nan } = Number

type Line = readonly number[]

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

const dtypes = ['float32', 'float64', 'int32'] as const

function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a < b ? -1 : Number(a > b)
}

/** The positions in stable order; JavaScript's sort is stable. */
function ordered(line: Line, descending: boolean): number[] {
  const positions = line.map((_, i) => i)
  return positions.sort((i, j) => (descending ? compare(line[j]!, line[i]!) : compare(line[i]!, line[j]!)))
}

function sortLine(dtype: (typeof dtypes)[number], line: Line, descending: boolean): number[] {
  const out = views.output('int32', [line.length])
  kernels.get(sortKernel)!(views.input(dtype, line, [line.length]), 0, descending, out)
  return views.contents(out)
}

/** Whole numbers whose magnitudes reach from 0 to the end of int32, many of them equal. */
function numbers(count: number, seed: number): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return (state >> 4) >> (state & 31)
  })
}

const upTo = (most: number) => Array.from({ length: most }, (_, i) => i + 1)
const edge = [longestInserted, longestInserted + 1]
const places = [
  ...[...upTo(12), ...edge, 100, 1000].map((length) => ({ shape: [length], axis: 0 })),
  ...[...upTo(5), ...edge, 300].map((length) => ({ shape: [3, length], axis: 1 })),
  ...edge.map((length) => ({ shape: [length, 5], axis: 0 })),
  { shape: [2, 3, 7], axis: 1 },
  { shape: [2, 64, 3], axis: 1 },
]

describe.each(dtypes)('%s', (dtype) => {
  const tables = [false, true].map((descending) => ({ descending }))

  test.each(tables)('every shape, descending $descending', ({ descending }) => {
    for (const { shape, axis } of places) {
      const size = shape.reduce((a, b) => a * b, 1)
      const values = numbers(size + 3, size).map((value) => (dtype === 'int32' ? value : value / 3))
      const x = views.input(dtype, values, shape, { offset: 3 })
      const stored = [...values.slice(3)].map((value) => (dtype === 'float32' ? Math.fround(value) : value))
      const out = views.output('int32', shape)
      kernels.get(sortKernel)!(x, axis, descending, out)
      const length = shape[axis]!
      const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
      const result = views.contents(out)
      for (let start = 0; start < size; start++) {
        if (Math.floor(start / inner) % length !== 0) continue
        const at = Array.from({ length }, (_, i) => start + i * inner)
        const line = at.map((position) => stored[position]!)
        expect(at.map((position) => result[position])).toEqual(ordered(line, descending))
      }
    }
  })

  const extremes =
    dtype === 'int32'
      ? [-(2 ** 31), 2 ** 31 - 1, 0, -1, 1, 255, 256, -256, 65536]
      : dtype === 'float32'
        ? [nan, 0, -0, Infinity, -Infinity, 2 ** -149, -(2 ** -149), 3.4e38, -3.4e38, 1, -1]
        : [
            nan,
            0,
            -0,
            Infinity,
            -Infinity,
            5e-324,
            -5e-324,
            Number.MAX_VALUE,
            -Number.MAX_VALUE,
            1,
            -1,
            1 + 2 ** -52,
          ]

  test.each(tables)('extreme values, descending $descending', ({ descending }) => {
    for (const length of [11, 40, 49, 500]) {
      const line = numbers(length, 5).map((value) => extremes[Math.abs(value) % extremes.length]!)
      const stored = line.map((value) => (dtype === 'float32' ? Math.fround(value) : value))
      expect(sortLine(dtype, line, descending)).toEqual(ordered(stored, descending))
    }
  })

  test('equal elements stay in order', () => {
    for (const length of [20, 200]) {
      const positions = Array.from({ length }, (_, i) => i)
      for (const descending of [false, true]) {
        expect(sortLine(dtype, new Array<number>(length).fill(7), descending)).toEqual(positions)
      }
    }
  })
})

test('NaN of either sign and any bits is one greatest number', () => {
  for (const length of [6, 60]) {
    const x = views.input('float32', new Array<number>(length).fill(0), [length])
    const bits = memory.i32.subarray(x.storage.handle / 4)
    const patterns = [0x7fc00001, -1, 0x7f800000, -0x400000, 0x3f800000, 0x7fffffff]
    for (let i = 0; i < length; i++) bits[i] = patterns[i % 6]!
    const out = views.output('int32', [length])
    kernels.get(sortKernel)!(x, 0, false, out)
    const isNumber = (i: number) => i % 6 === 2 || i % 6 === 4
    const all = Array.from({ length }, (_, i) => i)
    expect(views.contents(out)).toEqual([
      ...all.filter((i) => i % 6 === 4),
      ...all.filter((i) => i % 6 === 2),
      ...all.filter((i) => !isNumber(i)),
    ])
  }
})
