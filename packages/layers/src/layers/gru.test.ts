import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { GRU } from './gru.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  const shape = { inputShape: [2, 3, 2], outputShape: [2, 2], trainableWeights: 3, mask: 'used' } as const
  await runLayerTest(() => new GRU({ units: 2 }), shape)
  await runLayerTest(() => new GRU({ units: 2, resetAfter: false, recurrentRegularizer: 'l2' }), {
    ...{ ...shape, penalties: 1 },
  })
  await runLayerTest(() => new GRU({ units: 2, useBias: false }), { ...shape, trainableWeights: 2 })
})

test('reads and writes what Keras writes', () => {
  expectKerasConfigs(GRU, (options) => new GRU(options))
})

test.each([true, false])('the formula, with resetAfter %s', (resetAfter) => {
  const layer = new GRU({ units: 1, resetAfter })
  layer.build([null, null, 1])
  const [first, second] = [
    [0.1, 0.2, 0.3],
    [-0.3, 0.4, -0.5],
  ] as const
  const bias = resetAfter ? [first, second] : first
  layer.setWeights([[[0.5, -1, 2]], [[0.7, 0.6, -0.8]], bias])
  expect(layer.cell.bias!.shape).toEqual(resetAfter ? [2, 3] : [3])
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z))
  const [u, v, w] = resetAfter ? second : [0, 0, 0]
  let h = 0
  for (const x of [1, -2]) {
    const z = sigmoid(0.5 * x + 0.1 + 0.7 * h + u)
    const r = sigmoid(-x + 0.2 + 0.6 * h + v)
    const n = Math.tanh(2 * x + 0.3 + r * (-0.8 * h + w))
    h = z * h + (1 - z) * n
  }
  expect(layer.apply(tensor([[[1], [-2]]])).arraySync()).toEqual([[expect.closeTo(h, 6)]])
})

test('refuses what is no choice', () => {
  expect(() => new GRU({ units: 1, resetAfter: 'no' as never })).toThrow(/resetAfter is neither/)
  expect(() => new GRU({ units: 1, recurrentActivation: 'sigmod' as never })).toThrow(
    /did you mean 'sigmoid'/,
  )
  expect(() => new GRU({ units: 1.5 })).toThrow(/units/)
})
