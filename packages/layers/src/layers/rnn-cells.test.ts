/** The cells of Keras, applied by themselves. */
import { memory, mul, setBackend, type Tensor, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { GRUCell, LSTMCell, type RNNCell, SimpleRNNCell, StackedRNNCells } from './index.ts'
import { draw } from './rnn-test-cases.ts'

setBackend(referenceBackend())

type Rates = { readonly dropout?: number; readonly recurrentDropout?: number; readonly seed?: number }

const cells = [
  {
    kind: 'SimpleRNNCell',
    states: 1,
    make: (rates: Rates = {}) => new SimpleRNNCell({ units: 3, ...rates }),
  },
  { kind: 'LSTMCell', states: 2, make: (rates: Rates = {}) => new LSTMCell({ units: 3, ...rates }) },
  { kind: 'GRUCell', states: 1, make: (rates: Rates = {}) => new GRUCell({ units: 3, ...rates }) },
  {
    kind: 'GRUCell with the reset before',
    states: 1,
    make: (rates: Rates = {}) => new GRUCell({ units: 3, resetAfter: false, ...rates }),
  },
]

describe.each(cells)('$kind', ({ make, states }) => {
  const inputs = [draw(2, 4), ...Array.from({ length: states }, () => draw(2, 3))]

  test('gives the output and the states, each to be disposed by itself', () => {
    const before = memory()
    const cell = make()
    const outputs = cell.apply(inputs)
    expect(outputs.length).toBe(1 + states)
    expect(outputs[0]!.arraySync()).toEqual(outputs[1]!.arraySync())
    outputs[0]!.dispose()
    expect(outputs[1]!.shape).toEqual([2, 3])
    for (const each of outputs.slice(1)) each.dispose()
    const initial = cell.getInitialState(5)
    expect(initial.map(({ shape }) => shape)).toEqual(Array.from({ length: states }, () => [5, 3]))
    for (const each of initial) each.dispose()
    cell.dispose()
    expect(memory()).toEqual(before)
  })

  test('its symbolic step, and its sizes', () => {
    using cell = make()
    const symbols = [input({ shape: [4] }), ...Array.from({ length: states }, () => input({ shape: [3] }))]
    expect(cell.apply(symbols).map(({ shape }) => shape)).toEqual(
      Array.from({ length: 1 + states }, () => [null, 3]),
    )
    expect([cell.outputSize, cell.outputState, cell.stateSize.length]).toEqual([3, 0, states])
    expect(cell.weights.map(({ name }) => name)).toEqual(['kernel', 'recurrent_kernel', 'bias'])
  })

  test('drops for one sequence at a time, other elements for the next', () => {
    using cell = make({ dropout: 0.5, recurrentDropout: 0.5, seed: 1 })
    using plain = make()
    cell.build(inputs.map(({ shape }) => shape))
    plain.build(inputs.map(({ shape }) => shape))
    plain.setWeights(cell.getWeights())
    const [x, ...before] = inputs as [Tensor, ...Tensor[]]
    const step = cell.beginSequence(x, true)
    const first = step(x, before)[0]!.arraySync()
    expect(step(x, before)[0]!.arraySync()).toEqual(first)
    expect(cell.beginSequence(x, true)(x, before)[0]!.arraySync()).not.toEqual(first)
    expect(cell.apply(inputs)[0]!.arraySync()).toEqual(plain.apply(inputs)[0]!.arraySync())
    expect(cell.apply(inputs, { training: true })[0]!.arraySync()).not.toEqual(
      plain.apply(inputs)[0]!.arraySync(),
    )
  })

  test('refuses other inputs', () => {
    using cell = make()
    expect(() => cell.apply([inputs[0]!])).toThrow()
    cell.apply(inputs)
    expect(() => cell.apply([inputs[0]!])).toThrow(/another number of inputs/)
    expect(() => cell.apply([inputs[0]!, ...inputs.slice(1).map(() => zeros([2, 5]))])).toThrow(/axis -1/)
    expect(() => cell.apply([zeros([2, 4, 1]), ...inputs.slice(1)])).toThrow(/number of dimensions/)
  })
})

test('they read and write what Keras writes', () => {
  expectKerasConfigs(SimpleRNNCell, (options) => new SimpleRNNCell(options))
  expectKerasConfigs(LSTMCell, (options) => new LSTMCell(options))
  expectKerasConfigs(GRUCell, (options) => new GRUCell(options))
})

test('each gate has masks of its own, of the input and of the state', () => {
  // All of the input is dropped for a gate, or nothing: with one feature and one unit this shows in the gates.
  using cell = new LSTMCell({
    ...{ units: 1, dropout: 0.5, recurrentDropout: 0.5, seed: 2, unitForgetBias: false },
    ...{
      activation: null,
      recurrentActivation: null,
      kernelInitializer: 'ones',
      recurrentInitializer: 'ones',
    },
  })
  const [x, h, c] = [tensor([[1]]), tensor([[10]]), tensor([[1]])]
  const seen = new Set<number>()
  for (let i = 0; i < 40; i++) {
    const [, , carry] = cell.apply([x, h, c], { training: true })
    // c′ = f + i · g, each of the three 0, 2, 20 or 22.
    seen.add(carry!.dataSync()[0]!)
  }
  for (const value of seen) {
    const gates = [0, 2, 20, 22]
    expect(gates.some((f) => gates.some((i) => gates.some((g) => f + i * g === value)))).toBe(true)
  }
  expect(seen.size).toBeGreaterThan(8)
})

test('a stack hands outputs up, and its states come one cell after the other', () => {
  const [lower, upper] = [new LSTMCell({ units: 2 }), new GRUCell({ units: 3 })]
  using cell = new StackedRNNCells({ cells: [lower, upper] })
  expect([cell.stateSize, cell.outputSize, cell.outputState]).toEqual([[2, 2, 3], 3, 2])
  const [x, h, c, g] = [draw(2, 4), draw(2, 2), mul(draw(2, 2), 2), draw(2, 3)]
  const [output, ...after] = cell.apply([x, h, c, g])
  const [low, ...ofLower] = lower.apply([x, h, c])
  const [high, ...ofUpper] = upper.apply([low!, g])
  expect(output!.arraySync()).toEqual(high!.arraySync())
  expect(after.map((each) => each.arraySync())).toEqual(
    [...ofLower, ...ofUpper].map((each) => each.arraySync()),
  )
  expect(cell.weights.length).toBe(6)
  expect(cell.getInitialState(2).map(({ shape }) => shape)).toEqual([
    [2, 2],
    [2, 2],
    [2, 3],
  ])
  const dropping = new StackedRNNCells({
    cells: [lower, new GRUCell({ units: 3, dropout: 1 })],
    trainable: false,
  })
  expect(dropping.apply([x, h, c, g], { training: true })[0]!.shape).toEqual([2, 3])
  expect(dropping.trainableWeights).toEqual([])
})

test('a stack refuses what is no cell', () => {
  expect(() => new StackedRNNCells({ cells: [] })).toThrow(/there are no cells/)
  expect(() => new StackedRNNCells({ cells: 'two' as never })).toThrow(/there are no cells/)
  expect(() => new StackedRNNCells({ cells: [3 as never] })).toThrow(/not a recurrent cell/)
  const config = new StackedRNNCells({ cells: [new GRUCell({ units: 1 }) as RNNCell] }).getConfig()
  expect(() => StackedRNNCells.fromConfig({ ...config, cells: 3 })).toThrow(/the cells are not a list/)
  expect(() => StackedRNNCells.fromConfig({ ...config, cells: [] })).toThrow(/there are no cells/)
})
