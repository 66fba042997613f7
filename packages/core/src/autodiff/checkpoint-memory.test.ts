import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { exp } from '../ops/exp.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { tanh } from '../ops/tanh.ts'
import { ones } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Variable, variable } from '../tensor/variable.ts'
import { checkpoint } from './checkpoint.ts'
import { grad, valueAndGrad } from './grad.ts'
import { GradientTape } from './gradient-tape.ts'

let peak = 0

beforeEach(() => {
  setBackend(
    testBackend({
      before: (method) => {
        if (method === 'alloc') peak = Math.max(peak, memory().bytes)
      },
    }),
  )
})

/** The most bytes that were alive at once, beyond those before. */
function peakOf(run: () => void): number {
  const before = memory()
  peak = 0
  run()
  expect(memory()).toEqual(before)
  return peak - before.bytes
}

const layers = 32
const size = 1000
/** Saves four values. */
const layer = (x: Tensor): Tensor => tanh(mul(exp(mul(x, 0.1)), square(tanh(x))))
const chain = (f: (x: Tensor) => Tensor, x: Tensor, length: number): Tensor => {
  let y = x
  for (let i = 0; i < length; i++) y = f(y)
  return y
}

describe('of a chain of 32 layers', () => {
  test('a third of the bytes are alive at most, and in groups of layers a sixth', () => {
    const x = ones([size])
    const step = (f: (t: Tensor) => Tensor, length: number) => () =>
      grad((t: Tensor) => tidy(() => sum(chain(f, t, length))))(x).dispose()
    const plain = peakOf(step(layer, layers))
    const each = peakOf(step(checkpoint(layer), layers))
    const groups = peakOf(
      step(
        checkpoint((t: Tensor) => chain(checkpoint(layer), t, 6)),
        layers / 6 + 1,
      ),
    )
    expect(plain).toBeGreaterThan(4 * layers * 4 * size)
    expect(plain / each).toBeGreaterThan(3)
    expect(plain / groups).toBeGreaterThan(6)
  })

  test('the same holds where variables are trained, and in every pass of a persistent tape', () => {
    const w = variable(ones([size]))
    const b = variable(ones([size]))
    const body = (t: Tensor): Tensor => add(layer(mul(t, w)), b)
    const step = (f: (t: Tensor) => Tensor) => () => {
      const { value, grads } = valueAndGrad(() => tidy(() => sum(chain(f, w, layers))))([w, b])
      for (const t of [value, ...grads]) t.dispose()
    }
    expect(peakOf(step(body)) / peakOf(step(checkpoint(body)))).toBeGreaterThan(3)
    const passes = (f: (t: Tensor) => Tensor) => () => {
      const tape = new GradientTape({ persistent: true })
      const y = tidy(() => sum(chain(f, w, layers)))
      for (let i = 0; i < 3; i++) for (const g of tape.gradient(y, [w, b])) g.dispose()
      y.dispose()
      tape.dispose()
    }
    expect(peakOf(passes(body)) / peakOf(passes(checkpoint(body)))).toBeGreaterThan(3)
  })
})

test('between forward and backward only the arguments are alive', () => {
  const f = checkpoint((x: Tensor, w: Variable) => chain(layer, mul(x, w), 10))
  const x = ones([size])
  const w = variable(ones([size]))
  const tape = new GradientTape()
  tape.watch(x)
  const before = memory().bytes
  const y = f(x, w)
  expect(memory().bytes - before).toBe(4 * size)
  y.dispose()
  expect(memory().bytes).toBe(before)
  tape.dispose()
})
