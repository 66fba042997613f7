import { beforeEach, describe, expect, test } from 'vitest'
import type { Backend, View } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { ones } from '../tensor/create.ts'
import { type DType, dtypes } from '../tensor/dtype.ts'
import { sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { argSort } from './arg-sort.ts'
import { cummax } from './cummax.ts'
import { cummin } from './cummin.ts'
import { cumprod, cumprodKernel } from './cumprod.ts'
import { cumsum, cumsumKernel } from './cumsum.ts'
import { cummaxKernel, cumminKernel } from './cumulative-extreme.ts'
import { backendsWith, expectCleanFailure, failingKernel, store, valuesOf } from './kernel-test-cases.ts'
import { testBackends } from './movement-test-cases.ts'
import { alongAxes, checkBothOrders, expectClose, layouts } from './neural-test-cases.ts'
import { sort } from './sort.ts'
import { sortKernel } from './sort-positions.ts'

beforeEach(() => setBackend(testBackends[0]!))

type Line = readonly number[]

const scan =
  (combine: (a: number, b: number) => number, reverse: boolean) =>
  (line: Line): number[] => {
    const out: number[] = []
    for (const value of reverse ? [...line].reverse() : line) {
      out.push(out.length === 0 ? value : combine(out.at(-1)!, value))
    }
    return reverse ? out.reverse() : out
  }

const extremes =
  (op: 'max' | 'min') =>
  (line: Line): number[] => {
    let best = 0
    return line.map((value, i) => {
      if (op === 'max' ? value >= line[best]! : value <= line[best]!) best = i
      return best
    })
  }

const order =
  (descending: boolean) =>
  (line: Line): number[] =>
    line.map((_, i) => i).sort((i, j) => (descending ? line[j]! - line[i]! : line[i]! - line[j]!))

/** Computes lines as a kernel does, and checks what core promises about its views. */
function compute(x: View, axis: number, out: View, dtype: DType, f: (line: Line) => number[]): void {
  expect(['int32', 'float32', 'float64']).toContain(x.dtype)
  expect(out.dtype).toBe(dtype)
  expect(x.shape.length).toBeLessThanOrEqual(3)
  expect(sameShape(x.shape, out.shape)).toBe(true)
  store(out, alongAxes(valuesOf(x), x.shape, [axis], f))
}

let calls = 0

const backends = (): Backend[] =>
  backendsWith(({ kernels }) => {
    const cumulative = (combine: (a: number, b: number) => number) => {
      return (x: View, axis: number, reverse: boolean, out: View): void => {
        calls++
        compute(x, axis, out, x.dtype, scan(combine, reverse))
      }
    }
    const cumulativeExtreme = (op: 'max' | 'min') => {
      return (x: View, axis: number, out: View): void => {
        calls++
        compute(x, axis, out, 'int32', extremes(op))
      }
    }
    kernels
      .set(
        cumsumKernel,
        cumulative((a, b) => a + b),
      )
      .set(
        cumprodKernel,
        cumulative((a, b) => a * b),
      )
      .set(cummaxKernel, cumulativeExtreme('max'))
      .set(cumminKernel, cumulativeExtreme('min'))
      .set(sortKernel, (x, axis, descending, out) => {
        calls++
        compute(x, axis, out, 'int32', order(descending))
      })
  })

const ops: readonly { name: string; op: (x: Tensor, axis: number) => Tensor }[] = [
  { name: 'cumsum', op: (x, axis) => cumsum(x, { axis }) },
  {
    name: 'cumsum, reversed and exclusive',
    op: (x, axis) => cumsum(x, { axis, reverse: true, exclusive: true }),
  },
  { name: 'cumprod', op: (x, axis) => cumprod(x, { axis, reverse: true }) },
  { name: 'cummax', op: (x, axis) => cummax(x, { axis }).values },
  { name: 'cummin', op: (x, axis) => cummin(x, { axis }).indices },
  { name: 'argSort', op: (x, axis) => argSort(x, { axis, descending: true }) },
  { name: 'sort', op: (x, axis) => sort(x, { axis }) },
]

const places = [
  { shape: [5], axis: 0 },
  { shape: [2, 3], axis: 1 },
  { shape: [3, 2, 5], axis: 0 },
  { shape: [2, 0, 3], axis: 1 },
  { shape: [2, 1, 2, 3, 1, 2], axis: 3 },
]

describe.each(ops)('$name', ({ op }) => {
  test('runs the kernel where the backend has it, and gives the same', () => {
    for (const backend of backends()) {
      for (const { shape, axis } of places) {
        for (const dtype of dtypes) {
          const composed = layouts(testBackends[1]!, dtype, shape)
          layouts(backend, dtype, shape).forEach((x, i) => {
            calls = 0
            const out = op(x, axis)
            expect(calls).toBe(x.size === 0 ? 0 : 1)
            const expected = op(composed[i]!, axis)
            expect([out.dtype, out.shape]).toEqual([expected.dtype, expected.shape])
            expectClose(out.dataSync(), [...expected.dataSync()], out)
          })
        }
      }
    }
  })

  test('leaves nothing behind where the kernel fails', () => {
    const [backend] = backends() as [Backend]
    const x = ones([2, 3], { backend })
    for (const key of [cumsumKernel, cumprodKernel, cummaxKernel, cumminKernel, sortKernel]) {
      backend.kernels.set(key as typeof cumsumKernel, failingKernel)
    }
    expectCleanFailure(() => op(x, 1))
  })
})

test('gradients of both orders are right with kernels', async () => {
  const values = [0.5, -1.5, 0, 2, 0.25, -0.25, 1, 3, 0.75, -2, 1.25, 0.3]
  for (const op of [cumsum, cumprod, sort]) {
    await checkBothOrders((x) => op(x, { axis: 1 }), [{ shape: [2, 3, 2], values }], backends())
  }
})
