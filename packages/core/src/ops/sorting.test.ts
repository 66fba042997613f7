import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { argSort } from './arg-sort.ts'
import { expectBalanced, expectValues, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { alongAxes, checkBothOrders, forEachLayout } from './neural-test-cases.ts'
import { gradAt } from './reduction-test-cases.ts'
import { sort } from './sort.ts'
import { topK } from './top-k.ts'

beforeEach(() => setBackend(testBackends[0]!))

const { NaN: nan } = Number

/** The positions in order, by inserting one after the other; NaN is the greatest. */
function ordered(line: readonly number[], descending: boolean): number[] {
  const isLess = (a: number, b: number): boolean => a < b || (Number.isNaN(b) && !Number.isNaN(a))
  const positions: number[] = []
  line.forEach((value, i) => {
    let place = positions.length
    for (; place > 0; place--) {
      const before = line[positions[place - 1]!]!
      if (descending ? !isLess(before, value) : !isLess(value, before)) break
    }
    positions.splice(place, 0, i)
  })
  return positions
}

const sorted = (line: readonly number[], descending: boolean): number[] =>
  ordered(line, descending).map((position) => line[position]!)

const shapes: readonly { shape: Shape; axis: number }[] = [
  { shape: [5], axis: -1 },
  { shape: [1], axis: 0 },
  { shape: [0], axis: 0 },
  { shape: [2, 3], axis: -1 },
  { shape: [3, 8, 2], axis: 1 },
  { shape: [4, 2, 3], axis: 0 },
  { shape: [2, 0, 3], axis: 1 },
  { shape: [2, 0, 3], axis: 0 },
  { shape: [2, 1, 3, 5, 1, 2], axis: 3 },
]

test.each(shapes)('sort, argSort and topK agree with plain loops: $shape along $axis', ({ shape, axis }) => {
  const at = (axis + shape.length) % shape.length
  forEachLayout(shape, (x) => {
    const values = [...x.dataSync()]
    const lines = (f: (line: readonly number[]) => number[]) => ({
      shape,
      values: alongAxes(values, shape, [at], f),
    })
    for (const descending of [false, true]) {
      const options = { axis, descending }
      const [out, positions] = [sort(x, options), argSort(x, options)]
      const top = topK(x, shape[at]!, { axis, largest: descending })
      expect([out.dtype, positions.dtype, top.values.dtype, top.indices.dtype]).toEqual([
        x.dtype,
        'int32',
        x.dtype,
        'int32',
      ])
      for (const actual of [out, top.values])
        expectValues(
          actual,
          lines((line) => sorted(line, descending)),
        )
      for (const actual of [positions, top.indices]) {
        expectValues(
          actual,
          lines((line) => ordered(line, descending)),
        )
      }
      for (const made of [out, positions, top.values, top.indices]) made.dispose()
      expectBalanced(() => sort(x, options))
      expectBalanced(() => argSort(x, options))
      expectBalanced(() => Object.values<Tensor>({ ...topK(x, Math.min(1, shape[at]!), { axis }) }))
    }
    expect([...x.dataSync()]).toEqual(values)
  })
})

const specials = [1, nan, -Infinity, 0, Infinity, -0, nan, 1, 0, -1, Infinity, 2]

test('NaN is the greatest, equal elements keep their order, in both directions', () => {
  for (const backend of testBackends) {
    const x = tensor(specials, { backend })
    expect([...sort(x).dataSync()]).toEqual([-Infinity, -1, 0, -0, 0, 1, 1, 2, Infinity, Infinity, nan, nan])
    expect([...argSort(x).dataSync()]).toEqual([2, 9, 3, 5, 8, 0, 7, 11, 4, 10, 1, 6])
    expect([...argSort(x, { descending: true }).dataSync()]).toEqual([1, 6, 4, 10, 11, 0, 7, 3, 5, 8, 9, 2])
    expect([...topK(x, 3).indices.dataSync()]).toEqual([1, 6, 4])
    expect([...topK(x, 2, { largest: false }).indices.dataSync()]).toEqual([2, 9])
  }
})

describe.each([
  { what: 'long lines', shape: [2, 130], axis: 1 },
  { what: 'long columns', shape: [65, 3], axis: 0 },
  { what: 'many short lines', shape: [2, 5, 5300], axis: 1 },
])('$what', ({ shape, axis }) => {
  const size = shape.reduce((product, side) => product * side, 1)
  const special = Array.from({ length: size }, (_, i) => specials[(i * i + 3 * (i >> 3)) % specials.length]!)
  const lines = (values: readonly number[], descending: boolean) => ({
    shape,
    values: alongAxes(values, shape, [axis], (line) => ordered(line, descending)),
  })

  test.each([false, true])('are sorted by a network: descending %s', (descending) => {
    for (const backend of testBackends) {
      const x = tensor(special, { shape, backend })
      expectValues(argSort(x, { axis, descending }), lines(special, descending))
    }
  })

  test.each([false, true])('of the extreme integers: descending %s', (descending) => {
    const extremes = [-(2 ** 31), 2 ** 31 - 1, 0, -(2 ** 31), 2 ** 31 - 1, 5]
    const values = special.map((_, i) => extremes[(i * i + (i >> 2)) % extremes.length]!)
    const x = tensor(values, { shape, dtype: 'int32' })
    expectValues(argSort(x, { axis, descending }), lines(values, descending))
    expectBalanced(() => argSort(x, { axis, descending }))
  })
})

test('gradients go back to where the elements came from', async () => {
  expect(gradAt((x) => mul(sort(x), tensor([1, 2, 3])), [5, 1, 3])).toEqual([3, 1, 2])
  expect(gradAt((x) => topK(x, 1).values, [5, 1, 5])).toEqual([1, 0, 0])
  const values = [0.5, -1.5, 0.1, 2, 0.2, -0.25, 1, 3, 0.75, -2, 1.25, 0.3]
  const cubed = (y: Tensor): Tensor =>
    mul(
      mul(y, y),
      mul(y, tensor([1, -2], { shape: [2, 1, 1], dtype: 'float64', backend: y.storage.backend })),
    )
  for (const axis of [1, 2]) {
    await checkBothOrders((x) => cubed(sort(x, { axis, descending: true })), [{ shape: [2, 3, 2], values }])
    await checkBothOrders((x) => cubed(topK(x, 2, { axis }).values), [{ shape: [2, 3, 2], values }])
  }
})

test('wrong arguments are refused', () => {
  for (const op of [sort, argSort]) {
    expect(() => op(3 as never)).toThrow(ArgumentError)
    expect(() => op(tensor(1))).toThrow(ShapeError)
    expect(() => op(ones([2]), { axis: 1 })).toThrow(/axis is outside/)
    expect(() => op(ones([2]), { descend: true } as never)).toThrow(/did you mean descending/)
  }
  expect(() => topK(ones([3]), 4)).toThrow(/^topK: k is not a number of elements that the axis has/)
  expect(() => topK(ones([3]), 1.5)).toThrow(ArgumentError)
  expect(() => topK(ones([3]), -1)).toThrow(ArgumentError)
  expect(() => topK(ones([3]), 1, { axis: 2 })).toThrow(ShapeError)
  expect(() => topK(ones([3]), 1, { smallest: true } as never)).toThrow(/unknown option "smallest"/)
  const x = ones([2])
  x.dispose()
  for (const op of [sort, argSort, (y: Tensor) => topK(y, 1)]) expect(() => op(x)).toThrow(DisposedError)
})
