import { gruGradKernel, gruKernel, KernelTable, lstmGradKernel, lstmKernel } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { plainArithmetic } from '../arithmetic.ts'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'
import { registerRecurrentKernels } from './register.ts'
import { differences, type Given, type Network, plainGru, plainLstm } from './test-recurrences.ts'

const memory = new WasmMemory()
const views = testViews(memory)
const kernels = new KernelTable()
registerRecurrentKernels(kernels, memory, plainArithmetic)

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

type Float = 'float32' | 'float64'

const masks: Readonly<Record<string, (t: number, b: number) => boolean>> = {
  none: () => true,
  'leading steps': (t, b) => t > b % 2,
  'trailing steps': (t, b) => t <= b,
  'every step': () => false,
  'one sample': (_t, b) => b !== 0,
}

const sizes = [
  [1, 1, 1],
  [1, 3, 5],
  [4, 1, 7],
  [3, 2, 4],
  [2, 4, 3],
  [3, 3, 9],
  [5, 2, 16],
] as const

const networks = sizes.flatMap(([time, batch, units]) =>
  Object.entries(masks).map(([masked, counts]) => ({
    masked,
    time,
    batch,
    units,
    mask: Array.from({ length: time * batch }, (_, i) => Number(counts(Math.floor(i / batch), i % batch))),
  })),
)

const wave = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, i) => Math.fround(1.5 * Math.sin(1.7 * i + seed + 0.3 * i * i)))

function drawn({ time, batch, units }: Network, gates: number, states: number): Given {
  return {
    projected: wave(time * batch * gates * units, 1),
    weights: wave(units * gates * units, 2),
    bias: wave(gates * units, 3),
    initial: wave(states * batch * units, 4),
  }
}

/** An input that does not begin where its storage does. */
function input(dtype: Float | 'bool', values: readonly number[], shape: readonly number[]): CpuView {
  return views.input(dtype, [...[1, 0, 1], ...values], shape, { offset: 3 })
}

function expectNear(dtype: Float, view: CpuView, expected: readonly number[]): void {
  const near = dtype === 'float32' ? 2e-5 : 1e-8
  const found = views.contents(view)
  expect(found.length).toBe(expected.length)
  for (const [i, value] of expected.entries()) {
    expect(Math.abs(found[i]! - value), `${i}: ${found[i]}, not ${value}`).toBeLessThanOrEqual(
      near * Math.max(1, Math.abs(value)),
    )
  }
}

function lstm(dtype: Float, network: Network, given: Given, slopes: readonly number[]) {
  const { time, batch, units, mask } = network
  const half = batch * units
  const projected = input(dtype, given.projected, [time, batch, 4 * units])
  const weights = input(dtype, given.weights, [units, 4 * units])
  const h = input(dtype, given.initial.slice(0, half), [batch, units])
  const c = input(dtype, given.initial.slice(half), [batch, units])
  const counts = input('bool', mask, [time, batch])
  const states = views.output(dtype, [2, time, batch, units])
  const gates = views.output(dtype, [time, batch, 4 * units])
  kernels.get(lstmKernel)!(projected, weights, h, c, counts, states, gates)
  const g = input(dtype, slopes, states.shape)
  const gradProjected = views.output(dtype, projected.shape)
  const [gradH, gradC] = [views.output(dtype, h.shape), views.output(dtype, c.shape)]
  kernels.get(lstmGradKernel)!(g, weights, h, c, counts, states, gates, gradProjected, gradH, gradC)
  return { states, gates, gradProjected, gradH, gradC }
}

function gru(dtype: Float, network: Network, given: Given, slopes: readonly number[]) {
  const { time, batch, units, mask } = network
  const projected = input(dtype, given.projected, [time, batch, 3 * units])
  const weights = input(dtype, given.weights, [units, 3 * units])
  const bias = input(dtype, given.bias, [3 * units])
  const initial = input(dtype, given.initial, [batch, units])
  const counts = input('bool', mask, [time, batch])
  const states = views.output(dtype, [time, batch, units])
  const gates = views.output(dtype, [time, batch, 4 * units])
  kernels.get(gruKernel)!(projected, weights, bias, initial, counts, states, gates)
  const g = input(dtype, slopes, states.shape)
  const [gradProjected, gradProduct] = [0, 1].map(() => views.output(dtype, projected.shape)) as [
    CpuView,
    CpuView,
  ]
  const gradInitial = views.output(dtype, initial.shape)
  const grads = [gradProjected, gradProduct, gradInitial] as const
  kernels.get(gruGradKernel)!(g, weights, initial, counts, states, gates, ...grads)
  return { states, gates, gradProjected, gradProduct, gradInitial }
}

