import { beforeEach, describe, expect, test } from 'vitest'
import { grad, valueAndGrad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import type { Kernel, KernelKey } from '../backend/kernel-key.ts'
import { requiredBinaryOps, requiredUnaryOps } from '../backend/opcodes.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { DisposedError, OutOfMemoryError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { tidy } from '../memory/scope.ts'
import * as activations from '../ops/activations.ts'
import { add } from '../ops/add.ts'
import * as convolution from '../ops/convolution.ts'
import * as elementwise from '../ops/elementwise.ts'
import * as indexing from '../ops/indexing.ts'
import * as linearAlgebra from '../ops/linear-algebra.ts'
import { matmul } from '../ops/matmul.ts'
import * as movement from '../ops/movement.ts'
import { mul } from '../ops/mul.ts'
import * as neural from '../ops/neural.ts'
import * as normalizations from '../ops/normalizations.ts'
import * as pooling from '../ops/pooling.ts'
import * as reductions from '../ops/reductions.ts'
import { relu } from '../ops/relu.ts'
import { softmaxCrossEntropyWithLogits } from '../ops/softmax-cross-entropy.ts'
import { sub } from '../ops/sub.ts'
import { sum } from '../ops/sum.ts'
import { referenceBackend } from '../reference/index.ts'
import { eye, tensor } from '../tensor/create.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { type Variable, variable } from '../tensor/variable.ts'
import { opCalls } from './op-calls.ts'

/** How many more calls the backend takes before one fails. */
let left = Infinity
let calls = 0

function failing(inner?: Parameters<typeof testBackend>[0]): TestBackend {
  return testBackend({
    ...inner,
    before: (method) => {
      calls++
      if (left-- > 0) return
      throw method === 'alloc'
        ? new OutOfMemoryError('no room', { op: 'alloc' })
        : new Error('the kernel failed')
    },
  })
}

const backends: readonly [string, () => TestBackend][] = [
  ['a backend that has everything', () => failing()],
  [
    'a backend that has little',
    () =>
      failing({
        inner: referenceBackend({
          strided: false,
          maxRank: 4,
          unary: requiredUnaryOps,
          binary: requiredBinaryOps,
        }),
      }),
  ],
]

let backend: TestBackend

function use(make: () => TestBackend): void {
  backend = make()
  setBackend(backend)
}

beforeEach(() => {
  left = Infinity
  use(() => failing())
})

/** Runs `f` with each call of the backend failing once, and returns how often that was. */
function failEverywhere(f: () => void, check: () => void): number {
  calls = 0
  f()
  const count = calls
  for (let n = 0; n < count; n++) {
    left = n
    let thrown: unknown
    try {
      f()
    } catch (error) {
      thrown = error
    } finally {
      left = Infinity
    }
    expect(String(thrown), `call ${n} of ${count}`).toMatch(/no room|the kernel failed/)
    check()
  }
  f()
  return count
}

/** The sum of every element that `call` gives, weighted, so that the second derivative is not zero. */
function lossOf(outputs: Tensor | readonly Tensor[]): Tensor {
  return [outputs]
    .flat()
    .map((y) => sum(mul(y, y)))
    .reduce((a, b) => add(a, b))
}

test('the calls are of every public op', () => {
  const names = [
    elementwise,
    activations,
    indexing,
    linearAlgebra,
    movement,
    neural,
    convolution,
    pooling,
    normalizations,
    reductions,
  ].flatMap((family) =>
    Object.entries(family).flatMap(([name, op]) => (typeof op === 'function' ? [name] : [])),
  )
  const missing = names.filter((name) => !opCalls.some((call) => call.name === name))
  expect(missing).toEqual([])
})

describe.each(backends)('on %s', (_, make) => {
  beforeEach(() => use(make))

  test.each(opCalls)('$name gives everything back wherever it fails', ({ inputs, run }) => {
    const xs = inputs()
    const before = memory()
    const stored = backend.live()
    const count = failEverywhere(
      () => {
        for (const y of [run(...xs)].flat()) y.dispose()
      },
      () => {
        expect(memory()).toEqual(before)
        expect(backend.live()).toBe(stored)
      },
    )
    expect(memory()).toEqual(before)
    expect(xs.every((x) => !x.disposed)).toBe(true)
    expect(count).toBeGreaterThanOrEqual(0)
  })

  test.each(opCalls)('the gradients of $name give everything back wherever they fail', ({ inputs, run }) => {
    const xs = inputs()
    const floats = xs.filter((x) => isFloat(x.dtype))
    if (floats.length === 0) return
    const loss = (...given: Tensor[]): Tensor => {
      let next = 0
      const outputs = run(...xs.map((x) => (isFloat(x.dtype) ? given[next++]! : x)))
      return mul(lossOf(outputs), 1)
    }
    if (!isFloat(tidy(() => loss(...floats)).dtype)) return
    const before = memory()
    const stored = backend.live()
    failEverywhere(
      () => {
        for (const g of [grad(loss)(...floats)].flat()) g.dispose()
      },
      () => {
        expect(memory()).toEqual(before)
        expect(backend.live()).toBe(stored)
      },
    )
    expect(memory()).toEqual(before)
    expect(xs.every((x) => x.node === null)).toBe(true)
  })
})

describe('a fused kernel that fails', () => {
  const keys = [linearAlgebra, movement, neural, normalizations, reductions].flatMap((family) =>
    Object.entries(family).flatMap(([name, key]) =>
      name.endsWith('Kernel') ? [key as unknown as KernelKey<never>] : [],
    ),
  )

  test('leaves nothing behind, in the value and in the gradient', () => {
    const failures = new Set<string>()
    for (const key of keys) {
      backend.kernels.set(key as KernelKey<Kernel>, () => {
        failures.add(key.name)
        throw new Error('the kernel failed')
      })
    }
    for (const { inputs, run } of opCalls) {
      const xs = inputs()
      const floats = xs.filter((x) => isFloat(x.dtype))
      const before = memory()
      const loss = (...given: Tensor[]): Tensor => {
        let next = 0
        return lossOf(run(...xs.map((x) => (isFloat(x.dtype) ? given[next++]! : x))))
      }
      for (const f of [() => run(...xs), () => grad(loss)(...floats)]) {
        try {
          for (const y of [f()].flat()) y.dispose()
        } catch {}
        expect(memory()).toEqual(before)
      }
      for (const x of xs) x.dispose()
    }
    expect(keys.length).toBeGreaterThan(4)
    // Those of gradients run where the value's kernel did not fail before.
    const ofValues = keys.map(({ name }) => name).filter((name) => !name.endsWith('Grad'))
    expect([...failures].sort()).toEqual(ofValues.sort())
  })

  test('in the gradient alone leaves nothing behind', () => {
    let failures = 0
    for (const key of keys.filter(({ name }) => name.endsWith('Grad'))) {
      backend.kernels.set(key as KernelKey<Kernel>, () => {
        failures++
        throw new Error('the kernel failed')
      })
    }
    for (const f of [normalizations.softmax, normalizations.logSoftmax]) {
      const x = tensor([0.5, 0.25, -1])
      const before = memory()
      expect(() => grad((t: Tensor) => sum(mul(f(t), f(t))))(x)).toThrow('the kernel failed')
      expect(memory()).toEqual(before)
    }
    expect(failures).toBe(2)
  })
})

test.each(opCalls)('$name refuses each of its arguments when it is disposed', ({ name, inputs, run }) => {
  inputs().forEach((_, i) => {
    const xs = inputs()
    xs[i]!.dispose()
    const before = memory()
    expect(() => run(...xs)).toThrow(DisposedError)
    expect(() => run(...xs)).toThrow(new RegExp(`^${name}: .* was used after dispose`))
    expect(memory()).toEqual(before)
  })
})

describe('a training step', () => {
  type Network = Readonly<Record<'hidden' | 'bias' | 'out', Variable>>

  const made = (): Network => ({
    hidden: variable([
      [0.1, -0.2, 0.3],
      [0.4, 0.5, -0.6],
    ]),
    bias: variable([0.1, 0, -0.1]),
    out: variable([
      [0.3, 0.1],
      [-0.4, 0.2],
      [0.6, -0.5],
    ]),
  })

  function step(network: Network, x: Tensor, labels: Tensor): number {
    const { value, grads } = valueAndGrad(() => {
      const hidden = relu(add(matmul(x, network.hidden), network.bias))
      return sum(softmaxCrossEntropyWithLogits(matmul(hidden, network.out), labels))
    })(network)
    const gradients = Object.values(grads)
    try {
      const weights = Object.values(network)
      // All values first: a step that fails half way must not leave a network of two steps.
      const next = tidy(() => weights.map((w, i) => sub(w, mul(gradients[i]!, 0.1))))
      weights.forEach((w, i) => w.assign(next[i]!))
      for (const t of next) t.dispose()
      return value.arraySync() as number
    } finally {
      for (const t of [value, ...gradients]) t.dispose()
    }
  }

  test('that fails anywhere is as if it had not been, and the next one is right', () => {
    const x = tensor([1, 2, -1, 0.5], { shape: [2, 2] })
    const labels = eye(2)
    const untouched = made()
    const expected = [step(untouched, x, labels), step(untouched, x, labels)]
    expect(expected[1]).toBeLessThan(expected[0]!)

    const network = made()
    const start = Object.values(network).map((w) => w.arraySync())
    const trial = made()
    calls = 0
    step(trial, x, labels)
    const count = calls
    const before = memory()
    const stored = backend.live()
    let failures = 0
    for (let n = 0; n < count; n++) {
      left = n
      try {
        step(network, x, labels)
        break
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
        failures++
      } finally {
        left = Infinity
      }
      expect(memory()).toEqual(before)
      expect(backend.live()).toBe(stored)
      expect(Object.values(network).map((w) => w.arraySync())).toEqual(start)
    }
    expect(failures).toBeGreaterThan(30)
    expect([step(network, x, labels), step(network, x, labels)]).toEqual(expected)
    expect(Object.values(network).map((w) => w.arraySync())).toEqual(
      Object.values(untouched).map((w) => w.arraySync()),
    )
    expect(memory()).toEqual(before)
  })
})
