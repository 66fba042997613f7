import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  ShapeError,
  UnsupportedError,
} from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { exp } from '../ops/exp.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { transpose } from '../ops/transpose.ts'
import { referenceBackend } from '../reference/index.ts'
import { ones, scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { grad } from './grad.ts'
import { active } from './recording.ts'
import { vjp } from './vjp.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

describe('vjp', () => {
  test('gives the value, and the product of a vector with the Jacobian', () => {
    const before = memory()
    const x = tensor([1, 2, 3])
    const { value, pullback } = vjp((t: Tensor) => square(t), x)
    expect(value.arraySync()).toEqual([1, 4, 9])
    const g = pullback(tensor([1, 10, 100]))
    expect(g.arraySync()).toEqual([2, 40, 600])
    for (const t of [x, value, g]) t.dispose()
    expect(memory().tensors - before.tensors).toBe(1)
  })

  test('takes several arguments and structures', () => {
    const w = variable([2, 3])
    const { pullback } = vjp((p: { x: Tensor }, q: Tensor) => mul(p.x, q), { x: tensor([5, 7]) }, w)
    const [p, q] = pullback(ones([2]))
    expect(p.x.arraySync()).toEqual([2, 3])
    expect(q.arraySync()).toEqual([5, 7])
  })

  test('can be differentiated by what is around it', () => {
    // d/dx of (d/dy y²x)(g=1) at y = x: d/dx 2x·x = 4x
    const f = (x: Tensor): Tensor => {
      const { pullback } = vjp((y: Tensor) => mul(square(y), x), x)
      return pullback(scalar(1))
    }
    expect(grad(f)(scalar(3)).arraySync()).toBe(12)
  })

  test('is linear in the vector, and can be differentiated for it later', () => {
    const { pullback } = vjp((x: Tensor) => square(x), tensor([1, 2]))
    expect(grad((g: Tensor) => sum(pullback(g)))(tensor([5, 5])).arraySync()).toEqual([2, 4])
  })

  test('outlives the scopes in which it was made, and early disposal of value and arguments', () => {
    const before = memory()
    const product = tidy(() => {
      const x = transpose(tensor([[1, 2]]))
      const made = vjp((t: Tensor) => exp(mul(t, 0)), x)
      made.value.dispose()
      return { run: made.pullback }
    })
    tidy(() => expect(product.run(ones([2, 1])).arraySync()).toEqual([[0], [0]]))
    expect(memory()).toEqual(before)
  })

  test('gives zeros where the value does not depend on the argument', () => {
    const { pullback } = vjp((_x: Tensor) => scalar(1), tensor([1, 2]))
    expect(pullback(scalar(1)).arraySync()).toEqual([0, 0])
  })
})

describe('a pullback', () => {
  test('can be called once', () => {
    const { pullback } = vjp((x: Tensor) => square(x), scalar(3))
    pullback(scalar(1))
    expect(() => pullback(scalar(1))).toThrow(DisposedError)
    expect(() => pullback(scalar(1))).toThrow(
      'pullback: the tape was already used for a gradient and freed.\n  hint: call vjp again for another pullback',
    )
  })

  test('that is not called is freed by dispose, as often as one likes', () => {
    const x = scalar(3)
    const before = memory()
    const { value, pullback, dispose } = vjp((t: Tensor) => square(square(t)), x)
    value.dispose()
    dispose()
    dispose()
    expect(memory()).toEqual(before)
    expect(() => pullback(scalar(1))).toThrow(DisposedError)
  })

  test('refuses a vector that does not fit, and can be called again', () => {
    const { pullback } = vjp((x: Tensor) => square(x), tensor([1, 2]))
    expect(() => pullback(scalar(1))).toThrow(ShapeError)
    expect(() => pullback(scalar(1))).toThrow(/pullback: .*\n {2}g: float32\[\]\n {2}value: float32\[2\]/)
    expect(() => pullback(tensor([1, 1], { dtype: 'int32' }))).toThrow(DTypeError)
    expect(() => pullback(ones([2], { backend: referenceBackend() as never }))).toThrow(BackendMismatchError)
    expect(() => pullback(3 as never)).toThrow(ArgumentError)
    const gone = ones([2])
    gone.dispose()
    expect(() => pullback(gone)).toThrow(/pullback: g was used after dispose/)
    expect(pullback(ones([2])).arraySync()).toEqual([2, 4])
  })
})

test('refuses functions and values that make no sense, and leaves nothing open', () => {
  const x = tensor([1, 2])
  const before = memory()
  const run = (f: unknown): void => void vjp(f as (t: Tensor) => Tensor, x)
  expect(() => run(3)).toThrow(/vjp: the argument is not a function/)
  expect(() => run(() => 3)).toThrow(/vjp: the function did not return a tensor/)
  expect(() => run(async () => x)).toThrow(/vjp: the function returned a Promise/)
  expect(() => run((t: Tensor) => tidy(() => void square(t)))).toThrow(ArgumentError)
  expect(() =>
    run((t: Tensor) => {
      const y = square(t)
      y.dispose()
      return y
    }),
  ).toThrow(DisposedError)
  expect(() =>
    run(() => {
      throw new Error('it failed')
    }),
  ).toThrow('it failed')
  expect(() => vjp((t: Tensor) => t, tensor([1], { dtype: 'int32' }))).toThrow(DTypeError)
  expect(() => vjp(() => x)).toThrow(/nothing to differentiate/)
  expect(memory().tensors - before.tensors).toBe(1)
  expect(active).toBe(0)
})

test('more than 31 open ones are refused, until some are disposed', () => {
  const open = Array.from({ length: 31 }, () => vjp((x: Tensor) => square(x), scalar(1)))
  expect(() => vjp((x: Tensor) => square(x), scalar(1))).toThrow(UnsupportedError)
  expect(() => grad((x: Tensor) => square(x))(scalar(1))).toThrow(
    /hint: dispose gradient tapes and pullbacks/,
  )
  open[7]!.dispose()
  expect(grad((x: Tensor) => square(x))(scalar(1)).arraySync()).toBe(2)
  for (const { pullback } of open.toSpliced(7, 1)) expect(pullback(scalar(1)).arraySync()).toBe(2)
  expect(active).toBe(0)
})
