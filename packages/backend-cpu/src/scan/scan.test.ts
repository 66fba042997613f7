import { cummaxKernel, cumminKernel, cumprodKernel, cumsumKernel, KernelTable } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import { registerScanKernels } from './register.ts'

const memory = new WasmMemory()
const kernels = new KernelTable()
registerScanKernels(kernels, memory)
const views = testViews(memory)
const extremes = { max: kernels.get(cummaxKernel)!, min: kernels.get(cumminKernel)! }
const { NaN: nan } = Number

type Line = readonly number[]

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

const upTo = (most: number) => Array.from({ length: most }, (_, i) => i + 1)
const places = [
  ...upTo(20).map((length) => ({ shape: [length], axis: 0 })),
  { shape: [5, 100], axis: 1 },
  { shape: [1000], axis: 0 },
  ...upTo(41).map((inner) => ({ shape: [3, inner], axis: 0 })),
  { shape: [2, 5, 7], axis: 1 },
  { shape: [3, 7, 21], axis: 1 },
  { shape: [2, 1, 18], axis: 1 },
]

/** Numbers of both signs, many of them equal, whose sums are exact. */
function numbers(count: number, wide = false): number[] {
  let state = 7
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return wide ? state : ((state >>> 8) % 17) / 4 - 2
  })
}

function alongAxis(values: Line, shape: Line, axis: number, f: (line: Line) => Line): number[] {
  const length = shape[axis]!
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const out = [...values]
  for (let start = 0; start < out.length; start++) {
    if (Math.floor(start / inner) % length !== 0) continue
    const at = Array.from({ length }, (_, i) => start + i * inner)
    const results = f(at.map((position) => values[position]!))
    for (const [i, position] of at.entries()) out[position] = results[i]!
  }
  return out
}

function scan(line: Line, combine: (a: number, b: number) => number, reverse: boolean): number[] {
  const ordered = reverse ? [...line].reverse() : line
  const out: number[] = []
  for (const value of ordered) out.push(out.length === 0 ? value : combine(out.at(-1)!, value))
  return reverse ? out.reverse() : out
}

describe.each(['float32', 'float64', 'int32'] as const)('%s', (dtype) => {
  test.each([false, true])('sums of every shape, reverse %s', (reverse) => {
    for (const { shape, axis } of places) {
      const size = shape.reduce((a, b) => a * b, 1)
      const x = numbers(size + 3, dtype === 'int32')
      const out = views.output(dtype, shape)
      kernels.get(cumsumKernel)!(views.input(dtype, x, shape, { offset: 3 }), axis, reverse, out)
      const add = (a: number, b: number) => (dtype === 'int32' ? (a + b) | 0 : a + b)
      expect(views.contents(out)).toEqual(
        alongAxis(x.slice(3), shape, axis, (line) => scan(line, add, reverse)),
      )
    }
  })

  test.each([false, true])('products of every shape, reverse %s', (reverse) => {
    for (const { shape, axis } of places.filter(({ shape }) => shape[0]! <= 20)) {
      const size = shape.reduce((a, b) => a * b, 1)
      // Powers of 2 are exact.
      const x = numbers(size, dtype === 'int32').map((value) =>
        dtype === 'int32' ? value : value < 0 ? -2 : 0.5,
      )
      const out = views.output(dtype, shape)
      kernels.get(cumprodKernel)!(views.input(dtype, x, shape), axis, reverse, out)
      const multiply = (a: number, b: number) => (dtype === 'int32' ? Math.imul(a, b) : a * b)
      expect(views.contents(out)).toEqual(alongAxis(x, shape, axis, (line) => scan(line, multiply, reverse)))
    }
  })

  test.each(['max', 'min'] as const)('positions of the %s in every shape', (op) => {
    for (const { shape, axis } of places) {
      const size = shape.reduce((a, b) => a * b, 1)
      const x = numbers(size + 3, false).map((value) => (dtype === 'int32' ? Math.round(value) : value))
      const out = views.output('int32', shape)
      extremes[op](views.input(dtype, x, shape, { offset: 3 }), axis, out)
      const expected = alongAxis(x.slice(3), shape, axis, (line) => {
        let best = 0
        return line.map((value, i) => {
          if (op === 'max' ? value >= line[best]! : value <= line[best]!) best = i
          return best
        })
      })
      expect(views.contents(out)).toEqual(expected)
    }
  })
})

test('float32 is added in double precision', () => {
  const tiny = 2 ** -25
  const x = [1, ...new Array<number>(31).fill(tiny), 1]
  for (const shape of [[33], [33, 4], [33, 21]]) {
    const columns = shape[1] ?? 1
    const values = x.flatMap((value) => new Array<number>(columns).fill(value))
    const out = views.output('float32', shape)
    kernels.get(cumsumKernel)!(views.input('float32', values, shape), 0, false, out)
    expect(views.contents(out).slice(-columns)).toEqual(
      new Array<number>(columns).fill(Math.fround(2 + 31 * tiny)),
    )
  }
})

describe.each([1, 4, 16])('special values in %d columns', (columns) => {
  const repeated = (line: Line) => line.flatMap((value) => new Array<number>(columns).fill(value))

  test.each(['float32', 'float64'] as const)('%s', (dtype) => {
    const run = (
      line: Line,
      call: (x: ReturnType<typeof views.input>, out: ReturnType<typeof views.output>) => void,
      of: 'int32' | typeof dtype,
    ) => {
      const shape = [line.length, columns]
      const out = views.output(of, shape)
      call(views.input(dtype, repeated(line), shape), out)
      return views.contents(out)
    }
    const sums = run(
      [-0, 1, Infinity, 2, -Infinity, 3],
      (x, out) => kernels.get(cumsumKernel)!(x, 0, false, out),
      dtype,
    )
    expect(sums).toEqual(repeated([-0, 1, Infinity, Infinity, nan, nan]))
    const zero = run([-0, 0], (x, out) => kernels.get(cumsumKernel)!(x, 0, true, out), dtype)
    expect(zero).toEqual(repeated([0, 0]))
    const best = run([-Infinity, nan, Infinity, nan, 5], (x, out) => extremes.max(x, 0, out), 'int32')
    expect(best).toEqual(repeated([0, 1, 1, 3, 3]))
    const least = run([Infinity, -Infinity, 0, -0, nan, nan], (x, out) => extremes.min(x, 0, out), 'int32')
    expect(least).toEqual(repeated([0, 1, 1, 1, 4, 5]))
  })
})

test('the ends of int32', () => {
  const [least, most] = [-(2 ** 31), 2 ** 31 - 1]
  for (const columns of [1, 4]) {
    const x = [least, most, most, least].flatMap((value) => new Array<number>(columns).fill(value))
    const out = views.output('int32', [4, columns])
    extremes.max(views.input('int32', x, [4, columns]), 0, out)
    expect(views.contents(out)).toEqual(
      [0, 1, 2, 2].flatMap((value) => new Array<number>(columns).fill(value)),
    )
    extremes.min(views.input('int32', x, [4, columns]), 0, out)
    expect(views.contents(out)).toEqual(
      [0, 0, 0, 3].flatMap((value) => new Array<number>(columns).fill(value)),
    )
  }
})
