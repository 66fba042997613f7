import { type DType, dtypes, IndexError } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { type Layout, testViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'
import { makeGather } from './gather.ts'
import { makeScatterAdd } from './scatter-add.ts'

const memory = new WasmMemory()
const gather = makeGather(memory)
const scatterAdd = makeScatterAdd(memory)
const views = testViews(memory)

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

function values(dtype: DType, count: number): number[] {
  if (dtype === 'bool') return Array.from({ length: count }, (_, i) => Number(i % 3 === 0))
  if (dtype === 'uint8') return Array.from({ length: count }, (_, i) => (i * 37) % 256)
  if (dtype === 'int32') return Array.from({ length: count }, (_, i) => Math.imul(i + 1, 0x9e3779b1))
  return Array.from({ length: count }, (_, i) => (i - 100) / 4)
}

/** The coordinates of all elements of a shape, in row-major order. */
function coordinates(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (starts, size) => starts.flatMap((start) => Array.from({ length: size }, (_, i) => [...start, i])),
    [[]],
  )
}

function at({ strides, offset }: CpuView, coordinate: readonly number[]): number {
  return coordinate.reduce((position, i, d) => position + i * strides[d]!, offset)
}

function add(dtype: DType, a: number, b: number): number {
  if (dtype === 'bool') return a | b
  if (dtype === 'uint8') return (a + b) & 255
  return dtype === 'int32' ? (a + b) | 0 : a + b
}

function checkGather(x: CpuView, index: CpuView, axis: number): void {
  const out = views.output(x.dtype, index.shape)
  gather(x, index, axis, out)
  const [data, indices] = [views.contents(x), views.contents(index)]
  const expected = coordinates(index.shape).map((c) => data[at(x, c.with(axis, indices[at(index, c)]!))]!)
  expect(views.contents(out)).toEqual(expected)
}

function checkScatter(index: CpuView, updates: CpuView, axis: number, length: number): void {
  const out = views.output(updates.dtype, updates.shape.with(axis, length))
  scatterAdd(index, updates, axis, out)
  const [data, indices] = [views.contents(updates), views.contents(index)]
  const expected = new Array<number>(out.size).fill(0)
  for (const c of coordinates(updates.shape)) {
    const target = at(out, c.with(axis, indices[at(index, c)]!))
    expected[target] = add(updates.dtype, expected[target]!, data[at(updates, c)]!)
  }
  expect(views.contents(out)).toEqual(expected)
}

/** Shapes with an axis, and layouts of the data; storages have 300 elements. */
const places: readonly { shape: number[]; axis: number; layouts: readonly Layout[] }[] = [
  { shape: [5], axis: 0, layouts: [{}, { strides: [3], offset: 2 }, { strides: [-1], offset: 9 }] },
  {
    shape: [5, 3],
    axis: 0,
    layouts: [{}, { strides: [1, 5] }, { strides: [4, 1], offset: 1 }, { strides: [0, 0] }],
  },
  {
    shape: [5, 19],
    axis: 0,
    layouts: [{}, { strides: [20, 1], offset: 3 }, { strides: [-19, -1], offset: 200 }],
  },
  { shape: [3, 5], axis: 1, layouts: [{}, { strides: [1, 3] }] },
  { shape: [2, 5, 3], axis: 1, layouts: [{}, { strides: [3, 6, 1] }, { strides: [15, 1, 5] }] },
  { shape: [2, 5, 4, 5], axis: 1, layouts: [{}, { strides: [1, 40, 2, 8] }, { strides: [20, 40, 5, 1] }] },
  { shape: [2, 3, 5, 2, 4], axis: 2, layouts: [{}, { strides: [4, 80, 16, 8, 1] }] },
]

describe.each(dtypes)('%s', (dtype) => {
  test.each(places)('of shape $shape along $axis', ({ shape, axis, layouts }) => {
    for (const length of [1, 4, 7]) {
      const selected = shape.with(axis, length)
      const size = selected.reduce((a, b) => a * b, 1)
      const one = Array.from({ length }, (_, i) => (i * 3 + length) % 5)
      const all = Array.from({ length: size }, (_, i) => (i * i + 2) % 5)
      const alongOnly = shape.map((_, i) => Number(i === axis))
      const steps = selected.map((_, i) => selected.slice(i + 1).reduce((a, b) => a * b, 1))
      const indices = () => [
        views.input('int32', one, selected, { strides: alongOnly }),
        views.input('int32', all, selected),
        views.input('int32', [...all].reverse(), selected, {
          strides: steps.map((step) => -step),
          offset: size - 1,
        }),
      ]
      for (const layout of layouts) {
        for (const index of indices()) {
          checkGather(views.input(dtype, values(dtype, 300), shape, layout), index, axis)
          const updates = layout.strides === undefined ? size : 1000
          checkScatter(index, views.input(dtype, values(dtype, updates), selected, layout), axis, 5)
        }
      }
      views.checkGuards()
      views.release()
    }
  })
})

