import { bytesPerElement, type DType, dtypes, rowMajorStrides, sizeOf } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'
import { makeCopy } from './copy.ts'
import { makeCopyPlane } from './copy-plane.ts'
import { makeFill } from './fill.ts'

const memory = new WasmMemory()
const copy = makeCopy(memory, makeCopyPlane(memory))
const fill = makeFill(memory)
const views = testViews(memory)

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

const casts: Readonly<Record<DType, (x: number) => number>> = {
  bool: (x) => Number(x !== 0),
  uint8: (x) => x & 255,
  int32: (x) => x | 0,
  float32: Math.fround,
  float64: (x) => x,
}

/** A window onto a storage that already holds other things. */
function region(
  dtype: DType,
  length: number,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): CpuView {
  const contents = Array.from({ length }, (_, i) => (dtype === 'bool' ? i % 2 : (i * 7) % 100))
  return views.input(dtype, contents, shape, { strides, offset })
}

/** The positions of a view's elements in row-major order. */
function positions({ shape, strides, offset, size }: CpuView): number[] {
  return Array.from({ length: size }, (_, i) => {
    let rest = i
    let position = offset
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position += (rest % shape[axis]!) * strides[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    return position
  })
}

/** Copies, and compares all of the target's storage with what a plain loop makes of it. */
function check(x: CpuView, out: CpuView): void {
  const expected = views.contents(out)
  const source = views.contents(x)
  const from = positions(x)
  for (const [i, position] of positions(out).entries())
    expected[position] = casts[out.dtype](source[from[i]!]!)
  copy(x, out)
  expect(views.contents(out)).toEqual(expected)
}

const { NaN: nan } = Number
const interesting: Readonly<Record<DType, readonly number[]>> = {
  bool: [0, 1, 1, 0],
  uint8: [0, 1, 127, 128, 255],
  int32: [0, 1, -1, 255, 256, -256, 2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31)],
  float32: [
    0,
    -0,
    0.5,
    -0.5,
    1.99,
    -1.99,
    255.5,
    256.5,
    -1,
    2 ** 31,
    -(2 ** 31),
    2 ** 31 + 256,
    2 ** 32 + 512,
  ]
    .concat([3e9, -3e9, 1e20, -1e20, 2 ** 63, 2 ** 70, 3e38, 1e-40, nan, Infinity, -Infinity])
    .map(Math.fround),
  float64: [0, -0, 0.3, -0.3, 1.999999999, -255.5, 2147483647.5, 2147483648.5, -2147483649.5, 4294967297.25]
    .concat([2 ** 53 - 1, 2 ** 53 + 2, 2 ** 63, -(2 ** 63), 2 ** 63 + 2 ** 11, -(2 ** 64 + 2 ** 12)])
    .concat([2 ** 83 + 2 ** 31, 1e300, -1e300, 5e-324, 1e39, nan, Infinity, -Infinity]),
}

const pairs = dtypes.flatMap((from) => dtypes.map((to) => [from, to] as const))

describe.each(pairs)('%s to %s', (from, to) => {
  test('special values', () => {
    const values = interesting[from]
    check(views.input(from, values, [values.length]), views.output(to, [values.length]))
  })

  test('special values, each among its like', () => {
    for (const value of interesting[from]) {
      check(views.input(from, new Array(17).fill(value), [17]), views.output(to, [17]))
    }
  })

  test('every length, from and to odd offsets, and nothing beyond', () => {
    for (let length = 1; length <= 70; length++) {
      const values = Array.from(
        { length: length + 3 },
        (_, i) => interesting[from][i % interesting[from].length]!,
      )
      const x = views.input(from, values, [length], { offset: length % 4 })
      check(x, region(to, length + 5, [length], [1], length % 5))
    }
  })

  test('rows with gaps', () => {
    for (const columns of [15, 16, 37, 64, 70]) {
      const length = 3 * (columns + 1) + 1
      const pool = interesting[from]
      const values = Array.from({ length }, (_, i) => pool[(i * 5) % pool.length]!)
      const x = views.input(from, values, [3, columns], { strides: [columns + 1, 1], offset: 1 })
      check(x, region(to, 3 * (columns + 2) + 1, [3, columns], [columns + 2, 1], 1))
    }
  })

  test('strides on both sides', () => {
    const values = Array.from({ length: 120 }, (_, i) => interesting[from][i % interesting[from].length]!)
    const layouts: readonly (readonly [readonly number[], readonly number[], number])[] = [
      [[4, 5], [5, 1], 0],
      [[4, 5], [1, 4], 1],
      [[4, 5], [2, 9], 3],
      [[4, 5], [-5, -1], 19],
      [[4, 5], [0, 1], 2],
      [[4, 5], [0, 0], 7],
      [[7], [-3], 20],
      [[], [], 5],
      [[2, 3, 4], [12, 4, 1], 0],
      [[2, 3, 4], [1, 8, 2], 0],
      [[2, 3, 4], [3, 1, 6], 0],
      [[2, 1, 2, 3, 2], [40, 7, 20, 3, 1], 0],
    ]
    for (const [shape, strides, offset] of layouts) {
      const x = views.input(from, values, shape, { strides, offset })
      check(x, views.output(to, shape))
      const doubled = rowMajorStrides(shape).map((stride) => 2 * stride)
      check(x, region(to, 2 * sizeOf(shape) + 3, shape, doubled, 2))
      const reversed = [...rowMajorStrides([...shape].reverse())].reverse()
      check(x, region(to, sizeOf(shape) + 3, shape, reversed, 1))
    }
  })
})

