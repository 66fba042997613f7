import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import { glu } from './glu.ts'
import { at, indicesOf, testBackends } from './movement-test-cases.ts'
import { checkAgainst, checkBothOrders } from './neural-test-cases.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each([
  { shape: [6], axis: 0 },
  { shape: [3, 4], axis: -1 },
  { shape: [4, 3], axis: 0 },
  { shape: [2, 0], axis: 1 },
  { shape: [3, 2, 5], axis: 1 },
  { shape: [2, 1, 2, 4, 1, 2], axis: 3 },
])('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  const along = (axis + shape.length) % shape.length
  const half = shape[along]! / 2
  const result = shape.map((side, i) => (i === along ? half : side))
  checkAgainst(
    shape,
    (x) => glu(x, { axis }),
    (values) =>
      indicesOf(result).map((index) => {
        const gate = index.map((position, i) => (i === along ? position + half : position))
        return at({ shape, values }, index) / (1 + Math.exp(-at({ shape, values }, gate)))
      }),
    result,
  )
})

test('keeps NaN, and closes and opens gates entirely', () => {
  const x = tensor([
    [1, 2, 3, Number.NaN],
    [-Infinity, 3e38, Number.NaN, 1],
  ])
  expect([...glu(x, { axis: 0 }).dataSync().slice(0, 3)]).toEqual([0, 2, Number.NaN])
})

test('has gradients of both orders', async () => {
  const values = Array.from({ length: 12 }, (_, i) => 2 * Math.sin(5 * i))
  await checkBothOrders((x) => glu(x), [{ shape: [3, 4], values }])
  await checkBothOrders((x) => glu(x, { axis: 0 }), [{ shape: [2, 6], values }])
})

test('refuses wrong arguments', () => {
  expect(() => glu([1, 2] as never)).toThrow(ArgumentError)
  expect(() => glu(ones([2, 3]))).toThrow(/glu: the axis cannot be halved/)
  expect(() => glu(ones([2, 4]), { axis: 2 })).toThrow(ShapeError)
  expect(() => glu(tensor(1))).toThrow(ShapeError)
})
