import type { DType } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import type { Arithmetic } from '../arithmetic.ts'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { type Layout, testViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'
import { makeMatmul } from './matmul.ts'

/** The tests of products, in one arithmetic. */
export function testProducts(arithmetic: Arithmetic): void {
  const memory = new WasmMemory()
  const matmul = makeMatmul(memory, arithmetic)
  const views = testViews(memory)
  const { NaN: nan } = Number

  afterEach(() => {
    views.checkGuards()
    views.release()
    expect(memory.bytesInUse).toBe(0)
  })

  /** Values in (−1, 1), the same on every run. */
  function uniform(count: number, seed = 1): Float32Array {
    let state = seed
    return Float32Array.from({ length: count }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0
      return state / 2 ** 31
    })
  }

  /** The elements of a view in row-major order. */
  function elements(view: CpuView): number[] {
    const data = views.contents(view)
    const [batches, rows, columns] = view.shape as [number, number, number]
    const [batch, row, column] = view.strides as [number, number, number]
    return Array.from({ length: view.size }, (_, i) => {
      const [b, r, c] = [
        Math.floor(i / rows / columns) % batches,
        Math.floor(i / columns) % rows,
        i % columns,
      ]
      return data[view.offset + b * batch + r * row + c * column]!
    })
  }

  /** Multiplies and compares with sums in double precision: within k·ε·(|a|·|b|), as any order of additions is. */
  function check(a: CpuView, b: CpuView): number[] {
    const [batches, m, k] = a.shape as [number, number, number]
    const n = b.shape[2]!
    const out = views.output(a.dtype, [batches, m, n])
    matmul(a, b, out)
    const [left, right, result] = [elements(a), elements(b), views.contents(out)]
    const epsilon = { float32: 2 ** -24, float64: 2 ** -53, int32: 0, uint8: 0, bool: 0 }[a.dtype]
    for (let batch = 0; batch < batches; batch++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0
          let magnitude = 0
          for (let p = 0; p < k; p++) {
            const term = left[(batch * m + i) * k + p]! * right[(batch * k + p) * n + j]!
            sum += term
            magnitude += Math.abs(term)
          }
          const error = Math.abs(result[(batch * m + i) * n + j]! - sum)
          if (!(error <= (k + 1) * epsilon * magnitude)) {
            throw new Error(`[${batch}, ${i}, ${j}] of ${m}×${k}·${k}×${n} is off by ${error}`)
          }
        }
      }
    }
    return result
  }

  type MatrixLayout = 'rows' | 'columns' | 'gaps' | 'flipped' | 'odd' | 'transposed gaps'
  const layouts: readonly MatrixLayout[] = ['rows', 'columns', 'gaps', 'flipped', 'odd', 'transposed gaps']

  /** A matrix of random elements, as large as its layout needs. */
  function matrix(dtype: DType, m: number, n: number, layout: MatrixLayout, seed = 1): CpuView {
    const { strides, offset = 0 } = (
      {
        rows: { strides: [0, n, 1] },
        columns: { strides: [0, 1, m] },
        gaps: { strides: [0, n + 3, 1], offset: 5 },
        flipped: { strides: [0, -n, -1], offset: m * n - 1 },
        odd: { strides: [0, 2 * n + 1, 2], offset: 3 },
        'transposed gaps': { strides: [0, 1, m + 1], offset: 1 },
      } as const
    )[layout] satisfies Layout & { readonly strides: readonly number[] }
    const last = offset + Math.max(0, (m - 1) * strides[1]) + Math.max(0, (n - 1) * strides[2])
    const random = uniform(last + 1, seed)
    const values =
      dtype === 'float32' || dtype === 'float64'
        ? random
        : random.map((x) => Math.trunc(100 * Math.abs(x)) % 7)
    return views.input(dtype, values, [1, m, n], { strides, offset })
  }

  describe('sizes around the tiles', () => {
    const upTo = (most: number) => Array.from({ length: most }, (_, i) => i + 1)
    test.each(upTo(20))('m = %i', (m) => {
      for (const n of upTo(20))
        for (const k of [1, 2, 3, 4, 5, 8, 17])
          check(matrix('float32', m, k, 'rows'), matrix('float32', k, n, 'rows', 2))
      views.checkGuards()
      views.release()
    })

    test.each([1, 2, 5, 33])('products of a single row or column, k = %i', (k) => {
      for (const size of [1, 7, 8, 31, 32, 33, 40, 63, 64, 77]) {
        for (const left of layouts) {
          for (const right of layouts) {
            check(matrix('float32', 1, k, left), matrix('float32', k, size, right, 2))
            check(matrix('float32', size, k, left), matrix('float32', k, 1, right, 2))
          }
        }
        views.checkGuards()
        views.release()
      }
    })
  })

  describe.each(['float32', 'float64', 'int32', 'uint8'] as const)('layouts of %s', (dtype) => {
    test.each(layouts)('%s times every other', (left) => {
      for (const right of layouts) {
        for (const [m, n, k] of [
          [1, 1, 1],
          [4, 8, 3],
          [5, 9, 7],
          [13, 6, 11],
          [6, 19, 4],
          [3, 2, 9],
        ] as const) {
          check(matrix(dtype, m, k, left), matrix(dtype, k, n, right, 2))
        }
      }
    })
  })

  describe('blocks', () => {
    test.each([
      [130, 40, 260],
      [129, 9, 513],
      [3, 1030, 257],
      [17, 1025, 30],
    ])('%i × %i, k = %i', (m, n, k) => {
      const direct = check(matrix('float32', m, k, 'rows'), matrix('float32', k, n, 'rows', 2))
      expect(direct).toHaveLength(m * n)
      for (const left of ['columns', 'odd'] as const)
        check(matrix('float32', m, k, left), matrix('float32', k, n, 'columns', 2))
      check(matrix('float64', m, k, 'columns'), matrix('float64', k, n, 'columns', 2))
    })

    test('strides at which the cache holds little', () => {
      check(matrix('float32', 40, 30, 'rows'), matrix('float32', 30, 1024, 'rows', 2))
      check(matrix('float32', 512, 30, 'columns'), matrix('float32', 30, 14, 'rows', 2))
      check(matrix('float32', 14, 30, 'rows'), matrix('float32', 30, 512, 'columns', 2))
    })
  })

  test('the layout changes no bit', () => {
    const [m, n, k] = [37, 45, 300]
    const a = uniform(m * k)
    const b = uniform(k * n, 2)
    const transposed = (x: Float32Array, rows: number, columns: number) =>
      x.map((_, i) => x[(i % rows) * columns + Math.floor(i / rows)]!)
    const lefts = [
      views.input('float32', a, [1, m, k]),
      views.input('float32', transposed(a, m, k), [1, m, k], { strides: [0, 1, m] }),
    ]
    const rights = [
      views.input('float32', b, [1, k, n]),
      views.input('float32', transposed(b, k, n), [1, k, n], { strides: [0, 1, k] }),
    ]
    const [first, ...others] = lefts.flatMap((left) => rights.map((right) => check(left, right)))
    for (const other of others) expect(other).toEqual(first)
  })

  test.each(layouts)('small products have the bits of large ones, %s', (layout) => {
    for (const [m, n, k] of [
      [4, 4, 4],
      [1, 8, 7],
      [7, 12, 5],
      [16, 4, 8],
      [2, 4, 64],
    ] as const) {
      const [a, b] = [matrix('float32', m, k, layout), matrix('float32', k, n, layout, 2)]
      const twice = (view: CpuView): CpuView => ({
        ...view,
        shape: [2, ...view.shape.slice(1)],
        size: 2 * view.size,
      })
      expect(check(a, b)).toEqual(check(twice(a), twice(b)).slice(m * n))
    }
  })

  describe('batches', () => {
    const a = uniform(3 * 5 * 7)
    const b = uniform(3 * 7 * 6, 2)

    test('each matrix by its own', () => {
      check(views.input('float32', a, [3, 5, 7]), views.input('float32', b, [3, 7, 6]))
    })

    test('all by one matrix', () => {
      const one = views.input('float32', b, [3, 7, 6], { strides: [0, 6, 1] })
      check(views.input('float32', a, [3, 5, 7]), one)
      check(views.input('float32', a, [3, 5, 7], { strides: [35, 1, 5] }), one)
      check(views.input('float32', a, [3, 5, 7], { strides: [-35, 7, 1], offset: 70 }), one)
      check(views.input('float32', a, [3, 1, 7], { strides: [35, 9, 1] }), one)
    })

    test('one matrix by all', () => {
      const one = views.input('float32', a, [3, 5, 7], { strides: [0, 7, 1] })
      check(one, views.input('float32', b, [3, 7, 6], { strides: [42, 1, 7] }))
      check(one, views.input('float32', b, [3, 7, 6], { strides: [0, 6, 1] }))
    })

    test('repeated rows and columns', () => {
      check(
        views.input('float32', a, [2, 5, 7], { strides: [7, 0, 1] }),
        views.input('float32', b, [2, 7, 6], { strides: [3, 0, 0], offset: 1 }),
      )
    })
  })

  describe('special values', () => {
    test.each([
      [4, 8],
      [1, 40],
      [5, 1],
      [3, 9],
    ])('infinities and NaN reach their row or column only, %i × %i', (m, n) => {
      for (const layout of ['rows', 'columns'] as const) {
        for (const [special, zero] of [
          [Infinity, 0],
          [nan, 0],
          [-Infinity, 0],
        ] as const) {
          const k = 6
          const values = new Float32Array(m * k).fill(1)
          values[layout === 'rows' ? 2 : 2 * m] = special
          const a = views.input('float32', values, [1, m, k], {
            strides: layout === 'rows' ? [0, k, 1] : [0, 1, m],
          })
          const right = new Float32Array(k * n).fill(1)
          right[2 * n] = zero
          const b = views.input('float32', right, [1, k, n])
          const out = views.output('float32', [1, m, n])
          matmul(a, b, out)
          const expected = Array.from({ length: m * n }, (_, i) => (i % n === 0 ? k - 1 : k))
          for (let j = 0; j < n; j++) expected[j] = j === 0 ? nan : special
          expect(views.contents(out)).toEqual(expected)
        }
      }
    })

    test('integers wrap', () => {
      const a = views.input('int32', [123456789, 1], [1, 1, 2])
      const b = views.input('int32', [987654321, -(2 ** 31)], [1, 2, 1])
      const out = views.output('int32', [1, 1, 1])
      matmul(a, b, out)
      expect(views.contents(out)).toEqual([Number(BigInt.asIntN(32, 123456789n * 987654321n - 2n ** 31n))])
      const bytes = views.output('uint8', [1, 1, 1])
      matmul(views.input('uint8', [200, 3], [1, 1, 2]), views.input('uint8', [2, 100], [1, 2, 1]), bytes)
      expect(views.contents(bytes)).toEqual([700 % 256])
    })
  })
}
