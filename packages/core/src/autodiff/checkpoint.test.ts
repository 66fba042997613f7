import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { setBackend, withBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { random } from '../index.ts'
import { memory } from '../memory/memory.ts'
import { add } from '../ops/add.ts'
import { exp } from '../ops/exp.ts'
import { mul } from '../ops/mul.ts'
import { sin } from '../ops/sin.ts'
import { split } from '../ops/split.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { tanh } from '../ops/tanh.ts'
import { scalar, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Variable, variable } from '../tensor/variable.ts'
import { checkpoint } from './checkpoint.ts'
import { grad, valueAndGrad } from './grad.ts'
import { GradientTape } from './gradient-tape.ts'
import { active } from './recording.ts'
import { vjp } from './vjp.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

/** How often a function ran. */
function counted<A extends readonly unknown[], Y>(f: (...args: A) => Y) {
  const run = (...args: A): Y => {
    run.calls++
    return f(...args)
  }
  run.calls = 0
  return run
}

describe('checkpoint', () => {
  test('gives the values and gradients of the function, and leaves nothing behind', () => {
    const f = counted((x: Tensor, y: Tensor) => tanh(mul(exp(x), mul(x, y))))
    const once = checkpoint(f)
    const [x, y] = [tensor([0.5, -1]), tensor([2, 3])]
    const before = memory()
    const plain = valueAndGrad((p: Tensor, q: Tensor) => sum(f(p, q)))(x, y)
    f.calls = 0
    const { value, grads } = valueAndGrad((p: Tensor, q: Tensor) => sum(once(p, q)))(x, y)
    expect(f.calls).toBe(2)
    expect(value.arraySync()).toBe(plain.value.arraySync())
    expect(grads.map((g) => g.arraySync())).toEqual(plain.grads.map((g) => g.arraySync()))
    for (const t of [value, ...grads, plain.value, ...plain.grads]) t.dispose()
    expect(memory()).toEqual(before)
    expect([active, x.node, y.node]).toEqual([0, null, null])
  })

  test('disposes what the function makes beside its value, whether something records or not', () => {
    const made: Tensor[] = []
    const f = checkpoint((x: Tensor) => {
      const inside = exp(x)
      made.push(inside)
      return square(inside)
    })
    const x = tensor([1])
    const before = memory()
    f(x).dispose()
    expect(memory()).toEqual(before)
    grad((t: Tensor) => sum(f(t)))(x).dispose()
    expect(made.map((t) => t.disposed)).toEqual([true, true, true])
    expect(memory()).toEqual(before)
  })

  test('does not run again where no rule wants a value, or nothing is watched', () => {
    const f = counted((x: Tensor) => add(x, 1))
    expect(grad((x: Tensor) => sum(checkpoint(f)(x)))(tensor([1, 2])).arraySync()).toEqual([1, 1])
    expect(f.calls).toBe(1)
    const g = counted((x: Tensor) => exp(x))
    const x = tensor([1])
    grad((t: Tensor) => sum(mul(t, checkpoint(g)(x))))(x)
    checkpoint(g)(x)
    expect(g.calls).toBe(2)
  })

  test('takes and gives structures, and the types stay', () => {
    const f = checkpoint((p: { w: Tensor; list: readonly [Tensor] }, x: Tensor) => ({
      y: mul(exp(p.w), x),
      rest: [sin(p.list[0]), x] as const,
    }))
    expectTypeOf(f).returns.toEqualTypeOf<{ y: Tensor; rest: readonly [Tensor, Tensor] }>()
    const loss = (p: { w: Tensor; list: readonly [Tensor] }, x: Tensor): Tensor => {
      const { y, rest } = f(p, x)
      return sum(mul(y, mul(rest[0], rest[1])))
    }
    const [p, x] = grad(loss)({ w: scalar(0), list: [scalar(0)] }, scalar(3))
    // eʷ · x² · sin(l)
    expect([p.w, p.list[0], x].map((g) => g.arraySync())).toEqual([0, 9, 0])
  })

  test('of several values may use some', () => {
    const f = checkpoint((x: Tensor) => [exp(x), square(x), split(mul(x, x), 2)[1]!] as const)
    const g = grad((x: Tensor) => {
      const [, second, third] = f(x)
      return add(sum(second), sum(third))
    })(tensor([1, 2]))
    expect(g.arraySync()).toEqual([2, 8])
  })

  test('passes integers and arguments on, and may return what it got', () => {
    const f = checkpoint((x: Tensor, i: Tensor) => [x, mul(exp(x), i)] as const)
    const counts = tensor([2, 3], { dtype: 'int32' })
    const g = grad((x: Tensor) => {
      const [same, y] = f(x, counts)
      return sum(mul(same, y))
    })(tensor([0, 0]))
    expect(g.arraySync()).toEqual([2, 3])
    const x = tensor([1])
    const y = checkpoint((t: Tensor) => t)(x)
    y.dispose()
    expect(x.arraySync()).toEqual([1])
  })

  test('lets the function and the caller dispose early', () => {
    const f = checkpoint((x: Tensor) => {
      const y = exp(x)
      const z = mul(y, x)
      x.dispose()
      y.dispose()
      return z
    })
    const before = memory()
    const x = tensor([0, 1])
    const g = grad((t: Tensor) => {
      const u = sin(t)
      const y = f(u)
      u.dispose()
      t.dispose()
      x.dispose()
      const total = sum(y)
      y.dispose()
      return total
    })(x)
    expect(g.arraySync()).toEqual(
      grad((t: Tensor) => sum(mul(exp(sin(t)), sin(t))))(tensor([0, 1])).arraySync(),
    )
    g.dispose()
    expect(memory().tensors - before.tensors).toBe(2)
  })
})

describe('what the function reads from around it', () => {
  test('variables get their gradients', () => {
    const w = variable([1, 2])
    const b = variable([0.5])
    const layer = checkpoint((x: Tensor) => tanh(add(mul(x, w), b)))
    const plain = (x: Tensor): Tensor => tanh(add(mul(x, w), b))
    const x = tensor([0.1, 0.2])
    const gradients = (f: (t: Tensor) => Tensor): unknown =>
      grad(() => sum(f(f(x))))([w, b]).map((g) => g.arraySync())
    expect(gradients(layer)).toEqual(gradients(plain))
    using tape = new GradientTape()
    const loss = sum(layer(x))
    expect(tape.gradient(loss, w).arraySync()).toEqual(grad(() => sum(plain(x)))([w])[0].arraySync())
  })

  test('tensors do too', () => {
    const f = (x: Tensor): Tensor => {
      const y = square(x)
      return checkpoint((t: Tensor) => exp(mul(t, y)))(x)
    }
    // e^(x³)
    const g = grad((x: Tensor) => f(x))(scalar(1, { dtype: 'float64' }))
    expect(g.arraySync()).toBeCloseTo(3 * Math.E, 12)
  })

  test('variables have their first values when it runs again', () => {
    const w = variable([1, 2])
    const f = checkpoint((x: Tensor) => exp(mul(x, w)))
    const { value, pullback } = vjp((x: Tensor) => f(x), tensor([0, 0]))
    w.assign([10, 20])
    w.assign([30, 40])
    expect(value.arraySync()).toEqual([1, 1])
    expect(pullback(tensor([1, 1])).arraySync()).toEqual([1, 2])
    expect(w.arraySync()).toEqual([30, 40])
  })

  test('is assigned once, as if it ran once', () => {
    const mean = variable([0], { trainable: false })
    const f = checkpoint((x: Tensor) => {
      const y = mul(exp(x), add(mean, 1))
      mean.assign(add(mul(mean, 0.5), x))
      return y
    })
    const before = memory()
    const g = grad((x: Tensor) => sum(mul(f(x), f(x))))(tensor([2]))
    // The second call sees the mean of the first, also when both run again: e²ˣ · 1 · (x + 1), but the mean is a constant.
    expect(g.arraySync()).toEqual(
      grad((x: Tensor) => sum(mul(exp(x), mul(exp(x), 3))))(tensor([2])).arraySync(),
    )
    expect(mean.arraySync()).toEqual([3])
    g.dispose()
    expect(memory().storages - before.storages).toBeLessThanOrEqual(3)
  })

  test('may be a variable that it gets as its argument', () => {
    const w = variable([0.5, 1])
    const f = checkpoint((p: { readonly w: Variable }) => exp(square(p.w)))
    const { grads } = valueAndGrad(() => {
      const loss = sum(f({ w }))
      w.assign([7, 7])
      return loss
    })([w])
    const expected = [2 * 0.5 * Math.exp(0.25), 2 * Math.exp(1)]
    grads[0].dataSync().forEach((g, i) => expect(g).toBeCloseTo(expected[i]!, 5))
  })

  test('makes its variables in the first call, which then saves everything', () => {
    let w: Variable | undefined
    const f = counted((x: Tensor) => {
      w ??= variable(random.normal([2], { seed: 1 }))
      return exp(mul(mul(x, w), random.uniform([2])))
    })
    const once = checkpoint(f)
    const x = tensor([1, 2])
    grad((t: Tensor) => sum(once(t)))(x)
    expect(f.calls).toBe(1)
    grad((t: Tensor) => sum(once(t)))(x)
    expect(f.calls).toBe(3)
    // In a call around one that makes variables as well.
    w = undefined
    f.calls = 0
    grad((t: Tensor) => sum(checkpoint((u: Tensor) => once(once(u)))(t)))(x)
    expect(f.calls).toBe(3)
  })

  test('is made on the backend of the first time', () => {
    const other = testBackend()
    const x = tensor([1, 2], { backend: other })
    const f = checkpoint((t: Tensor) => exp(mul(t, tensor([3, 4]))))
    const { pullback } = withBackend(other, () => vjp((t: Tensor) => f(t), x))
    const g = pullback(tensor([1, 1], { backend: other }))
    expect(g.arraySync()).toEqual(
      grad((t: Tensor) => sum(exp(mul(t, tensor([3, 4], { backend: other })))))(x).arraySync(),
    )
    expect(zeros([1]).storage.backend).toBe(backend)
  })
})
