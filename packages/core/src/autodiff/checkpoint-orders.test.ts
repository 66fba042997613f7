import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { opCalls } from '../dispatch/op-calls.ts'
import { ArgumentError, DisposedError, OutOfMemoryError } from '../errors/index.ts'
import { random, setSeed } from '../index.ts'
import { memory } from '../memory/memory.ts'
import { keep, tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { exp } from '../ops/exp.ts'
import { mul } from '../ops/mul.ts'
import { sin } from '../ops/sin.ts'
import { softmax } from '../ops/softmax.ts'
import { split } from '../ops/split.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { tanh } from '../ops/tanh.ts'
import { scalar, tensor } from '../tensor/create.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { checkGradients } from './check-gradients.ts'
import { checkpoint } from './checkpoint.ts'
import { customGradient } from './custom-gradient.ts'
import { grad, valueAndGrad } from './grad.ts'
import { GradientTape } from './gradient-tape.ts'
import { hessian } from './hessian.ts'
import { hvp } from './hvp.ts'
import { jacobian } from './jacobian.ts'
import { jvp } from './jvp.ts'
import { active } from './recording.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

const doubles = (...values: number[]): Tensor => tensor(values, { dtype: 'float64' })

describe('nested calls', () => {
  const inner = checkpoint((x: Tensor) => tanh(mul(exp(x), x)))
  const outer = checkpoint((x: Tensor) => mul(sin(inner(inner(x))), x))
  const plain = (x: Tensor): Tensor => {
    const f = (t: Tensor): Tensor => tanh(mul(exp(t), t))
    return mul(sin(f(f(x))), x)
  }

  test('give the gradients of the plain functions, of any order', () => {
    const x = doubles(0.3, -0.8)
    const before = memory()
    tidy(() => {
      const chain = (f: (t: Tensor) => Tensor) => (t: Tensor) => sum(f(f(t)))
      const first = (f: (t: Tensor) => Tensor) => grad(chain(f))
      const second = (f: (t: Tensor) => Tensor) => grad((t: Tensor) => sum(first(f)(t)))
      const third = (f: (t: Tensor) => Tensor) => grad((t: Tensor) => sum(second(f)(t)))
      for (const order of [first, second]) {
        expect(order(outer)(x).arraySync()).toEqual(order(plain)(x).arraySync())
      }
      // The parts of a gradient are added in another order.
      const expected = third(plain)(x).dataSync()
      third(outer)(x)
        .dataSync()
        .forEach((g, i) => expect(Math.abs(g / expected[i]! - 1)).toBeLessThan(1e-13))
    })
    expect(memory()).toEqual(before)
    expect([active, x.node]).toEqual([0, null])
  })

  test('agree with finite differences', async () => {
    await checkGradients((x) => outer(outer(x!)), [doubles(0.3, -0.8)], { order: 2 })
  })

  test('work in jvp, jacobian, hessian and hvp', () => {
    const x = doubles(0.3, -0.8)
    const v = doubles(2, 5)
    const of = (f: (t: Tensor) => Tensor): unknown[] => {
      const total = (t: Tensor): Tensor => sum(mul(f(t), f(t)))
      return [
        ...jvp(f, x, v),
        jacobian(f)(x),
        jacobian(f, { mode: 'forward' })(x),
        hessian(total)(x),
        hvp(total, x, v),
        grad((t: Tensor) => sum(jvp(f, t, v)[1]))(x),
      ].map((t) => t.arraySync())
    }
    expect(of(outer)).toEqual(of(plain))
  })

  test('work on persistent tapes, again and again', () => {
    const w = variable([0.3, -0.8])
    const before = memory()
    const gradients = (f: (t: Tensor) => Tensor): unknown => {
      const tape = new GradientTape({ persistent: true })
      const y = tidy(() => sum(f(f(w))))
      const results = [1, 2, 3].map(() => tidy(() => tape.gradient(y, w).arraySync()))
      tape.dispose()
      y.dispose()
      return results
    }
    expect(gradients(outer)).toEqual(gradients(plain))
    expect(memory()).toEqual(before)
  })

  test('may hold gradients, custom gradients and operations with several values', () => {
    const cube = customGradient((x: Tensor) => {
      const xx = square(x)
      return { value: mul(x, xx), gradient: (g) => mul(g, mul(xx, 3)) }
    })
    const body = (x: Tensor): Tensor => {
      const slope = grad((t: Tensor) => sum(exp(cube(t))))(x)
      const [a, b] = split(mul(slope, cube(x)), 2)
      return mul(a!, sin(b!))
    }
    const once = checkpoint((x: Tensor) => mul(checkpoint(body)(x), sum(cube(x))))
    const whole = (x: Tensor): Tensor => mul(body(x), sum(cube(x)))
    const x = doubles(0.3, 0.4)
    const before = memory()
    tidy(() => {
      for (const order of [
        (f: (t: Tensor) => Tensor) => grad((t: Tensor) => sum(f(t))),
        (f: (t: Tensor) => Tensor) => grad((t: Tensor) => sum(grad((u: Tensor) => sum(f(u)))(t))),
        (f: (t: Tensor) => Tensor) => hessian((t: Tensor) => sum(f(t))),
      ]) {
        expect(order(once)(x).arraySync()).toEqual(order(whole)(x).arraySync())
      }
    })
    expect(memory()).toEqual(before)
  })

  test('remember variables as they were', () => {
    const w = variable([2])
    const body = (inside: (t: Tensor) => Tensor) => (x: Tensor) => {
      const y = inside(mul(x, w))
      w.assign(mul(w, 2))
      return mul(exp(y), inside(y))
    }
    const exponential = (t: Tensor): Tensor => exp(mul(t, w))
    const gradient = (f: (x: Tensor) => Tensor): unknown => {
      w.assign([0.1])
      const { grads } = valueAndGrad((x: Tensor) => sum(mul(f(x), f(x))))(tensor([0.5]))
      return [grads.arraySync(), w.arraySync()]
    }
    expect(gradient(checkpoint(body(checkpoint(exponential))))).toEqual(gradient(body(exponential)))
  })
})

describe('random numbers', () => {
  const dropout = (x: Tensor, generator?: random.Generator): Tensor => {
    const source = generator === undefined ? {} : { generator }
    const mask = random.bernoulli(x.shape, { dtype: 'float64', ...source })
    return exp(mul(mul(x, mask), random.uniform(x.shape, { dtype: 'float64', ...source })))
  }

  test.each([
    ['the default generator', (x: Tensor) => dropout(x)],
    ['seeds', (x: Tensor) => exp(mul(x, random.normal(x.shape, { dtype: 'float64', seed: 3 })))],
    [
      'the default generator, seeded inside',
      (x: Tensor) => {
        const y = dropout(x)
        setSeed(4)
        return mul(dropout(x), y)
      },
    ],
  ] as const)('of %s repeat, and go on as if it had run once', (_, layer) => {
    const run = (f: (x: Tensor) => Tensor): unknown => {
      setSeed(1)
      const g = grad((x: Tensor) => sum(mul(f(x), f(x))))(doubles(1, 2, 3))
      return [g.arraySync(), random.uniform([2]).arraySync()]
    }
    expect(run(checkpoint(layer))).toEqual(run(layer))
    expect(run(checkpoint((x) => mul(checkpoint(layer)(x), layer(x))))).toEqual(
      run((x) => mul(layer(x), layer(x))),
    )
  })

  test('of a generator of one’s own do too, even one that is made in the first call', () => {
    const run = (wrap: typeof checkpoint | null): unknown => {
      setSeed(1)
      let own: random.Generator | undefined
      const layer = (x: Tensor): Tensor => {
        own ??= random.defaultGenerator().split(1)[0]!
        return mul(dropout(x, own), dropout(x))
      }
      const f = wrap === null ? layer : wrap(layer)
      const g = grad((x: Tensor) => sum(mul(f(x), f(x))))(doubles(1, 2, 3))
      return [g.arraySync(), own!.state, random.uniform([2]).arraySync()]
    }
    expect(run(checkpoint)).toEqual(run(null))
  })

  test('are the same in every order of derivatives', () => {
    const layer = checkpoint((x: Tensor) => softmax(dropout(x)))
    const run = (f: (x: Tensor) => Tensor): unknown => {
      setSeed(1)
      return hessian((x: Tensor) => sum(square(f(x))))(doubles(0.1, 0.2)).arraySync()
    }
    expect(run(layer)).toEqual(run((x) => softmax(dropout(x))))
  })
})

describe('of every op', () => {
  test.each(opCalls)('$name: first and second gradients are the same', ({ inputs, run }) => {
    const given = inputs()
    const floats = given.filter((x) => isFloat(x.dtype))
    if (floats.length === 0) return
    const call = (...xs: readonly Tensor[]): Tensor[] => {
      let next = 0
      return [run(...given.map((x) => (isFloat(x.dtype) ? xs[next++]! : x)))].flat()
    }
    if (tidy(() => call(...floats)).some((y) => !isFloat(y.dtype))) return
    const loss =
      (f: (...xs: readonly Tensor[]) => Tensor[]) =>
      (...xs: Tensor[]): Tensor =>
        f(...xs)
          .map((y) => sum(mul(y, y)))
          .reduce((a, b) => add(a, b))
    const slope =
      (f: (...xs: readonly Tensor[]) => Tensor[]) =>
      (...xs: Tensor[]): Tensor =>
        [grad(loss(f))(...xs)]
          .flat()
          .map((g) => sum(mul(g, g)))
          .reduce((a, b) => add(a, b))
    const before = memory()
    tidy(() => {
      const again = checkpoint(call)
      for (const order of [loss, slope]) {
        const [actual, expected] = [again, call].map((f) => [grad(order(f))(...floats)].flat())
        expect(actual!.map((g) => g.arraySync())).toEqual(expected!.map((g) => g.arraySync()))
      }
    })
    expect(memory()).toEqual(before)
  })
})

describe('refused', () => {
  const x = (): Tensor => tensor([1, 2])

  test('are what is no function, and arguments and values that are no structures', () => {
    expect(() => checkpoint(3 as never)).toThrow(/checkpoint: the argument is not a function/)
    const f = checkpoint((t: Tensor) => exp(t))
    expect(() => f(3 as never)).toThrow(/checkpoint: the argument is not a tensor/)
    expect(() => checkpoint((a: Tensor, _b: Tensor) => a)(x(), null as never)).toThrow(/argument 1 is not/)
    const gone = x()
    gone.dispose()
    expect(() => f(gone)).toThrow(DisposedError)
    for (const run of [
      (g: unknown) => checkpoint(g as (t: Tensor) => Tensor)(x()),
      (g: unknown) => grad((t: Tensor) => sum(checkpoint(g as (u: Tensor) => Tensor)(t)))(x()),
    ]) {
      expect(() => run(() => 3)).toThrow(/checkpoint: the function's value is not a tensor/)
      expect(() => run(() => undefined)).toThrow(ArgumentError)
      expect(() => run(async () => x())).toThrow(/checkpoint: the function returned a Promise/)
    }
    expect(active).toBe(0)
  })

  test('is a function that does something else when it runs again', () => {
    for (const [first, second] of [
      [(t: Tensor) => exp(t), (t: Tensor) => sin(t)],
      [(t: Tensor) => exp(t), (t: Tensor) => exp(exp(t))],
      [(t: Tensor) => exp(exp(t)), (t: Tensor) => exp(t)],
      [(t: Tensor) => exp(t), () => x()],
    ] as const) {
      let calls = 0
      const f = checkpoint((t: Tensor) => (calls++ === 0 ? first(t) : second(t)))
      const t = x()
      const before = memory()
      const run = (): void => grad((u: Tensor) => sum(f(u)))(t).dispose()
      expect(run).toThrow(ArgumentError)
      calls = 0
      expect(run).toThrow(/^checkpoint: the function computed something else when it ran again/)
      expect([active, t.node]).toEqual([0, null])
      expect(memory().tensors - before.tensors).toBeLessThanOrEqual(2)
    }
  })

  test('is to read a tensor from around that was disposed meanwhile', () => {
    const f = (u: Tensor): Tensor => {
      const scale = tensor([3, 4])
      const y = checkpoint((t: Tensor) => exp(mul(t, scale)))(u)
      scale.dispose()
      return sum(y)
    }
    const t = x()
    const before = memory()
    expect(() => grad(f)(t)).toThrow(DisposedError)
    expect(() => grad(f)(t)).toThrow(
      /^checkpoint: the function reads what is gone when it runs again in the backward pass\.\n {2}hint: pass the tensor to the function as an argument/,
    )
    expect(memory()).toEqual(before)
  })

  test('and everything given back, wherever it fails', () => {
    let left = Infinity
    setBackend(
      testBackend({
        before: (method) => {
          if (method === 'alloc' && left-- <= 0) throw new OutOfMemoryError('no room')
        },
      }),
    )
    const w = variable([2, 3])
    const layer = checkpoint((t: Tensor) => mul(exp(mul(t, w)), random.uniform([2])))
    const outer = checkpoint((t: Tensor) => tanh(layer(layer(t))))
    const t = x()
    const before = memory()
    for (const run of [
      () => grad((u: Tensor) => sum(outer(outer(u))))(t).dispose(),
      () => grad((u: Tensor) => sum(grad((v: Tensor) => sum(outer(v)))(u)))(t).dispose(),
    ]) {
      let failures = 0
      for (let allowed = 0; ; allowed++) {
        left = allowed
        try {
          run()
          break
        } catch (error) {
          expect(error).toBeInstanceOf(OutOfMemoryError)
          failures++
        } finally {
          left = Infinity
        }
        expect(memory()).toEqual(before)
        expect([active, t.node, w.node]).toEqual([0, null, null])
      }
      expect(failures).toBeGreaterThan(20)
      expect(memory()).toEqual(before)
    }
  })

  test('not a tape that goes on after a failure', () => {
    let fails = false
    setBackend(
      testBackend({
        before: (method) => {
          if (fails && method === 'unary') throw new Error('the kernel failed')
        },
      }),
    )
    const w = variable([0.5, 1])
    const layer = checkpoint((t: Tensor) => exp(mul(exp(t), w)))
    const plain = (t: Tensor): Tensor => exp(mul(exp(t), w))
    const before = memory()
    const tape = new GradientTape({ persistent: true })
    const y = tidy(() => sum(layer(layer(w))))
    fails = true
    expect(() => tape.gradient(y, w)).toThrow('the kernel failed')
    fails = false
    w.assign([7, 8])
    const g = tape.gradient(y, w)
    w.assign([0.5, 1])
    expect(g.arraySync()).toEqual(grad(() => sum(plain(plain(w))))([w])[0].arraySync())
    tape.dispose()
    y.dispose()
    g.dispose()
    expect(memory().tensors - before.tensors).toBe(1)
  })
})

test('a tensor that is kept inside leaves the computation', () => {
  const kept: Tensor[] = []
  const f = checkpoint((t: Tensor) => {
    const y = exp(t)
    kept.push(keep(y))
    return mul(y, y)
  })
  grad((t: Tensor) => f(t))(scalar(0)).dispose()
  expect(kept.map((t) => t.arraySync())).toEqual([1, 1])
  expect(grad((t: Tensor) => mul(t, kept[0]!))(scalar(5)).arraySync()).toBe(1)
})
