import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError, DTypeError, OutOfMemoryError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { exp } from '../ops/exp.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { sum } from '../ops/sum.ts'
import { scalar, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { defineOp } from './define-op.ts'
import { grad } from './grad.ts'
import { GradientTape } from './gradient-tape.ts'
import { active } from './recording.ts'

beforeEach(() => setBackend(testBackend()))

describe('a tape', () => {
  test('watches trainable variables by itself', () => {
    const w = variable([1, 2])
    const frozen = variable([3, 4], { trainable: false })
    using tape = new GradientTape()
    const loss = sum(mul(square(w), frozen))
    expect(() => tape.gradient(loss, frozen)).toThrow(ArgumentError)
    expect(tape.gradient(loss, w).arraySync()).toEqual([6, 16])
  })

  test('watches variables that are made while it is open', () => {
    using tape = new GradientTape()
    const w = variable([1, 2])
    variable([1], { trainable: false })
    variable([1], { dtype: 'int32' })
    expect(tape.gradient(sum(square(w)), w).arraySync()).toEqual([2, 4])
  })

  test('watches what it is told to, and nothing else where that is wanted', () => {
    const w = variable([1, 2])
    const x = tensor([3, 4])
    using tape = new GradientTape({ watchVariables: false })
    tape.watch(x)
    const loss = sum(mul(w, x))
    expect(() => tape.gradient(loss, w)).toThrow(/a source was not watched/)
    expect(tape.gradient(loss, x).arraySync()).toEqual([1, 2])
  })

  test('gives gradients in the structure of the sources, zeros for those that do not matter', () => {
    const w = variable([1, 2])
    const b = variable(3)
    const unused = variable([5])
    using tape = new GradientTape()
    const loss = add(sum(square(w)), mul(b, 2))
    const gradients = tape.gradient(loss, { layer: [w, b], other: unused, again: w })
    expect(gradients.layer[0]!.arraySync()).toEqual([2, 4])
    expect(gradients.layer[1]!.arraySync()).toBe(2)
    expect(gradients.other.arraySync()).toEqual([0])
    expect(gradients.again.arraySync()).toEqual([2, 4])
    expect(gradients.again).not.toBe(gradients.layer[0])
  })

  test('differentiates the sum of a target of any shape', () => {
    const x = tensor([1, 2, 3])
    using tape = new GradientTape()
    tape.watch(x)
    expect(tape.gradient(square(x), x).arraySync()).toEqual([2, 4, 6])
  })

  test('gives ones for the source itself, and zeros for a constant', () => {
    const w = variable([1, 2])
    using tape = new GradientTape({ persistent: true })
    expect(tape.gradient(w, w).arraySync()).toEqual([1, 1])
    expect(tape.gradient(tensor([1]), w).arraySync()).toEqual([0, 0])
  })

  test('does not see what is computed before or after', () => {
    const w = variable([1, 2])
    const before = square(w)
    const tape = new GradientTape({ persistent: true })
    expect(tape.gradient(sum(before), w).arraySync()).toEqual([0, 0])
    tape.dispose()
    expect(square(w).node).toBeNull()
  })

  test('watches a value in the middle of a computation without cutting it', () => {
    const x = tensor([1, 2])
    using tape = new GradientTape({ persistent: true })
    tape.watch(x)
    const y = square(x)
    tape.watch(y)
    const loss = sum(mul(y, y))
    const [gx, gy] = tape.gradient(loss, [x, y])
    expect(gy!.arraySync()).toEqual([2, 8])
    expect(gx!.arraySync()).toEqual([4, 32])
    expect(tape.gradient(loss, x).arraySync()).toEqual([4, 32])
    expect(tape.gradient(loss, y).arraySync()).toEqual([2, 8])
  })
})

describe('a persistent tape', () => {
  test('gives gradients of several targets and for several sources, each of its own', () => {
    const a = variable([1, 2])
    const b = variable([3, 4])
    using tape = new GradientTape({ persistent: true })
    const loss = sum(mul(square(a), b))
    const other = sum(exp(b))
    for (let i = 0; i < 2; i++) {
      expect(tape.gradient(loss, a).arraySync()).toEqual([6, 16])
      expect(tape.gradient(loss, b).arraySync()).toEqual([1, 4])
      expect(tape.gradient(other, [a, b])[0]!.arraySync()).toEqual([0, 0])
    }
  })

  test('goes on recording after a gradient', () => {
    const w = variable([1, 2])
    using tape = new GradientTape({ persistent: true })
    const y = square(w)
    tape.gradient(y, w)
    const z = mul(y, y)
    expect(tape.gradient(z, w).arraySync()).toEqual([4, 32])
  })

  test('gives back everything when it is disposed', () => {
    const w = variable([1, 2])
    const before = memory()
    const tape = new GradientTape({ persistent: true })
    tidy(() => {
      const loss = sum(square(mul(w, w)))
      tape.gradient(loss, w)
      tape.gradient(loss, [w])
    })
    expect(memory().tensors).toBeGreaterThan(before.tensors)
    tape.dispose()
    expect(memory()).toEqual(before)
    expect(w.node).toBeNull()
    expect(active).toBe(0)
  })

  test('starts anew after a gradient that failed, wherever it failed', () => {
    let left = Infinity
    setBackend(
      testBackend({
        before: (method) => {
          if (method === 'alloc' && left-- <= 0) throw new OutOfMemoryError('no room')
        },
      }),
    )
    const a = variable([1, 2])
    const b = variable([3, 4])
    using tape = new GradientTape({ persistent: true })
    const loss = sum(mul(mul(square(a), b), square(b)))
    const before = memory()
    let failures = 0
    for (let allowed = 0; ; allowed++) {
      left = allowed
      try {
        for (const g of tape.gradient(loss, [a, b])) g.dispose()
        break
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfMemoryError)
        failures++
      } finally {
        left = Infinity
      }
      expect(memory()).toEqual(before)
      const [ga, gb] = tape.gradient(loss, [a, b])
      expect([ga!.arraySync(), gb!.arraySync()]).toEqual([
        [54, 256],
        [27, 192],
      ])
      ga!.dispose()
      gb!.dispose()
    }
    expect(failures).toBeGreaterThan(5)
  })
})

