import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { add } from '../ops/add.ts'
import { exp } from '../ops/exp.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { variable } from '../tensor/variable.ts'
import { GradientTape } from './gradient-tape.ts'

beforeEach(() => setBackend(testBackend()))

describe('nested tapes', () => {
  test('give second derivatives', () => {
    const x = variable(3)
    using outer = new GradientTape()
    const inner = new GradientTape()
    const y = mul(x, square(x))
    const first = inner.gradient(y, x)
    expect(first.arraySync()).toBe(27)
    expect(outer.gradient(first, x).arraySync()).toBe(18)
  })

  test('give third derivatives, and each tape only its own', () => {
    const x = variable(2)
    using a = new GradientTape()
    using b = new GradientTape()
    using c = new GradientTape()
    const y = square(square(x))
    const first = c.gradient(y, x)
    const second = b.gradient(first, x)
    expect([first, second, a.gradient(second, x)].map((g) => g.arraySync())).toEqual([32, 48, 48])
  })

  test('may end in any order', () => {
    const x = variable(3)
    const outer = new GradientTape()
    const inner = new GradientTape()
    const y = square(x)
    expect(outer.gradient(y, x).arraySync()).toBe(6)
    const z = mul(x, y)
    expect(inner.gradient(z, x).arraySync()).toBe(27)
    expect(x.node?.mask ?? 0).toBe(0)
  })

  test('that overlap again and again leave no chain of nodes behind', () => {
    const x = variable(3)
    let open = new GradientTape()
    for (let i = 0; i < 20; i++) {
      const next = new GradientTape()
      open.dispose()
      open = next
    }
    open.dispose()
    let length = 0
    for (let node = x.node; node !== null; node = node.parent0) length++
    expect(length).toBeLessThanOrEqual(1)
    using tape = new GradientTape()
    expect(tape.gradient(square(x), x).arraySync()).toBe(6)
  })

  test('inside keep gradients of sources that nobody asked for to themselves', () => {
    const a = variable(2)
    const b = variable(3)
    using outer = new GradientTape()
    const inner = new GradientTape()
    const y = mul(square(a), square(b))
    const first = inner.gradient(y, a)
    // ∂²(a²b²)/∂a∂b = 4ab
    expect(outer.gradient(first, b).arraySync()).toBe(24)
  })

  test('inside that failed do not disturb those around', () => {
    let fails = false
    setBackend(
      testBackend({
        before: (method) => {
          if (fails && method === 'binary') throw new Error('the kernel failed')
        },
      }),
    )
    const x = variable(3)
    using outer = new GradientTape()
    const y = mul(square(x), exp(mul(x, 0)))
    const inner = new GradientTape()
    const z = mul(square(x), square(x))
    fails = true
    expect(() => inner.gradient(z, x)).toThrow('the kernel failed')
    fails = false
    expect(outer.gradient(add(y, z), x).arraySync()).toBe(6 + 108)
  })
})
