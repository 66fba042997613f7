import { choleskyKernel, KernelTable, luKernel, qrKernel, triangularSolveKernel } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'
import { registerDecompositionKernels } from './register.ts'

const memory = new WasmMemory()
const kernels = new KernelTable()
registerDecompositionKernels(kernels, memory)
const views = testViews(memory)

type Matrix = number[][]
type Float = 'float32' | 'float64'

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

/** Sides that leave a rest whatever the width of a vector is. */
const sides = [...Array.from({ length: 18 }, (_, i) => i + 1), 33, 70]
const batch = 2

/** Numbers between −1 and 1, the same for the same seed. */
function values(count: number, seed: number): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return Math.fround(state / 2 ** 31)
  })
}

/** A batch of matrices behind an offset. */
function matrices(dtype: Float, rows: number, columns: number, seed = 1): CpuView {
  return views.input(dtype, values(batch * rows * columns + 3, seed), [batch, rows, columns], { offset: 3 })
}

function read(view: CpuView): Matrix[] {
  const [count, rows, columns] = view.shape as [number, number, number]
  const all = views.contents(view).slice(view.offset)
  return Array.from({ length: count }, (_, m) =>
    Array.from({ length: rows }, (_, i) => all.slice((m * rows + i) * columns, (m * rows + i + 1) * columns)),
  )
}

const transposed = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j]!))
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => transposed(b).map((column) => row.reduce((sum, value, k) => sum + value * column[k]!, 0)))
const eachElement = (a: Matrix, f: (value: number, i: number, j: number) => number): Matrix =>
  a.map((row, i) => row.map((value, j) => f(value, i, j)))
const identity = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)))

