import { describe, expect, test } from 'vitest'
import { orthonormalColumns } from './householder.ts'

function product(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

describe.each<[string, number, number, readonly number[]]>([
  ['positive and negative columns', 3, 2, [1, -2, 3, -1, 0.5, 4]],
  ['a column along the first axis', 3, 2, [2, 0, 0, 1, 1, 0]],
  ['a column against the first axis', 3, 2, [-2, 0, 0, 1, 1, 0]],
  // Without care for the sign, the difference from the axis would vanish in rounding.
  ['a column almost against the first axis', 3, 2, [-2, 1e-9, 0, 1, 1, 3]],
  ['a square', 2, 2, [0, -3, -4, 0]],
  ['one number', 1, 1, [-5]],
])('%s', (_, m, n, values) => {
  const columns = Array.from({ length: n }, (_, j) => values.slice(j * m, (j + 1) * m))
  const q = orthonormalColumns(values, m, n)

  test('Q has orthonormal columns', () => {
    q.forEach((a, i) => {
      q.forEach((b, j) => {
        expect(product(a, b)).toBeCloseTo(i === j ? 1 : 0, 14)
      })
    })
  })

  test('R = Qᵀ A is upper triangular with a positive diagonal, and Q R = A', () => {
    columns.forEach((column, j) => {
      const r = q.map((each) => product(each, column))
      expect(r[j]).toBeGreaterThan(0)
      for (let i = j + 1; i < n; i++) expect(r[i]).toBeCloseTo(0, 14)
      column.forEach((value, row) => {
        expect(
          product(
            r,
            q.map((each) => each[row]!),
          ),
        ).toBeCloseTo(value, 13)
      })
    })
  })
})

test('the columns of a matrix of zeros are still orthonormal', () => {
  const [a, b] = orthonormalColumns([0, 0, 0, 0], 2, 2) as [Float64Array, Float64Array]
  expect([product(a, a), product(a, b), product(b, b)]).toEqual([1, 0, 1])
})
