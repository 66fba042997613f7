import { ones, type Shape, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { LSTM } from './lstm.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  const shape = { inputShape: [2, 3, 2], trainableWeights: 3 }
  await runLayerTest(() => new LSTM({ units: 2 }), { ...shape, outputShape: [2, 2], mask: 'used' })
  const options = {
    ...{ units: 2, returnSequences: true, recurrentActivation: 'hardSigmoid' },
    ...{ kernelRegularizer: 'l2', recurrentRegularizer: 'l2', activityRegularizer: 'l2' },
  } as const
  await runLayerTest(() => new LSTM(options), {
    ...{ ...shape, outputShape: [2, 3, 2], mask: 'passes', penalties: 3 },
  })
  await runLayerTest(() => new LSTM({ units: 2, useBias: false }), {
    ...{ ...shape, outputShape: [2, 2], mask: 'used', trainableWeights: 2 },
  })
})

test('reads and writes what Keras writes', () => {
  expectKerasConfigs(LSTM, (options) => new LSTM(options))
})

test('the bias of the forget gate begins as 1, unless it is told otherwise', () => {
  const biasOf = (options: object): unknown => {
    const layer = new LSTM({ units: 1, ...options })
    layer.build([null, null, 1])
    return layer.cell.bias!.arraySync()
  }
  expect(biasOf({})).toEqual([0, 1, 0, 0])
  expect(biasOf({ unitForgetBias: false })).toEqual([0, 0, 0, 0])
  expect(biasOf({ biasInitializer: 'ones' })).toEqual([1, 1, 1, 1])
})

test('one step of the formula', () => {
  const layer = new LSTM({ units: 1, returnState: true })
  layer.build([null, null, 1])
  layer.setWeights([[[0.5, -1, 2, 1]], [[0.1, 0.2, 0.3, 0.4]], [0, 1, 0, -1]])
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))
  let [h, c] = [0, 0]
  for (const x of [1, -2]) {
    const gate = (w: number, u: number, b: number): number => w * x + u * h + b
    const [i, f] = [sigmoid(gate(0.5, 0.1, 0)), sigmoid(gate(-1, 0.2, 1))]
    const [g, o] = [Math.tanh(gate(2, 0.3, 0)), sigmoid(gate(1, 0.4, -1))]
    c = f * c + i * g
    h = o * Math.tanh(c)
  }
  const [output, ...states] = layer.apply(tensor([[[1], [-2]]]))
  expect(output!.arraySync()).toEqual([[expect.closeTo(h, 6)]])
  expect(states.map((state) => state.arraySync())).toEqual([
    [[expect.closeTo(h, 6)]],
    [[expect.closeTo(c, 6)]],
  ])
})

test('the type of what it returns follows from returnState', () => {
  const x = ones([1, 2, 1])
  const alone: Shape = new LSTM({ units: 1 }).apply(x).shape
  const list: readonly Shape[] = new LSTM({ units: 1, returnState: true }).apply(x).map(({ shape }) => shape)
  expect([alone, ...list]).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
    [1, 1],
  ])
  // @ts-expect-error: an activation is a function of a tensor, or a name
  expect(() => new LSTM({ units: 1, activation: 3 })).toThrow(/unknown activation/)
  expect(() => new LSTM({ units: 1, unitForgetBias: 'yes' as never })).toThrow(/unitForgetBias/)
})
