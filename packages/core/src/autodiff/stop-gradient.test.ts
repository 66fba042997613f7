import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { grad } from './grad.ts'
import { stopGradient } from './stop-gradient.ts'

beforeEach(() => setBackend(testBackend()))

test('is the same values on the same storage', () => {
  const x = tensor([1, 2], { dtype: 'int32' })
  const y = stopGradient(x)
  expect(y).not.toBe(x)
  expect(y.storage).toBe(x.storage)
  x.dispose()
  expect(y.arraySync()).toEqual([1, 2])
})

test('lets no gradient through', () => {
  expect(grad((x: Tensor) => mul(x, stopGradient(x)))(scalar(3)).arraySync()).toBe(3)
  expect(grad((x: Tensor) => sum(stopGradient(square(x))))(tensor([3])).arraySync()).toEqual([0])
})

test('is a constant for every order', () => {
  // d/dx x²·[x] = 2x·[x]; d²/dx² = 2·[x]
  const f = (x: Tensor): Tensor => mul(square(x), stopGradient(x))
  expect(grad(grad(f))(scalar(3)).arraySync()).toBe(6)
})

test('of a variable keeps the value that it had', () => {
  const w = variable([1, 2])
  const y = stopGradient(w)
  w.assign([3, 4])
  expect(y.arraySync()).toEqual([1, 2])
  expect(grad(() => sum(stopGradient(w)))([w])[0].arraySync()).toEqual([0, 0])
})

test('refuses what is not a tensor or disposed', () => {
  expect(() => stopGradient(3 as never)).toThrow(ArgumentError)
  const x = scalar(1)
  x.dispose()
  expect(() => stopGradient(x)).toThrow(DisposedError)
})
