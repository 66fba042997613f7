import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { alongAxes, checkAgainst, checkBothOrders, expectClose } from './neural-test-cases.ts'
import { sparsemax } from './sparsemax.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** By sorting, as the authors of sparsemax compute it; moving all numbers changes nothing. */
function project(numbers: readonly number[]): number[] {
  const largest = Math.max(...numbers)
  const line = numbers.map((value) => value - largest)
  const descending = [...line].sort((a, b) => b - a)
  let total = 0
  let offset = 0
  descending.forEach((value, i) => {
    total += value
    if (1 + (i + 1) * value > total) offset = (total - 1) / (i + 1)
  })
  return line.map((value) => Math.max(value - offset, 0))
}

test.each([
  { shape: [5], axis: 0 },
  { shape: [1], axis: -1 },
  { shape: [2, 3], axis: -1 },
  { shape: [3, 2, 5], axis: 1 },
  { shape: [3, 2, 5], axis: 0 },
  { shape: [2, 0, 3], axis: 1 },
  { shape: [2, 0, 3], axis: 2 },
  { shape: [2, 1, 2, 3, 1, 2], axis: 3 },
])('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  const at = (axis + shape.length) % shape.length
  checkAgainst(
    shape,
    (x) => sparsemax(x, { axis }),
    (values) => alongAxes(values, shape, [at], project),
  )
})

/** Clusters that Newton's method can only leave one by one: half of the numbers lie just above each step. */
const clusters = Array.from({ length: 10 }, (_, k) =>
  Array.from({ length: 2 ** (9 - k) }, () => -1 + k / 64 + 1e-5),
).flat()

const many = Array.from({ length: 1000 }, (_, i) => Math.sin(i * i))
test.each([
  { name: 'many numbers', line: many },
  { name: 'many numbers close together', line: many.map((value) => value / 100) },
  { name: 'many numbers far apart', line: many.map((value) => value * 1e6) },
  { name: 'equal numbers', line: Array.from({ length: 999 }, () => 7) },
  { name: 'ever smaller steps', line: Array.from({ length: 60 }, (_, i) => 1 - 0.5 ** i) },
  { name: 'ever larger steps', line: Array.from({ length: 60 }, (_, i) => -(1.5 ** i) / 1e4) },
  { name: 'clusters', line: [0, ...clusters] },
  { name: 'large numbers', line: [3e38, 3e38, -3e38, 0] },
  { name: 'a single −Infinity', line: [0.2, -Infinity, 0.5] },
])('solves exactly for $name', ({ line }) => {
  for (const backend of testBackends) {
    for (const dtype of ['float32', 'float64'] as const) {
      const x = tensor(line, { dtype, backend })
      const out = sparsemax(x).dataSync()
      expectClose(out, project([...x.dataSync()]), { dtype })
      expectClose([[...out].reduce((total, value) => total + value, 0)], [1], { dtype })
    }
  }
})

test('gives NaN where there is no projection', () => {
  const x = tensor([
    [1, Number.NaN],
    [1, Infinity],
    [-Infinity, -Infinity],
    [0, 0],
  ])
  expect([...sparsemax(x).dataSync()]).toEqual([...Array<number>(6).fill(Number.NaN), 0.5, 0.5])
})

test('has gradients of both orders', async () => {
  const values = Array.from({ length: 12 }, (_, i) => Math.sin(5 * i))
  await checkBothOrders((x) => sparsemax(x, { axis: 1 }), [{ shape: [3, 4], values }])
  await checkBothOrders((x) => mul(sparsemax(x, { axis: 0 }), sparsemax(x)), [{ shape: [3, 4], values }])
})

test('has no gradient outside the support', () => {
  const g = grad((x: Tensor) => sum(mul(sparsemax(x), tensor([3, 1, 7]))))
  expect([...g(tensor([1, 0.5, -1])).dataSync()]).toEqual([1, -1, 0])
  expectBalanced(() => {
    const x = tensor([1, 0.5, -1])
    const slope = grad((y: Tensor) => sum(sparsemax(y)))(x)
    x.dispose()
    return slope
  })
})

test('refuses wrong arguments', () => {
  expect(() => sparsemax(3 as never)).toThrow(ArgumentError)
  expect(() => sparsemax(tensor(3))).toThrow(ShapeError)
  expect(() => sparsemax(ones([2, 3]), { axis: 2 })).toThrow(/sparsemax: axis is outside/)
  expect(() => sparsemax(ones([2, 3]), 1 as never)).toThrow(/the options are not an object/)
  const x = ones([2])
  x.dispose()
  expect(() => sparsemax(x)).toThrow(DisposedError)
})
