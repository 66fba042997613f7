import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { l2Normalize } from './l2-normalize.ts'
import { testBackends } from './movement-test-cases.ts'
import { alongAxes, checkAgainst, checkBothOrders, expectClose } from './neural-test-cases.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

function normalized(line: readonly number[], epsilon = 1e-12): number[] {
  const squares = line.reduce((total, value) => total + value * value, 0)
  return line.map((value) => value / Math.sqrt(Math.max(squares, epsilon)))
}

test.each<{ shape: number[]; axis: number | number[] }>([
  { shape: [5], axis: 0 },
  { shape: [1], axis: -1 },
  { shape: [2, 3], axis: -1 },
  { shape: [2, 3], axis: [0, 1] },
  { shape: [2, 0, 3], axis: 1 },
  { shape: [3, 2, 5], axis: 1 },
  { shape: [3, 2, 5], axis: [-1, 0] },
  { shape: [2, 1, 2, 3, 1, 2], axis: 3 },
])('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  const axes = [axis].flat().map((a) => (a + shape.length) % shape.length)
  checkAgainst(
    shape,
    (x) => l2Normalize(x, { axis }),
    (values) => alongAxes(values, shape, axes, (line) => normalized(line)),
  )
})

test('scales the last axis by default', () => {
  const x = tensor([
    [3, 4],
    [0, -2],
  ])
  expectClose(l2Normalize(x).dataSync(), [0.6, 0.8, 0, -1], { dtype: 'float32' })
})

test.each(['float32', 'float64'] as const)('is right at special values in %s', (dtype) => {
  for (const backend of testBackends) {
    const x = tensor(
      [
        [0, -0],
        [1e-8, -1e-8],
        [1e15, -1e15],
        [Number.NaN, 1],
      ],
      { dtype, backend },
    )
    const expected = [0, 0, 0.01, -0.01, Math.SQRT1_2, -Math.SQRT1_2, Number.NaN, Number.NaN]
    expectClose(l2Normalize(x).dataSync(), expected, { dtype, relative: true })
    const slopes = grad((y: Tensor) => sum(l2Normalize(y)))(x).dataSync()
    // Below the square root of epsilon the function is a line of slope 1e6.
    expectClose(slopes.slice(0, 4), [1e6, 1e6, 1e6, 1e6], { dtype })
  }
})

test('takes an epsilon', () => {
  const x = tensor([3, 4])
  expectClose(l2Normalize(x, { epsilon: 100 }).dataSync(), [0.3, 0.4], { dtype: 'float32' })
})

test('has gradients of both orders', async () => {
  const inputs = [{ shape: [3, 4], values: Array.from({ length: 12 }, (_, i) => Math.sin(5 * i) + 0.1) }]
  for (const axis of [0, 1, [0, 1]]) await checkBothOrders((x) => l2Normalize(x, { axis }), inputs)
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3])
  expect(() => l2Normalize([3, 4] as never)).toThrow(ArgumentError)
  expect(() => l2Normalize(x, { axis: 2 })).toThrow(/l2Normalize: axis is outside/)
  expect(() => l2Normalize(tensor(2))).toThrow(ShapeError)
  expect(() => l2Normalize(x, { epsilon: 0 })).toThrow(/epsilon is not a finite number greater than 0/)
  expect(() => l2Normalize(x, 1 as never)).toThrow(/the options are not an object/)
  expect(l2Normalize(zeros([0, 2])).shape).toEqual([0, 2])
  x.dispose()
  expect(() => l2Normalize(x)).toThrow(DisposedError)
})
