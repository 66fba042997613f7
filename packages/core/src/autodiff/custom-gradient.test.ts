import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { add } from '../ops/add.ts'
import { exp } from '../ops/exp.ts'
import { maximum } from '../ops/maximum.ts'
import { minimum } from '../ops/minimum.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { ones, scalar, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { checkGradients } from './check-gradients.ts'
import { customGradient } from './custom-gradient.ts'
import { grad, valueAndGrad } from './grad.ts'
import { GradientTape } from './gradient-tape.ts'
import { active } from './recording.ts'

beforeEach(() => setBackend(testBackend()))

/** x³ whose rule uses the argument and a value computed on the way. */
const cube = customGradient((x: Tensor) => {
  const xx = square(x)
  return { value: mul(x, xx), gradient: (g) => mul(g, mul(xx, 3)) }
})

describe('the value', () => {
  test('is what the function says, whether something records or not', () => {
    const before = memory()
    const x = tensor([1, 2])
    const y = cube(x)
    expect(y.arraySync()).toEqual([1, 8])
    y.dispose()
    const { value, grads } = valueAndGrad((t: Tensor) => sum(cube(t)))(x)
    expect(value.arraySync()).toBe(9)
    for (const t of [x, value, grads]) t.dispose()
    expect(memory()).toEqual(before)
  })

  test('is a handle of its own, even where the function returns its argument', () => {
    const identity = customGradient((x: Tensor) => ({ value: x, gradient: (g) => g }))
    const x = tensor([1, 2])
    const y = identity(x)
    expect(y).not.toBe(x)
    y.dispose()
    expect(x.arraySync()).toEqual([1, 2])
    expect(grad((t: Tensor) => sum(square(identity(t))))(x).arraySync()).toEqual([2, 4])
  })
})

describe('the gradient', () => {
  test('is the function’s own, not that of its parts', () => {
    const clipped = customGradient((x: Tensor) => ({
      value: mul(x, 1),
      gradient: (g) => minimum(maximum(g, -1), 1),
    }))
    expect(grad((x: Tensor) => sum(mul(clipped(x), tensor([5, -7, 0.5]))))(ones([3])).arraySync()).toEqual([
      1, -1, 0.5,
    ])
  })

  test('uses what the function computed, long after the scopes have ended', () => {
    const g = grad((x: Tensor) => {
      const y = cube(x)
      const total = sum(y)
      y.dispose()
      x.dispose()
      return total
    })(tensor([1, 2]))
    expect(g.arraySync()).toEqual([3, 12])
  })

  test('of several arguments is a list, null where there is none', () => {
    const product = customGradient((x: Tensor, y: Tensor) => ({
      value: mul(x, y),
      gradient: (g) => [mul(g, y), null],
    }))
    const [a, b] = grad((x: Tensor, y: Tensor) => sum(product(x, y)))(tensor([1, 2]), tensor([3, 4]))
    expect([a.arraySync(), b.arraySync()]).toEqual([
      [3, 4],
      [0, 0],
    ])
  })

  test('of a variable sees the value of the forward pass', () => {
    const w = variable([1, 2])
    const { grads } = valueAndGrad(() => {
      const y = sum(cube(w))
      w.assign([10, 20])
      return y
    })([w])
    expect(grads[0].arraySync()).toEqual([3, 12])
  })

  test('can be differentiated again, as often as one likes', async () => {
    expect(grad(grad(cube))(scalar(2)).arraySync()).toBe(12)
    expect(grad(grad(grad(cube)))(scalar(2)).arraySync()).toBe(6)
    const x = tensor([0.3, -1.2], { dtype: 'float64' })
    await checkGradients((t) => cube(cube(t!)), [x], { order: 2 })
  })

  test('is differentiated as it is written, where it is not the true one', () => {
    // The value is x², the rule says g·eˣ: its derivative is eˣ.
    const odd = customGradient((x: Tensor) => ({ value: square(x), gradient: (g) => mul(g, exp(x)) }))
    expect(grad(odd)(scalar(0)).arraySync()).toBe(1)
    expect(grad(grad(odd))(scalar(1)).arraySync()).toBeCloseTo(Math.E, 6)
  })

  test('works on tapes, and twice on a persistent one', () => {
    const w = variable([1, 2])
    const before = memory()
    const tape = new GradientTape({ persistent: true })
    const y = cube(w)
    for (let i = 0; i < 2; i++) {
      const g = tape.gradient(y, w)
      expect(g.arraySync()).toEqual([3, 12])
      g.dispose()
    }
    y.dispose()
    tape.dispose()
    expect(memory()).toEqual(before)
  })
})

