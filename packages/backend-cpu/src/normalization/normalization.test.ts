import {
  KernelTable,
  layerNormGradKernel,
  layerNormKernel,
  rmsNormGradKernel,
  rmsNormKernel,
} from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import { registerNormKernels } from './register.ts'

const memory = new WasmMemory()
const kernels = new KernelTable()
registerNormKernels(kernels, memory)
const views = testViews(memory)

type Line = readonly number[]

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

function values(count: number, seed = 1): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return Math.fround((2 * state) / 2 ** 31)
  })
}

const total = (line: Line): number => line.reduce((sum, value) => sum + value, 0)

const rowsOf = (line: Line, length: number): number[][] =>
  Array.from({ length: line.length / length }, (_, r) => line.slice(r * length, (r + 1) * length))

function statistics(row: Line, epsilon: number, centered: boolean): { mean: number; inverse: number } {
  const mean = centered ? total(row) / row.length : 0
  const squares = total(row.map((value) => (value - mean) ** 2))
  return { mean, inverse: 1 / Math.sqrt(squares / row.length + epsilon) }
}

/** Equal up to rounding of sums, relative to `scale`. */
function expectClose(actual: Line, expected: Line, dtype: 'float32' | 'float64', scale: number): void {
  expect(actual).toHaveLength(expected.length)
  const allowed = (dtype === 'float32' ? 1e-6 : 1e-14) * scale
  const wrong = expected.flatMap((value, i) => {
    const isRight = Number.isFinite(value)
      ? Math.abs(actual[i]! - value) <= allowed
      : Object.is(actual[i], value)
    return isRight ? [] : [{ i, actual: actual[i], expected: value }]
  })
  expect(wrong).toEqual([])
}

const lengths = [...Array.from({ length: 40 }, (_, i) => i + 1), 63, 64, 65, 100, 1000]
const epsilon = 0.125

