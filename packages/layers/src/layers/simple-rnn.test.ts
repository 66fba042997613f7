import { setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { SimpleRNN } from './simple-rnn.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  const shape = { inputShape: [2, 3, 2], outputShape: [2, 2], trainableWeights: 3, mask: 'used' } as const
  await runLayerTest(() => new SimpleRNN({ units: 2 }), shape)
  await runLayerTest(() => new SimpleRNN({ units: 2, useBias: false, activation: 'softsign', seed: 3 }), {
    ...{ ...shape, trainableWeights: 2 },
  })
})

test('reads and writes what Keras writes', () => {
  expectKerasConfigs(SimpleRNN, (options) => new SimpleRNN(options))
  expect(new SimpleRNN({ units: 1 }).getConfig()).not.toHaveProperty('seed')
  expect(new SimpleRNN({ units: 1, seed: 3 }).getConfig()).toHaveProperty('seed', 3)
})

test('the formula', () => {
  const layer = new SimpleRNN({ units: 1, activation: null, returnSequences: true })
  layer.build([null, null, 1])
  layer.setWeights([[[2]], [[-0.5]], [1]])
  expect(layer.apply(tensor([[[1], [2], [0]]])).arraySync()).toEqual([[[3], [3.5], [-0.75]]])
})

test('refuses bad options', () => {
  expect(() => new SimpleRNN({ units: -1 })).toThrow(/units is not a whole number above 0/)
  expect(() => new SimpleRNN({ units: 1, recurrentDropout: -0.1 })).toThrow(/recurrentDropout/)
  expect(() => new SimpleRNN({ units: 1, biasInitializer: 'zeroes' as never })).toThrow(
    /did you mean 'zeros'/,
  )
})