test.each(['float32', 'float64', 'int32'] as const)('rows of every length, %s', (dtype) => {
  for (let columns = 1; columns <= 40; columns++) {
    const rows = { strides: [1, 0] }
    const x = views.input(dtype, values(dtype, 3 * columns + 1), [3, columns], {
      offset: 1,
      strides: [columns, 1],
    })
    checkGather(x, views.input('int32', [2, 0, 0, 1], [4, columns], rows), 0)
    const updates = views.input(dtype, values(dtype, 4 * columns), [4, columns])
    checkScatter(views.input('int32', [2, 0, 0, 2], [4, columns], rows), updates, 0, 3)
  }
})

test('every element has its own order of additions', () => {
  const updates = views.input('float32', [1e8, 1, -1e8, 1], [4])
  const out = views.output('float32', [1])
  scatterAdd(views.input('int32', [0], [4], { strides: [0] }), updates, 0, out)
  expect(views.contents(out)).toEqual([1])
})

test('special values stay', () => {
  const x = views.input('float32', [Number.NaN, -0, Infinity], [3])
  const out = views.output('float32', [3])
  gather(x, views.input('int32', [1, 0, 2], [3]), 0, out)
  expect(views.contents(out)).toEqual([-0, Number.NaN, Infinity])
})

describe.each([-1, 3, 2 ** 31 - 1, -(2 ** 31)])('index %i of 3', (wrong) => {
  const layouts: readonly { indices: number[]; shape: number[]; strides: number[]; offset?: number }[] = [
    { indices: [0, 1, wrong], shape: [3], strides: [1] },
    { indices: [wrong, 1], shape: [2], strides: [-1], offset: 1 },
    { indices: [0, wrong], shape: [2, 16], strides: [1, 0] },
    { indices: [0, 1, 2, wrong], shape: [2, 2], strides: [1, 2] },
    { indices: [wrong], shape: [3, 2], strides: [0, 0] },
    { indices: [0, 0, 0, 0, 0, 0, 0, wrong], shape: [2, 2, 2], strides: [1, 4, 2] },
    // One stride walks two or all of the dimensions that do not repeat.
    { indices: [0, 1, 2, 0, 1, wrong], shape: [2, 3], strides: [3, 1] },
    { indices: [0, 1, 2, wrong], shape: [2, 5, 1, 2], strides: [2, 0, 2, 1] },
    { indices: [0, 1, 9, 9, 2, 0, 9, 9, 1, 2, 9, 9, 0, wrong], shape: [2, 2, 2], strides: [8, 4, 1] },
    { indices: [wrong, 1, 2, 0, 1, 2, 0, 1], shape: [2, 2, 2], strides: [-4, -2, -1], offset: 7 },
  ]

  test.each(layouts)('throws before anything is written: $shape', ({ indices, shape, ...layout }) => {
    const index = views.input('int32', indices, shape, layout)
    const x = views.input('float32', values('float32', 100), [3, ...shape.slice(1)])
    const out = views.output('float32', shape)
    const before = views.contents(out)
    const call = () => gather(x, index, 0, out)
    expect(call).toThrow(IndexError)
    expect(call).toThrow(/^gather: an index lies outside the axis/)
    expect(call).toThrow(`index: ${wrong}`)
    expect(call).toThrow('expected: an integer from 0 to 2')
    expect(views.contents(out)).toEqual(before)

    const updates = views.input('float32', values('float32', 100), shape)
    const sums = views.output('float32', [3, ...shape.slice(1)])
    const unchanged = views.contents(sums)
    const scatter = () => scatterAdd(index, updates, 0, sums)
    expect(scatter).toThrow(IndexError)
    expect(scatter).toThrow(/^scatterAdd: [\s\S]*an integer from 0 to 2/)
    expect(views.contents(sums)).toEqual(unchanged)
  })

  test('does not matter where the view does not show it', () => {
    const index = views.input('int32', [wrong, 1, wrong, 2, wrong], [2], { strides: [2], offset: 1 })
    checkGather(views.input('float32', [5, 6, 7], [3]), index, 0)
  })
})