/** Equal up to the rounding of sums of so many products. */
function expectClose(actual: Matrix, expected: Matrix, dtype: Float, scale = 1): void {
  expect(actual.map((row) => row.length)).toEqual(expected.map((row) => row.length))
  const tolerance = (dtype === 'float32' ? 1e-5 : 1e-13) * scale
  const worst = Math.max(
    ...actual.flatMap((row, i) => row.map((value, j) => Math.abs(value - expected[i]![j]!))),
  )
  expect(worst).toBeLessThanOrEqual(tolerance)
}

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  test.each(sides)('lu of %i rows', (n) => {
    const x = matrices(dtype, n, n)
    const [lu, order, sign] = [
      views.output(dtype, [batch, n, n]),
      views.output('int32', [batch, n]),
      views.output(dtype, [batch]),
    ]
    kernels.get(luKernel)!(x, lu, order, sign)
    const signs = views.contents(sign)
    const rows = views.contents(order)
    read(lu).forEach((factors, m) => {
      const own = rows.slice(m * n, (m + 1) * n)
      const lower = eachElement(factors, (value, i, j) => (i === j ? 1 : j < i ? value : 0))
      const upper = eachElement(factors, (value, i, j) => (j >= i ? value : 0))
      const sorted = own.map((row) => read(x)[m]![row]!)
      expectClose(product(lower, upper), sorted, dtype, n)
      expect(lower.flat().every((value) => Math.abs(value) <= 1)).toBe(true)
      const inversions = own.flatMap((a, i) => own.slice(i + 1).filter((b) => b < a)).length
      expect(signs[m]).toBe(inversions % 2 === 0 ? 1 : -1)
    })
  })

  test.each(sides)('cholesky of %i rows', (n) => {
    const squares = read(matrices(dtype, n, n)).map((a) =>
      eachElement(product(a, transposed(a)), (value, i, j) => Math.fround(value + (i === j ? n : 0))),
    )
    const out = views.output(dtype, [batch, n, n])
    kernels.get(choleskyKernel)!(views.input(dtype, squares.flat(2), [batch, n, n]), out)
    read(out).forEach((lower, m) => {
      expectClose(product(lower, transposed(lower)), squares[m]!, dtype, 2 * n)
      for (const [i, row] of lower.entries())
        expect(row.slice(i + 1).every((value) => value === 0)).toBe(true)
    })
  })

  test.each(sides)('triangularSolve of %i rows', (n) => {
    for (const columns of [1, 2, 7]) {
      for (let bits = 0; bits < 8; bits++) {
        const options = { upper: bits % 2 === 1, transpose: (bits & 2) > 0, unitDiagonal: bits > 3 }
        const raw = values(batch * n * n, 5).map((value, i) =>
          Math.floor(i / n) % n === i % n ? 2 + value : value / n,
        )
        const a = views.input(dtype, raw, [batch, n, n])
        const b = matrices(dtype, n, columns, 9)
        const out = views.output(dtype, [batch, n, columns])
        kernels.get(triangularSolveKernel)!(a, b, options, out)
        read(out).forEach((x, m) => {
          const triangle = eachElement(read(a)[m]!, (value, i, j) => {
            if (i === j) return options.unitDiagonal ? 1 : value
            return options.upper === j > i ? value : 0
          })
          const applied = product(options.transpose ? transposed(triangle) : triangle, x)
          expectClose(applied, read(b)[m]!, dtype, 4)
        })
        views.checkGuards()
        views.release()
      }
    }
  })

  test.each(sides)('qr of %i rows', (m) => {
    for (const n of [1, 2, 5, m, m + 3]) {
      for (const common of new Set([Math.min(m, n), m])) {
        const x = matrices(dtype, m, n)
        const [q, r] = [views.output(dtype, [batch, m, common]), views.output(dtype, [batch, common, n])]
        kernels.get(qrKernel)!(x, q, r)
        const factors = read(q)
        read(r).forEach((upper, i) => {
          expectClose(product(factors[i]!, upper), read(x)[i]!, dtype, 2 * Math.max(m, n) ** 0.5)
          expectClose(product(transposed(factors[i]!), factors[i]!), identity(common), dtype)
          for (const [k, row] of upper.entries())
            expect(row.slice(0, k).every((value) => value === 0)).toBe(true)
          if (m > 1) expect(Math.sign(upper[0]![0]!)).toBe(-Math.sign(read(x)[i]![0]![0]!))
        })
        views.checkGuards()
        views.release()
      }
    }
  })

  test('pivots are the largest, the first of equals, and NaN before all', () => {
    const { NaN: nan } = Number
    const x = views.input(dtype, [1, 2, -1, 3, 0, 4, 0, 5, 2, 1, nan, 1], [3, 2, 2])
    const [lu, order, sign] = [
      views.output(dtype, [3, 2, 2]),
      views.output('int32', [3, 2]),
      views.output(dtype, [3]),
    ]
    kernels.get(luKernel)!(x, lu, order, sign)
    expect(views.contents(order)).toEqual([0, 1, 0, 1, 1, 0])
    expect(views.contents(sign)).toEqual([1, 1, -1])
    expect(views.contents(lu).slice(0, 8)).toEqual([1, 2, -1, 5, 0, 4, 0, 5])
  })

  test('cholesky of what is not positive definite is NaN in its triangle', () => {
    const out = views.output(dtype, [3, 2, 2])
    kernels.get(choleskyKernel)!(views.input(dtype, [1, 2, 2, 1, 4, 2, 2, 5, 0, 0, 0, 1], [3, 2, 2]), out)
    const lost = [Number.NaN, 0, Number.NaN, Number.NaN]
    expect(views.contents(out)).toEqual([...lost, 2, 0, 1, 2, ...lost])
  })

  test('a column without anything below its diagonal is not reflected', () => {
    const [q, r] = [views.output(dtype, [1, 2, 2]), views.output(dtype, [1, 2, 2])]
    kernels.get(qrKernel)!(views.input(dtype, [2, 1, 0, -3], [1, 2, 2]), q, r)
    expect(views.contents(q)).toEqual([1, 0, 0, 1])
    expect(views.contents(r)).toEqual([2, 1, 0, -3])
  })

  test('a column of extreme size neither overflows nor vanishes', () => {
    for (const size of dtype === 'float32' ? [1e30, 1e-30] : [1e300, 1e-300]) {
      const [q, r] = [views.output(dtype, [1, 2, 1]), views.output(dtype, [1, 1, 1])]
      kernels.get(qrKernel)!(views.input(dtype, [3 * size, 4 * size], [1, 2, 1]), q, r)
      expectClose([views.contents(q)], [[-0.6, -0.8]], dtype)
      expect(Math.abs(views.contents(r)[0]! / (-5 * size) - 1)).toBeLessThan(1e-6)
    }
  })
})