describe.each<Float>(['float32', 'float64'])('%s', (dtype) => {
  test.each(networks)('lstm: $time × $batch × $units, masked: $masked', (network) => {
    const { time, batch, units } = network
    const given = drawn(network, 4, 2)
    const slopes = wave(2 * time * batch * units, 5)
    const found = lstm(dtype, network, given, slopes)
    expectNear(dtype, found.states, plainLstm(network, given))
    expect(views.contents(found.gates).every(Number.isFinite)).toBe(true)
    const run = (changed: Given) => plainLstm(network, changed)
    expectNear(dtype, found.gradProjected, differences(run, given, 'projected', slopes))
    const initial = differences(run, given, 'initial', slopes)
    expectNear(dtype, found.gradH, initial.slice(0, batch * units))
    expectNear(dtype, found.gradC, initial.slice(batch * units))
  })

  test.each(networks)('gru: $time × $batch × $units, masked: $masked', (network) => {
    const { time, batch, units } = network
    const given = drawn(network, 3, 1)
    const slopes = wave(time * batch * units, 5)
    const found = gru(dtype, network, given, slopes)
    expectNear(dtype, found.states, plainGru(network, given))
    expect(views.contents(found.gates).every(Number.isFinite)).toBe(true)
    const run = (changed: Given) => plainGru(network, changed)
    expectNear(dtype, found.gradProjected, differences(run, given, 'projected', slopes))
    expectNear(dtype, found.gradInitial, differences(run, given, 'initial', slopes))
    // The bias is added to each product, so that its gradient is the sum of theirs.
    const sums = new Array<number>(3 * units).fill(0)
    for (const [i, value] of views.contents(found.gradProduct).entries()) sums[i % (3 * units)]! += value
    const expected = differences(run, given, 'bias', slopes)
    for (const [i, sum] of sums.entries()) expect(sum).toBeCloseTo(expected[i]!, dtype === 'float32' ? 4 : 7)
  })

  test('steps that the mask leaves out may hold anything', () => {
    const network: Network = { time: 2, batch: 2, units: 3, mask: [0, 1, 1, 0] }
    const poisoned = (values: readonly number[], rowOf: (i: number) => number): number[] =>
      values.map((value, i) => (network.mask[rowOf(i)] === 1 ? value : Number.NaN))
    const [ofLstm, ofGru] = [drawn(network, 4, 2), drawn(network, 3, 1)]
    const [slopes, fewer] = [wave(24, 5), wave(12, 5)]
    const spoilt = { ...ofLstm, projected: poisoned(ofLstm.projected, (i) => Math.floor(i / 12)) }
    const clean = lstm(dtype, network, ofLstm, slopes)
    const same = lstm(dtype, network, spoilt, slopes)
    for (const name of ['states', 'gates', 'gradProjected', 'gradH', 'gradC'] as const) {
      expect(views.contents(same[name]), name).toEqual(views.contents(clean[name]))
    }
    const spoiltGru = { ...ofGru, projected: poisoned(ofGru.projected, (i) => Math.floor(i / 9)) }
    const cleanGru = gru(dtype, network, ofGru, fewer)
    const sameGru = gru(dtype, network, spoiltGru, fewer)
    for (const name of ['states', 'gates', 'gradProjected', 'gradProduct', 'gradInitial'] as const) {
      expect(views.contents(sameGru[name]), name).toEqual(views.contents(cleanGru[name]))
    }
  })

  test('gates saturate, and NaN stays in its sample', () => {
    const network: Network = { time: 1, batch: 3, units: 1, mask: [1, 1, 1] }
    const projected = [200, 200, 200, 200, -200, -200, -200, -200, 0, Number.NaN, 0, 0]
    const given: Given = { projected, weights: [0, 0, 0, 0], bias: [], initial: [0, 0, 0, 1, 1, 1] }
    const { states } = lstm(dtype, network, given, wave(6, 1))
    const [h1, h2, h3, c1, c2, c3] = views.contents(states)
    expect([c1, c2, c3]).toEqual([2, expect.closeTo(0, 10), Number.NaN])
    expect([h1, h2, h3]).toEqual([expect.closeTo(Math.tanh(2), 6), expect.closeTo(0, 10), Number.NaN])
  })
})
