import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import {
  at,
  checkBothGradients,
  expectBalanced,
  expectValues,
  forEachTensor,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { split } from './split.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; sections: number | number[]; axis?: number }>([
  { shape: [6], sections: 3 },
  { shape: [4, 3], sections: 2 },
  { shape: [4, 3], sections: [1, 0, 2], axis: -1 },
  { shape: [2, 5, 2], sections: [2, 3], axis: 1 },
  { shape: [0, 3], sections: 2 },
  { shape: [0], sections: [] },
])('agrees with plain loops: $shape $sections $axis', ({ shape, sections, axis }) => {
  const along = ((axis ?? 0) + shape.length) % shape.length
  const side = shape[along]!
  const sizes =
    typeof sections === 'number' ? Array.from({ length: sections }, () => side / sections) : sections
  const options = axis === undefined ? {} : { axis }
  forEachTensor(shape, ({ x, values }) => {
    const parts = split(x, sections, options)
    expect(parts).toHaveLength(sizes.length)
    parts.forEach((part, which) => {
      const start = sizes.slice(0, which).reduce((total, size) => total + size, 0)
      expect(part.dtype).toBe(x.dtype)
      expect(part.storage).toBe(x.storage)
      expectValues(
        part,
        plain(
          shape.map((n, d) => (d === along ? sizes[which]! : n)),
          (index) =>
            at(
              values,
              index.map((i, d) => (d === along ? i + start : i)),
            ),
        ),
      )
      part.dispose()
    })
    expectBalanced(() => split(x, sections, options))
  })
})

test('has gradients of both orders', async () => {
  const product = ([a, b]: Tensor[]): Tensor => mul(a!, b!)
  await checkBothGradients([[4, 2]], (x) => product(split(x!, 2)))
  await checkBothGradients([[2, 4]], (x) => product(split(x!, [1, 3], { axis: 1 })))
})

test('has gradients where only some outputs are used, or one twice', async () => {
  await checkBothGradients([[3, 2]], (x) => split(x!, 3)[1]!)
  await checkBothGradients([[2, 4]], (x) => split(x!, [1, 2, 1], { axis: 1 })[1]!)
  await checkBothGradients([[3, 2]], (x) => {
    const [first, , last] = split(x!, 3)
    return add(mul(first!, first!), last!)
  })
  const x = tensor([1, 2, 3])
  expect(grad((t: Tensor) => sum(split(t, 3)[2]!))(x).arraySync()).toEqual([0, 0, 1])
  expectBalanced(() =>
    grad((t: Tensor) => {
      split(t, 3)
      return mul(sum(t), 2)
    })(x),
  )
})

test('refuses bad sections', () => {
  const x = zeros([5, 2])
  expect(() => split(x, 2)).toThrow(ShapeError)
  expect(() => split(x, 2)).toThrow(/split: the axis cannot be cut into equal parts/)
  expect(() => split(x, [2, 2])).toThrow(/do not add up to the axis/)
  expect(() => split(x, 0)).toThrow(ArgumentError)
  expect(() => split(x, [6, -1])).toThrow(/neither a number of parts nor a list of their sizes/)
  expect(() => split(x, 5, { axis: 2 })).toThrow(/axis is outside/)
  expect(() => split(x, 5, 1 as never)).toThrow(/the options are not an object/)
  expect(() => split(zeros([]), 1)).toThrow(ShapeError)
})

test('an empty axis is not cut into more parts than there is room for', () => {
  const empty = zeros([0, 2])
  expect(split(empty, 3).map(({ shape }) => shape)).toEqual([
    [0, 2],
    [0, 2],
    [0, 2],
  ])
  expect(() => split(empty, 2 ** 31)).toThrow(/^split: there are too many parts/)
})
