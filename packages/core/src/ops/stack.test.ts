import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { full, tensor, zeros } from '../tensor/create.ts'
import {
  at,
  checkBothGradients,
  expectBalanced,
  expectValues,
  forEachTensor,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { stack } from './stack.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each<{ shape: number[]; axis: number }>([
  { shape: [3], axis: 0 },
  { shape: [3], axis: -1 },
  { shape: [2, 3], axis: 1 },
  { shape: [2, 3], axis: -3 },
  { shape: [], axis: 0 },
  { shape: [2, 0], axis: 1 },
])('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  const along = (axis + shape.length + 1) % (shape.length + 1)
  forEachTensor(shape, ({ x, values }, backend) => {
    const y = full(shape, 1, { dtype: x.dtype, backend })
    const out = stack([x, y], { axis })
    expect(out.dtype).toBe(x.dtype)
    expectValues(
      out,
      plain([...shape.slice(0, along), 2, ...shape.slice(along)], (index) =>
        index[along] === 1
          ? 1
          : at(
              values,
              index.filter((_, d) => d !== along),
            ),
      ),
    )
    out.dispose()
    expectBalanced(() => stack([x, y], { axis }))
    y.dispose()
  })
})

test('promotes dtypes', () => {
  const out = stack([tensor([true]), tensor([2], { dtype: 'int32' })])
  expect(out.dtype).toBe('int32')
  expect(out.arraySync()).toEqual([[1], [2]])
})

test('has gradients of both orders', async () => {
  await checkBothGradients(
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => stack([a!, b!, a!], { axis: 1 }),
  )
  await checkBothGradients([[]], (a) => stack([a!, a!]))
})

test('refuses tensors that do not fit', () => {
  const x = zeros([2, 3])
  expect(() => stack([])).toThrow(ArgumentError)
  expect(() => stack([])).toThrow(/stack: the first argument is not an array of at least one tensor/)
  expect(() => stack([x, zeros([1, 3])])).toThrow(ShapeError)
  expect(() => stack([x, zeros([1, 3])])).toThrow(/the tensors have different shapes/)
  expect(() => stack([x, x], { axis: 3 })).toThrow(/axis is outside/)
  expect(() => stack([x, x], 1 as never)).toThrow(/the options are not an object/)
})