test.each(['float32', 'int32', 'uint8', 'float64'] as const)('transposes %s of all sizes', (dtype) => {
  for (const rows of [1, 2, 3, 4, 5, 15, 16, 17, 33]) {
    for (const columns of [1, 3, 4, 6, 8, 19]) {
      const values = Array.from({ length: rows * columns + 2 }, (_, i) => i % 251)
      const x = views.input(dtype, values, [rows, columns], { strides: [1, rows], offset: 2 })
      check(x, views.output(dtype, [rows, columns]))
      check(x, region(dtype, rows * (columns + 3), [rows, columns], [columns + 3, 1], 1))
    }
  }
})

test('rows of all lengths', () => {
  for (const dtype of ['uint8', 'float32', 'float64'] as const) {
    for (const columns of [1, 2, 5, 16, 17, 31, 63, 130, 600]) {
      const values = Array.from({ length: 3 * (columns + 1) }, (_, i) => i % 251)
      const x = views.input(dtype, values, [3, columns], { strides: [columns + 1, 1] })
      check(x, region(dtype, 3 * (columns + 2) + 1, [3, columns], [columns + 2, 1], 1))
    }
  }
})

test('float32 keeps the bits of NaN', () => {
  const x = views.input('float32', new Array(6).fill(0), [2, 3], { strides: [1, 2] })
  const bits = new Int32Array(memory.memory.buffer, x.storage.handle, 6)
  bits.fill(0x7fc00123)
  const out = views.output('float32', [2, 3])
  copy(x, out)
  expect([...new Int32Array(memory.memory.buffer, out.storage.handle, 6)]).toEqual([...bits])
})

describe.each(dtypes)('fill %s', (dtype) => {
  const values = [0, 1, -1, 2.7, -2.7, 300, 2 ** 31, 1e10, nan, Infinity]

  test.each(values)('with %d', (value) => {
    const out = views.output(dtype, [3, 7])
    fill(out, value)
    expect(views.contents(out)).toEqual(new Array(21).fill(casts[dtype](value)))
  })

  test('regions', () => {
    const regions = [
      [[], [], 3],
      [[5], [1], 3],
      [[5], [-2], 20],
      [[3, 4], [7, 1], 1],
      [[3, 4], [1, 5], 1],
      [[2, 3, 2], [13, 4, 2], 1],
    ] as const
    for (const [shape, strides, offset] of regions) {
      const out = region(dtype, 40, shape, strides, offset)
      const expected = views.contents(out)
      for (const position of positions(out)) expected[position] = 1
      fill(out, 1)
      expect(views.contents(out)).toEqual(expected)
    }
  })
})

test('addresses are bytes, offsets are elements', () => {
  for (const dtype of dtypes) {
    const out = region(dtype, 4, [1], [1], 2)
    fill(out, 1)
    const address = out.storage.handle + 2 * bytesPerElement(dtype)
    expect(memory.u8.slice(address, address + bytesPerElement(dtype)).some((byte) => byte !== 0)).toBe(true)
  }
})
