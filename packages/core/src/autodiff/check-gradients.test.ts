import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DTypeError, TapegradError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { exp } from '../ops/exp.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkGradients } from './check-gradients.ts'
import { customGradient } from './custom-gradient.ts'
import { defineOp } from './define-op.ts'

let backend: TestBackend
let x: Tensor

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
  x = tensor([0.5, -1.25, 2], { dtype: 'float64' })
})

/** x² with any rule. */
function squareWith(rule: (g: Tensor, x: Tensor) => Tensor): (...xs: Tensor[]) => Tensor {
  const op = defineOp({
    name: 'square',
    inputs: ['x'],
    save: ['x'],
    forward: (t) => mul(t, t),
    vjp: { x: (g, saved) => rule(g, saved.x) },
  })
  return (t) => op(t!)
}

const right = squareWith((g, t) => mul(g, mul(2, t)))

test('passes for right rules, of values of any shape, and leaves nothing behind', async () => {
  const before = memory()
  const live = backend.live()
  await checkGradients(right, [x], { order: 2 })
  await checkGradients((a, b) => sum(mul(right(a!), exp(b!))), [x, x], { order: 2 })
  await checkGradients((a) => mul(right(a!), 3), [scalar(2, { dtype: 'float64' })])
  expect(memory().tensors - before.tensors).toBe(1)
  expect(backend.live()).toBe(live + 1)
})

describe('catches', () => {
  test.each([
    ['a factor that is wrong', (g: Tensor, t: Tensor) => mul(g, mul(2.01, t))],
    ['a sign that is wrong', (g: Tensor, t: Tensor) => mul(g, mul(-2, t))],
    ['a forgotten gradient', (_g: Tensor, t: Tensor) => mul(2, t)],
    ['a forgotten value', (g: Tensor, _t: Tensor) => mul(2, g)],
    [
      'one wrong element',
      (g: Tensor, t: Tensor) => mul(g, mul(tensor([2, 2, 2.02], { dtype: 'float64' }), t)),
    ],
    ['NaN', (g: Tensor, t: Tensor) => mul(mul(g, t), Number.NaN)],
  ])('%s', async (_, rule) => {
    const check = checkGradients(squareWith(rule), [x])
    await expect(check).rejects.toThrow(TapegradError)
    await expect(check).rejects.toThrow(/checkGradients: the gradient differs from the finite difference/)
    await expect(check).rejects.toThrow(
      /automatic: .*\n {2}finite difference: .*\n {2}direction: 0\n {2}inputs: \[float64\[3\]\]/,
    )
  })

  test('a second gradient that is wrong, where it is asked for', async () => {
    // The first rule is right, but is made of an op whose own rule is not.
    const wrongInside = squareWith((g, t) => mul(g, constantTwo(t)))
    const constantTwo = (t: Tensor): Tensor =>
      customGradient((u: Tensor) => ({ value: mul(u, 2), gradient: () => null }))(t)
    await checkGradients(wrongInside, [x])
    await expect(checkGradients(wrongInside, [x], { order: 2 })).rejects.toThrow(
      /the second gradient differs/,
    )
  })

  test('a rule that does not repeat itself', async () => {
    let call = 0
    const unsteady = squareWith((g, t) => mul(g, mul(2 + 1e-12 * call++, t)))
    await expect(checkGradients(unsteady, [x])).rejects.toThrow(/differs between two backward passes/)
  })

  test('a wrong gradient of any input', async () => {
    const wrong = squareWith((g, t) => mul(g, mul(3, t)))
    await expect(checkGradients((a, b) => mul(square(a!), wrong(b!)), [x, x])).rejects.toThrow(TapegradError)
  })
})

test('takes tolerances and directions', async () => {
  const almost = squareWith((g, t) => mul(g, mul(2.0001, t)))
  await checkGradients(almost, [x], { rtol: 1e-2, directions: 1 })
  await expect(checkGradients(almost, [x], { rtol: 1e-6, atol: 0 })).rejects.toThrow(TapegradError)
})

test('refuses arguments that make no sense', async () => {
  await expect(checkGradients(3 as never, [x])).rejects.toThrow(
    /checkGradients: the argument is not a function/,
  )
  await expect(checkGradients(right, x as never)).rejects.toThrow(/the inputs are not an array of tensors/)
  await expect(checkGradients(right, [3 as never])).rejects.toThrow(/inputs\[0\] is not a tensor/)
  await expect(checkGradients(right, [tensor([1])])).rejects.toThrow(DTypeError)
  await expect(checkGradients(right, [])).rejects.toThrow(ArgumentError)
  await expect(checkGradients(() => 3 as never, [x])).rejects.toThrow(/did not return a tensor/)
  for (const options of [
    { order: 3 },
    { directions: 0 },
    { directions: 1.5 },
    { epsilon: 0 },
    { rtol: -1 },
    { atol: Number.NaN },
    { tolerance: 1 },
  ]) {
    await expect(checkGradients(right, [x], options as never)).rejects.toThrow(ArgumentError)
  }
})

test('leaves nothing behind when it fails', async () => {
  const before = memory()
  const failing = (...xs: Tensor[]): Tensor => {
    square(xs[0]!)
    throw new Error('it failed')
  }
  await expect(checkGradients(failing, [x])).rejects.toThrow('it failed')
  const wrong = squareWith((g) => mul(g, 7))
  await expect(checkGradients(wrong, [x])).rejects.toThrow(TapegradError)
  expect(memory()).toEqual(before)
})