describe('mistakes', () => {
  const x = (): Tensor => tensor([1, 2])
  const run = (f: unknown): void => {
    const custom = customGradient(f as Parameters<typeof customGradient<[Tensor]>>[0])
    grad((t: Tensor) => sum(custom(t)))(x())
  }

  test('in the arguments', () => {
    expect(() => customGradient(3 as never)).toThrow(/customGradient: the argument is not a function/)
    expect(() => cube(3 as never)).toThrow(/customGradient: argument 0 is not a tensor/)
    const gone = x()
    gone.dispose()
    expect(() => cube(gone)).toThrow(DisposedError)
  })

  test('in what the function returns', () => {
    expect(() => run((t: Tensor) => mul(t, 1))).toThrow(/did not return \{ value, gradient \}/)
    expect(() => run(() => undefined)).toThrow(ArgumentError)
    expect(() => run(() => ({ value: 1, gradient: () => null }))).toThrow(ArgumentError)
    expect(() => run((t: Tensor) => ({ value: mul(t, 1) }))).toThrow(ArgumentError)
    expect(() => run(async () => ({ value: x(), gradient: () => null }))).toThrow(/returned a Promise/)
    const disposed = (t: Tensor) => {
      const value = mul(t, 1)
      value.dispose()
      return { value, gradient: (g: Tensor) => g }
    }
    expect(() => run(disposed)).toThrow(/customGradient: value was used after dispose/)
    expect(() => customGradient(disposed)(x())).toThrow(DisposedError)
  })

  test('in what the gradient returns', () => {
    const withGradient = (gradient: unknown) => (t: Tensor) => ({ value: mul(t, 1), gradient })
    expect(() => run(withGradient(() => scalar(1)))).toThrow(ShapeError)
    expect(() => run(withGradient(() => scalar(1)))).toThrow(
      /another shape than its argument\.\n {2}gradient: float32\[\]\n {2}argument: float32\[2\]/,
    )
    expect(() => run(withGradient(() => undefined))).toThrow(/gradient 0 is not a tensor/)
    expect(() => run(withGradient((g: Tensor) => [g, g]))).toThrow(/another number of gradients/)
    expect(() => run(withGradient(async (g: Tensor) => g))).toThrow(ArgumentError)
  })

  test('leave memory and recordings as they were', () => {
    const t = x()
    const before = memory()
    const failing = customGradient((u: Tensor) => {
      add(u, 1)
      if (u.size > 0) throw new Error('it failed')
      return { value: u, gradient: () => null }
    })
    const failingLater = customGradient((u: Tensor) => ({
      value: add(u, 1),
      gradient: (): Tensor => {
        throw new Error('it failed')
      },
    }))
    for (const f of [failing, failingLater]) {
      for (let i = 0; i < 40; i++) expect(() => grad((u: Tensor) => sum(f(u)))(t)).toThrow('it failed')
      expect(() => grad((u: Tensor) => sum(grad((v: Tensor) => sum(f(v)))(u)))(t)).toThrow('it failed')
    }
    expect(() => failing(t)).toThrow('it failed')
    expect(memory()).toEqual(before)
    expect([active, t.node]).toEqual([0, null])
  })
})