describe('a tape that is used up', () => {
  test('refuses a second gradient, and says what to do', () => {
    const w = variable([1, 2])
    const tape = new GradientTape()
    const loss = sum(square(w))
    tape.gradient(loss, w)
    expect(() => tape.gradient(loss, w)).toThrow(DisposedError)
    expect(() => tape.gradient(loss, w)).toThrow(
      /^GradientTape\.gradient: the tape was already used for a gradient and freed\.\n {2}hint: .*persistent: true/,
    )
    expect(() => tape.watch(w)).toThrow(/GradientTape\.watch: the tape was already used/)
  })

  test('refuses everything once disposed', () => {
    const w = variable([1, 2])
    const tape = new GradientTape({ persistent: true })
    const loss = sum(square(w))
    tape.dispose()
    tape.dispose()
    expect(() => tape.gradient(loss, w)).toThrow(/the tape was disposed/)
    expect(() => tape.watch(w)).toThrow(DisposedError)
  })

  test('is one after a gradient that failed, too', () => {
    const w = variable([1, 2])
    const tape = new GradientTape()
    const loss = sum(square(w))
    expect(() => tape.gradient(loss, tensor([1]))).toThrow(ArgumentError)
    // A source that was not watched is noticed before anything is used up.
    expect(tape.gradient(loss, w).arraySync()).toEqual([2, 4])
    expect(active).toBe(0)
  })
})

test('a tape refuses what it cannot differentiate', () => {
  const w = variable([1, 2])
  using tape = new GradientTape()
  const loss = sum(square(w))
  expect(() => tape.watch(tensor([1], { dtype: 'int32' }))).toThrow(DTypeError)
  expect(() => tape.watch(3 as never)).toThrow(/GradientTape\.watch: x is not a tensor/)
  expect(() => tape.watch([[w], null] as never)).toThrow(/x\[1\] is not a tensor/)
  expect(() => tape.gradient(3 as never, w)).toThrow(/target is not a tensor/)
  expect(() => tape.gradient(tensor([1], { dtype: 'int32' }), w)).toThrow(DTypeError)
  expect(() => tape.gradient(loss, { w: 3 } as never)).toThrow(/sources\.w is not a tensor/)
  const gone = zeros([2])
  gone.dispose()
  expect(() => tape.watch(gone)).toThrow(DisposedError)
  expect(() => tape.gradient(gone, w)).toThrow(DisposedError)
  expect(() => tape.gradient(loss, gone)).toThrow(DisposedError)
  expect(() => new GradientTape({ persist: true } as never)).toThrow(/unknown option "persist"/)
  expect(tape.gradient(loss, w).arraySync()).toEqual([2, 4])
})

test('a tape that ends inside an op stays ended', () => {
  const x = tensor([1, 2])
  const tape = new GradientTape()
  tape.watch(x)
  const ending = defineOp({
    name: 'ending',
    inputs: ['x'],
    forward: (t) => {
      tape.dispose()
      return mul(t, 2)
    },
    vjp: { x: (g) => g },
  })
  expect(ending(x).arraySync()).toEqual([2, 4])
  expect(active).toBe(0)
  expect(grad((t: Tensor) => sum(square(t)))(x).arraySync()).toEqual([2, 4])
})

test('a tape leaves memory as it was, whether used or not', () => {
  const w = variable([1, 2])
  const x: Tensor = scalar(3)
  const before = memory()
  for (const use of [true, false]) {
    const tape = new GradientTape()
    tape.watch(x)
    tidy(() => {
      const y = mul(square(w), x)
      if (use) tape.gradient(y, [w, x])
    })
    tape.dispose()
    expect(memory()).toEqual(before)
    expect([w.node?.mask ?? 0, x.node?.mask ?? 0, active]).toEqual([0, 0, 0])
  }
})

test('setting trainable on a variable of integers does not make tapes watch it', () => {
  const steps = variable(1, { dtype: 'int32' })
  steps.trainable = true
  using tape = new GradientTape()
  expect(() => tape.gradient(scalar(1), steps)).toThrow(/was not watched/)
})
