import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { beforeEach, expect, test } from 'vitest'
import { GradientTape } from '../autodiff/gradient-tape.ts'
import { active } from '../autodiff/recording.ts'
import { vjp } from '../autodiff/vjp.ts'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { add } from '../ops/add.ts'
import { mul } from '../ops/mul.ts'
import { square } from '../ops/square.ts'
import { transpose } from '../ops/transpose.ts'
import { scalar, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { forEachVariable, variable } from '../tensor/variable.ts'
import { memory } from './memory.ts'
import { keep, tidy } from './scope.ts'

/*
 * The safety net: what nobody disposes and nobody can reach is given back when the garbage collector finds it.
 */

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Collects until nothing that the condition waits for is left, for a while at most. */
async function collectUntil(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 50 && !condition(); i++) {
    collectGarbage()
    // Finalizers run in tasks of their own.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

/** Runs in a frame of its own, so that no register still holds what was made. */
function forget(make: () => void): void {
  make()
}

test('a tensor that is forgotten gives its storage back, and is reported', async () => {
  const before = memory()
  forget(() => {
    for (let i = 0; i < 10; i++) zeros([100])
  })
  expect(backend.live()).toBe(10)
  await collectUntil(() => backend.live() === 0)
  expect(backend.live()).toBe(0)
  expect(memory()).toEqual({ ...before, leaked: before.leaked + 10 })
})

test('so do some of many that were made without a pause', async () => {
  const before = memory()
  forget(() => {
    for (let i = 0; i < 1000; i++) {
      const x = zeros([2])
      if (i % 10 !== 0) x.dispose()
    }
  })
  expect(backend.live()).toBe(100)
  await collectUntil(() => backend.live() === 0)
  expect(memory()).toEqual({ ...before, leaked: before.leaked + 100 })
})

test('so does one that left a scope, or was kept', async () => {
  const before = memory()
  forget(() => {
    tidy(() => add(zeros([3]), 1))
    tidy(() => {
      keep(zeros([3]))
      return tidy(() => [zeros([3])])
    })
  })
  expect(backend.live()).toBe(3)
  await collectUntil(() => backend.live() === 0)
  expect(memory()).toEqual({ ...before, leaked: before.leaked + 3 })
})

test('a storage lives as long as one of its views', async () => {
  const view = transpose(tensor([[1, 2]]))
  const before = memory().leaked
  await collectUntil(() => memory().leaked > before)
  expect(memory().leaked).toBe(before + 1)
  expect(view.arraySync()).toEqual([[1], [2]])
  view.dispose()
  expect(backend.live()).toBe(0)
})

test('what was disposed is not given back a second time', async () => {
  const before = memory()
  forget(() => {
    for (let i = 0; i < 10; i++) zeros([3]).dispose()
    tidy(() => void zeros([3]))
    variable(1).dispose()
  })
  // The test backend throws on a second free, which a finalizer would report as an uncaught error.
  for (let i = 0; i < 5; i++) await collectUntil(() => i > 0)
  expect(memory()).toEqual(before)
})

test('a forgotten variable gives back the storage that it holds last', async () => {
  const before = memory()
  forget(() => {
    const w = variable([1, 2])
    using next = tensor([3, 4])
    w.assign(next)
    using wide = tensor([5, 6], { dtype: 'float64' })
    w.assign(wide)
  })
  expect(backend.live()).toBe(1)
  await collectUntil(() => backend.live() === 0)
  expect(memory()).toEqual({ ...before, leaked: before.leaked + 1 })
  const seen: unknown[] = []
  forEachVariable((w) => seen.push(w))
  expect(seen).toEqual([])
})

test('a scope does not hold what left it', async () => {
  const before = memory().leaked
  await (async () => {
    tidy(() => {
      forget(() => {
        tidy(() => keep(scalar(1)))
      })
      // The outermost scope goes on and makes others in the place of the first.
      scalar(2)
    })
  })()
  await collectUntil(() => memory().leaked > before)
  expect(memory().leaked).toBe(before + 1)
})

test('a tape or pullback that is forgotten ends, and gives back what it recorded', async () => {
  const w = variable([1, 2])
  const before = memory()
  forget(() => {
    const tape = new GradientTape()
    tidy(() => void square(w))
    expect(tape).toBeDefined()
  })
  forget(() => {
    tidy(() => {
      vjp((x: Tensor) => mul(square(x), x), w)
    })
  })
  expect(active).not.toBe(0)
  expect(memory().tensors).toBeGreaterThan(before.tensors)
  await collectUntil(() => memory().tensors === before.tensors && active === 0)
  expect(memory()).toEqual(before)
  expect(active).toBe(0)
  expect(square(w).node).toBeNull()
  // All recordings can be opened again.
  const open = Array.from({ length: 31 }, () => new GradientTape())
  for (const tape of open) tape.dispose()
})

test('a pullback that is still held stays usable', async () => {
  const x = tensor([1, 2])
  const { pullback } = vjp((t: Tensor) => square(t), x)
  for (let i = 0; i < 5; i++) await collectUntil(() => i > 0)
  expect(pullback(tensor([1, 1])).arraySync()).toEqual([2, 4])
})
