import {
  type AdamStep,
  adamKernel,
  type Data,
  GradientTape,
  getBackend,
  memory,
  ones,
  setBackend,
  sgdKernel,
  square,
  sum,
  tensor,
  transpose,
  Variable,
  type View,
  variable,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, expect, test } from 'vitest'
import { AdamW, Muon, SGD } from './index.ts'

interface Call {
  readonly views: readonly View[]
  readonly decay: number
}

const calls: Call[] = []

/** The reference backend with a kernel that doubles what its formula would take away, so that it can be told apart. */
beforeEach(() => {
  calls.length = 0
  const backend = referenceBackend()
  const dataOf = (view: View): Data => view.storage.handle as Data
  backend.kernels.set(sgdKernel, (gradient, w, velocity, { learningRate, decay }) => {
    calls.push({ views: [gradient, w, ...(velocity === null ? [] : [velocity])], decay })
    const [from, to] = [dataOf(gradient), dataOf(w)]
    for (let i = 0; i < w.size; i++) to[i]! -= 2 * learningRate * from[gradient.offset + i]!
    if (velocity !== null) dataOf(velocity).fill(1)
  })
  setBackend(backend)
})

test('a step is one call that changes the variable and its state in place', () => {
  const w = variable([
    [1, 2],
    [3, 4],
  ])
  const optimizer = new SGD({ learningRate: 0.5, momentum: 0.9 })
  const g = tensor([
    [1, 1],
    [2, 2],
  ])
  optimizer.apply([g], [w])
  const [velocity] = optimizer.variables
  const storages = [w.storage, velocity!.storage]
  const before = memory()
  optimizer.apply([g], [w])
  expect(calls).toHaveLength(2)
  expect(w.arraySync()).toEqual([
    [-1, 0],
    [-1, 0],
  ])
  expect(velocity!.arraySync()).toEqual([
    [1, 1],
    [1, 1],
  ])
  expect([w.storage, velocity!.storage]).toEqual(storages)
  expect(memory()).toEqual(before)
})

test('the kernel gets plain views of one dimension', () => {
  const w = variable([
    [1, 2],
    [3, 4],
  ])
  const g = transpose(
    tensor([
      [0, 1],
      [2, 3],
    ]),
  )
  new SGD({ learningRate: 0.5, momentum: 0.9 }).apply([g], [w])
  const [{ views }] = calls as [Call]
  expect(views).toHaveLength(3)
  expect(new Set(views.map(({ storage }) => storage)).size).toBe(3)
  for (const view of views) {
    expect(view).toMatchObject({ shape: [4], strides: [1], offset: 0, size: 4, contiguous: true })
    expect(view).not.toBeInstanceOf(Variable)
  }
  expect(w.arraySync()).toEqual([
    [1, 0],
    [2, 1],
  ])
})

test('a tape, a view and a gradient keep what they saw of a variable', () => {
  const w = variable([1, 2])
  const tape = new GradientTape()
  const loss = sum(square(w))
  const optimizer = new SGD({ learningRate: 0.5 })
  // The gradient is the variable itself.
  optimizer.apply([w], [w])
  expect(w.arraySync()).toEqual([0, 0])
  expect(tape.gradient(loss, w).arraySync()).toEqual([2, 4])

  const initial = tensor([1, 2])
  const shared = variable(initial)
  new SGD({ learningRate: 0.5 }).apply([tensor([1, 1])], [shared])
  expect(shared.arraySync()).toEqual([0, 1])
  expect(initial.arraySync()).toEqual([1, 2])
})

test('a gradient of another dtype is cast first, and there may be nothing to change', () => {
  const w = variable([1, 2])
  new SGD({ learningRate: 0.5 }).apply([tensor([1, 1], { dtype: 'float64' })], [w])
  expect(w.arraySync()).toEqual([0, 1])
  expect(calls[0]!.views.map(({ dtype }) => dtype)).toEqual(['float32', 'float32'])
  const empty = variable(tensor([], { shape: [0] }))
  new SGD().apply([tensor([], { shape: [0] })], [empty])
  expect(calls).toHaveLength(1)
})

test('weight decay reaches the kernel, but for excluded variables', () => {
  const [w, b] = [variable([1]), variable([1])]
  const optimizer = new SGD({ learningRate: 0.5, weightDecay: 0.25 })
  optimizer.excludeFromWeightDecay([b])
  optimizer.apply([tensor([1]), tensor([1])], [w, b])
  expect(calls.map(({ decay }) => decay)).toEqual([0.125, 0])
})

test('a decay of 0 leaves infinite weights as they are, composed too', () => {
  for (const backend of [getBackend(), referenceBackend()]) {
    setBackend(backend)
    const w = variable([Infinity])
    new SGD({ learningRate: 0.5, weightDecay: 0 }).apply([tensor([1])], [w])
    expect(w.arraySync()).toEqual([Infinity])
  }
  expect(calls).toHaveLength(1)
})

test('AdamW is Adam’s kernel with its decay, and so is what Muon leaves to Adam', () => {
  const steps: [number, AdamStep][] = []
  getBackend().kernels.set(adamKernel, (_g, w, _m, _v, _h, step) => void steps.push([w.size, step]))
  const [matrix, bias] = [variable(ones([2, 2])), variable([1, 1, 1])]
  const gradients = [ones([2, 2]), ones([3])]
  new AdamW({ learningRate: 0.5, weightDecay: 0.25, beta1: 0.8 }).apply(gradients, [matrix, bias])
  const muon = { learningRate: 0.5, adamWeightDecay: 0.5, adamLrRatio: 0.5, adamBeta1: 0.7, adamBeta2: 0.99 }
  new Muon(muon).apply(gradients, [matrix, bias])
  const rate = (lr: number, beta1: number, beta2: number): number => (lr * Math.sqrt(1 - beta2)) / (1 - beta1)
  const adamW = { alpha: rate(0.5, 0.8, 0.999), beta1: 0.8, beta2: 0.999, epsilon: 1e-7, decay: 0.125 }
  const adams = { alpha: rate(0.25, 0.7, 0.99), beta1: 0.7, beta2: 0.99, epsilon: 1e-7, decay: 0.25 }
  expect(steps).toEqual([
    [4, adamW],
    [3, adamW],
    [3, adams],
  ])
})
