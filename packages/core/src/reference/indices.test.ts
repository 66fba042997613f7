import { expect, test } from 'vitest'
import { IndexError } from '../errors/index.ts'
import { dtypes } from '../tensor/dtype.ts'
import { referenceBackend } from './index.ts'
import { contents, input, output } from './test-views.ts'

const backend = referenceBackend()
const unchecked = referenceBackend({ checksIndices: false })
const { NaN: nan } = Number

test.each(dtypes)('gathers %s', (dtype) => {
  const out = output(backend, dtype, [3])
  backend.gather(input(backend, dtype, [0, 1]), input(backend, 'int32', [1, 0, 1]), 0, out)
  expect(contents(out)).toEqual([1, 0, 1])
})

test('gathers rows with an index that repeats', () => {
  // x = [[1, 4], [2, 5], [3, 6]]
  const x = input(backend, 'float32', [1, 2, 3, 4, 5, 6], { shape: [3, 2], strides: [1, 3] })
  const index = input(backend, 'int32', [2, 0, 0, 1], { shape: [4, 2], strides: [1, 0] })
  const out = output(backend, 'float32', [4, 2])
  backend.gather(x, index, 0, out)
  expect(contents(out)).toEqual([3, 6, 1, 4, 1, 4, 2, 5])
})

test('gathers one element of each row', () => {
  const x = input(backend, 'float64', [1, 2, 3, 4, 5, 6], { shape: [2, 3] })
  const out = output(backend, 'float64', [2, 1])
  backend.gather(x, input(backend, 'int32', [2, 0], { shape: [2, 1] }), 1, out)
  expect(contents(out)).toEqual([3, 4])
})

test('gathers along the middle of three axes', () => {
  const x = input(
    backend,
    'int32',
    Array.from({ length: 12 }, (_, i) => i),
    { shape: [2, 3, 2] },
  )
  const index = input(backend, 'int32', [2, 1], { shape: [2, 2, 2], strides: [0, 1, 0] })
  const out = output(backend, 'int32', [2, 2, 2])
  backend.gather(x, index, 1, out)
  expect(contents(out)).toEqual([4, 5, 2, 3, 10, 11, 8, 9])
})

test.each(dtypes)('scatters %s', (dtype) => {
  const out = output(backend, dtype, [3])
  backend.scatterAdd(input(backend, 'int32', [2, 0]), input(backend, dtype, [1, 1]), 0, out)
  expect(contents(out)).toEqual([1, 0, 1])
})

test('scatters rows and adds where indices coincide', () => {
  const index = input(backend, 'int32', [0, 2, 0], { shape: [3, 2], strides: [1, 0] })
  const updates = input(backend, 'float32', [1, 2, 3, 10, 20, 30], { shape: [3, 2], strides: [1, 3] })
  const out = output(backend, 'float32', [3, 2])
  backend.scatterAdd(index, updates, 0, out)
  expect(contents(out)).toEqual([4, 40, 0, 0, 2, 20])
})

test('scatters along the last axis', () => {
  const index = input(backend, 'int32', [1, 0, 2, 2], { shape: [2, 2] })
  const updates = input(backend, 'int32', [5, 6, 7, 8], { shape: [2, 2] })
  const out = output(backend, 'int32', [2, 3])
  backend.scatterAdd(index, updates, 1, out)
  expect(contents(out)).toEqual([6, 5, 0, 0, 0, 15])
})

test('scattered sums are rounded once and integers wrap', () => {
  const index = input(backend, 'int32', [0], { shape: [3], strides: [0] })
  const floats = output(backend, 'float32', [1])
  backend.scatterAdd(index, input(backend, 'float32', [2 ** 24, 1, 1]), 0, floats)
  expect(contents(floats)).toEqual([2 ** 24 + 2])
  const integers = output(backend, 'int32', [1])
  backend.scatterAdd(index, input(backend, 'int32', [2 ** 31 - 1, 1, 1]), 0, integers)
  expect(contents(integers)).toEqual([-(2 ** 31) + 1])
})

test.each([-1, 3, -(2 ** 31)])('index %d of 3 throws', (wrong) => {
  const x = input(backend, 'float32', [1, 2, 3])
  const index = input(backend, 'int32', [0, wrong])
  const gather = () => backend.gather(x, index, 0, output(backend, 'float32', [2]))
  expect(gather).toThrow(IndexError)
  expect(gather).toThrow(`index: ${wrong}`)
  expect(gather).toThrow('expected: an integer from 0 to 2')
  const out = output(backend, 'float32', [3])
  const scatter = () => backend.scatterAdd(index, input(backend, 'float32', [1, 1]), 0, out)
  expect(scatter).toThrow(IndexError)
  expect(scatter).toThrow('scatterAdd: an index lies outside the axis')
  // Nothing is written by a call that fails.
  expect(contents(out)).toEqual([99, 99, 99])
})

test.each([
  ['float32', nan],
  ['float64', nan],
  ['int32', 0],
  ['uint8', 0],
  ['bool', 0],
] as const)('without checks, %s gathered from nowhere is %d and scatter drops', (dtype, nothing) => {
  const index = input(unchecked, 'int32', [-1, 1, 2])
  const gathered = output(unchecked, dtype, [3])
  unchecked.gather(input(unchecked, dtype, [0, 1]), index, 0, gathered)
  expect(contents(gathered)).toEqual([nothing, 1, nothing])
  const scattered = output(unchecked, dtype, [2])
  unchecked.scatterAdd(index, input(unchecked, dtype, [1, 1, 1]), 0, scattered)
  expect(contents(scattered)).toEqual([0, 1])
})