describe.each([
  { dtype: 'float32', centered: true },
  { dtype: 'float32', centered: false },
  { dtype: 'float64', centered: true },
  { dtype: 'float64', centered: false },
] as const)('$dtype, centered: $centered', ({ dtype, centered }) => {
  function run(x: Line, gamma: Line, beta: Line, rows: number, e = epsilon) {
    const n = gamma.length
    const out = views.output(dtype, [rows, n])
    const [mean, inverse] = [views.output(dtype, [rows]), views.output(dtype, [rows])]
    const [input, scale, shift] = [
      views.input(dtype, [7, ...x], [rows, n], { offset: 1 }),
      views.input(dtype, [7, 7, ...gamma], [n], { offset: 2 }),
      views.input(dtype, [7, ...beta], [n], { offset: 1 }),
    ]
    if (centered) kernels.get(layerNormKernel)!(input!, scale!, shift!, e, out, mean, inverse)
    else kernels.get(rmsNormKernel)!(input!, scale!, e, out, inverse)
    return { out, mean, inverse, input: input!, scale: scale! }
  }

  test.each(lengths)('normalizes rows of %d, and gives their gradients', (n) => {
    const rows = 3
    const [x, gamma, beta, g] = [values(rows * n), values(n, 2), values(n, 3), values(rows * n, 4)]
    const { out, mean, inverse, input, scale } = run(x, gamma, beta, rows)
    const each = rowsOf(x, n).map((row) => statistics(row, epsilon, centered))
    const normal = rowsOf(x, n).map((row, r) =>
      row.map((value) => (value - each[r]!.mean) * each[r]!.inverse),
    )
    const shifted = normal.flatMap((row) => row.map((y, c) => y * gamma[c]! + (centered ? beta[c]! : 0)))
    expectClose(views.contents(out), shifted, dtype, 10)
    expectClose(
      views.contents(inverse),
      each.map((row) => row.inverse),
      dtype,
      5,
    )
    if (centered) {
      expectClose(
        views.contents(mean),
        each.map((row) => row.mean),
        dtype,
        2,
      )
    }

    const [gradX, gradGamma, gradBeta] = [
      views.output(dtype, [rows, n]),
      views.output(dtype, [n]),
      views.output(dtype, [n]),
    ]
    const slopes = views.input(dtype, [0, 0, 0, ...g], [rows, n], { offset: 3 })
    if (centered) {
      const grad = kernels.get(layerNormGradKernel)!
      grad(slopes, input, scale, mean, inverse, gradX!, gradGamma!, gradBeta!)
    } else kernels.get(rmsNormGradKernel)!(slopes, input, scale, inverse, gradX!, gradGamma!)
    const expected = rowsOf(g, n).map((row, r) => {
      const h = row.map((value, c) => value * gamma[c]!)
      const along = total(h.map((value, c) => value * normal[r]![c]!)) / n
      const average = centered ? total(h) / n : 0
      return h.map((value, c) => each[r]!.inverse * (value - average - normal[r]![c]! * along))
    })
    expectClose(views.contents(gradX!), expected.flat(), dtype, 60)
    const sums = (term: (r: number, c: number) => number): number[] =>
      gamma.map((_, c) => total(normal.map((_row, r) => term(r, c))))
    expectClose(
      views.contents(gradGamma!),
      sums((r, c) => g[r * n + c]! * normal[r]![c]!),
      dtype,
      30,
    )
    if (centered) {
      expectClose(
        views.contents(gradBeta!),
        sums((r, c) => g[r * n + c]!),
        dtype,
        10,
      )
    }
  })

  test('adds up many rows without losing digits', () => {
    const [rows, n] = [20_001, 5]
    // Float64 is added up row by row, which may lose 20,001 halves of its last digit.
    const room = dtype === 'float64' ? 60 : 3
    // Each row has the same normalized numbers.
    const row = values(n)
    const x = Array.from({ length: rows }, () => row).flat()
    const ones = new Array<number>(n).fill(1)
    const { mean, inverse, input, scale } = run(x, ones, ones, rows)
    const slope = Math.fround(0.1)
    const g = views.input(dtype, new Array<number>(rows * n).fill(slope), [rows, n])
    const [gradX, gradGamma, gradBeta] = [
      views.output(dtype, [rows, n]),
      views.output(dtype, [n]),
      views.output(dtype, [n]),
    ]
    if (centered) {
      const grad = kernels.get(layerNormGradKernel)!
      grad(g, input, scale, mean, inverse, gradX!, gradGamma!, gradBeta!)
      expectClose(
        views.contents(gradBeta!),
        ones.map(() => rows * slope),
        dtype,
        rows * slope * room,
      )
    } else kernels.get(rmsNormGradKernel)!(g, input, scale, inverse, gradX!, gradGamma!)
    const own = statistics(row, epsilon, centered)
    const normal = row.map((value) => (value - own.mean) * own.inverse)
    expectClose(
      views.contents(gradGamma!),
      normal.map((y) => rows * slope * y),
      dtype,
      rows * slope * room,
    )
  })

  test('is right far from 0, and at NaN and infinities', () => {
    const far = [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3, 1e6 + 4]
    const x = [...far, 1, 2, Number.NaN, 3, 4, 1, 2, 3, 4, Infinity, 3, 3, 3, 3, 3]
    const { out } = run(x, [1, 1, 1, 1, 1], [0, 0, 0, 0, 0], 4, 1e-3)
    const result = rowsOf(views.contents(out), 5)
    const { mean, inverse } = statistics(far, 1e-3, centered)
    expectClose(
      result[0]!,
      far.map((value) => (value - mean) * inverse),
      dtype,
      2,
    )
    expect(result[1]).toEqual(new Array(5).fill(Number.NaN))
    expect(result[2]![4]).toBeNaN()
    if (centered) expect(result[2]).toEqual(new Array(5).fill(Number.NaN))
    if (centered) expect(result[3]).toEqual(new Array(5).fill(0))
  })
})
