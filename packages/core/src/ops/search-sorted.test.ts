import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DisposedError, ShapeError } from '../errors/index.ts'
import { linspace, ones, tensor, zeros } from '../tensor/create.ts'
import { dtypes } from '../tensor/dtype.ts'
import { expectBalanced, expectValues, testBackends } from './movement-test-cases.ts'
import { searchSorted } from './search-sorted.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

const { NaN: nan } = Number

/** The number of elements that come before a value; NaN is the greatest. */
function place(line: readonly number[], value: number, side: 'left' | 'right'): number {
  const rank = (x: number): number => (Number.isNaN(x) ? Infinity : x === Infinity ? Number.MAX_VALUE : x)
  return line.filter((x) => (side === 'left' ? rank(x) < rank(value) : rank(x) <= rank(value))).length
}

describe.each([3, 64, 65, 200])('in %d elements', (length) => {
  const line = Array.from({ length }, (_, i) => Math.floor(i / 3) - 5)
  const values = Array.from({ length: 24 }, (_, i) => ((i * 7) % 30) - 8 + (i % 2) / 2)

  test.each(['left', 'right'] as const)('agrees with plain loops: %s', (side) => {
    for (const backend of testBackends) {
      for (const dtype of dtypes) {
        const whole = (x: number): number =>
          dtype === 'bool' ? Number(x > 0) : dtype === 'uint8' ? Math.max(0, Math.trunc(x)) : Math.trunc(x)
        const convert = dtype === 'float32' || dtype === 'float64' ? (x: number) => x : whole
        const [elements, wanted] = [line.map(convert), values.map(convert)]
        const sorted = tensor(elements, { dtype, backend })
        const places = wanted.map((value) => place(elements, value, side))
        const sought = tensor(wanted, { shape: [2, 1, 3, 4], dtype, backend })
        expectValues(searchSorted(sorted, sought, { side }), { shape: [2, 1, 3, 4], values: places })
        expectBalanced(() => searchSorted(sorted, sought, { side }))
      }
    }
  })

  test('has a line for each line of values, and knows NaN and infinities', () => {
    const special = [-Infinity, ...line.slice(0, length - 2).map((x) => x / 2), Infinity]
    const withNaN = [...line.slice(0, length - 2), nan, nan]
    const sought = [nan, Infinity, -Infinity, -1.5, 0, 1e9, -1e9, 2]
    for (const backend of testBackends) {
      // Strided: the lines are columns in memory.
      const sorted = transpose(
        tensor(
          special.flatMap((x, i) => [x, withNaN[i]!]),
          { shape: [length, 2], backend },
        ),
      )
      const values = tensor([sought, [...sought].reverse()], { backend })
      for (const side of ['left', 'right'] as const) {
        expectValues(searchSorted(sorted, values, { side }), {
          shape: [2, 8],
          values: [
            ...sought.map((x) => place(special, x, side)),
            ...[...sought].reverse().map((x) => place(withNaN, x, side)),
          ],
        })
      }
    }
  })
})

test('promotes dtypes, and takes scalars and what is empty', () => {
  const sorted = tensor([1, 2, 2, 4], { dtype: 'int32' })
  expectValues(searchSorted(sorted, tensor(1.5)), { shape: [], values: [1] })
  expectValues(searchSorted(sorted, tensor([2, 9], { dtype: 'uint8' }), { side: 'right' }), {
    shape: [2],
    values: [3, 4],
  })
  expectValues(searchSorted(zeros([0]), ones([2])), { shape: [2], values: [0, 0] })
  expectValues(searchSorted(ones([3]), ones([2, 0])), { shape: [2, 0], values: [] })
  expectValues(searchSorted(ones([0, 3]), ones([0, 2])), { shape: [0, 2], values: [] })
})

test('wrong arguments are refused', () => {
  expect(() => searchSorted([1] as never, ones([2]))).toThrow(/sorted is not a tensor/)
  expect(() => searchSorted(ones([2]), 1 as never)).toThrow(/values is not a tensor/)
  expect(() => searchSorted(tensor(1), ones([2]))).toThrow(ShapeError)
  expect(() => searchSorted(ones([2, 3]), ones([3, 3]))).toThrow(
    /^searchSorted: there is not one sorted line/,
  )
  expect(() => searchSorted(ones([1, 3]), tensor(1))).toThrow(ShapeError)
  expect(() => searchSorted(ones([2]), ones([2]), { side: 'middle' as never })).toThrow(ArgumentError)
  expect(() => searchSorted(ones([2]), ones([2]), { right: true } as never)).toThrow(/unknown option "right"/)
  expect(() => searchSorted(ones([2]), ones([2], { backend: testBackends[1]! }))).toThrow(
    BackendMismatchError,
  )
  const x = linspace(0, 1, 3)
  x.dispose()
  expect(() => searchSorted(x, ones([2]))).toThrow(DisposedError)
})
