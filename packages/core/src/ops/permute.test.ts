import { beforeEach, expect, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { arange, ones, scalar, tensor } from '../tensor/create.ts'
import { permute } from './permute.ts'
import { reshape } from './reshape.ts'
import { square } from './square.ts'

beforeEach(() => setBackend(referenceBackend()))

test('the axes come in the order that is asked for, without a copy', () => {
  const x = reshape(arange(6), [1, 2, 3])
  const y = permute(x, [2, 0, -2])
  expect(y.arraySync()).toEqual([[[0, 3]], [[1, 4]], [[2, 5]]])
  expect(y.storage).toBe(x.storage)
  expect(permute(scalar(3), []).arraySync()).toBe(3)
  expect(permute(ones([0, 2], { dtype: 'int32' }), [1, 0])).toMatchObject({ shape: [2, 0], dtype: 'int32' })
})

test('the gradient goes the other way', () => {
  const x = tensor([1, 2, 3, 4, 5, 6], { shape: [1, 2, 3], dtype: 'float64' })
  checkGradients((y) => square(permute(y, [1, 2, 0])), [x], { order: 2 })
})

test('what is no order of the axes is refused', () => {
  const x = ones([2, 3])
  expect(() => permute(x, undefined as never)).toThrow(ArgumentError)
  expect(() => permute(x, [0])).toThrow(
    /^ShapeError: permute: axes does not name|^permute: axes does not name/,
  )
  for (const axes of [
    [0, 0],
    [0, 2],
    [0, 1, 1],
    [0.5, 1],
  ]) {
    expect(() => permute(x, axes)).toThrow(ShapeError)
  }
  expect(() => permute([1] as never, [0])).toThrow(ArgumentError)
})
