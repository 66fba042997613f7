import { setBackend, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectClose, golden, toTensor } from '../../fixtures/keras.ts'
import { builtInLayers } from '../saving/built-in-layers.ts'

setBackend(referenceBackend())

const cases = golden.layers.filter((entry) => builtInLayers.has(entry.class))

test('there are cases', () => {
  expect(new Set(cases.map((entry) => entry.class))).toEqual(new Set(['Dense', 'Permute', 'RepeatVector']))
})

test.each(cases)(
  '$class $config gives what Keras gives',
  ({ class: name, config, inputs, weights, output }) => {
    using layer = builtInLayers.get(name)!.fromConfig(config)
    const x = toTensor(inputs[0]!)
    layer.build(x.shape)
    expect(layer.weights.map((weight) => weight.name)).toEqual(weights.map(({ path }) => path))
    layer.setWeights(weights.map(toTensor))
    expectClose(layer.apply(x) as Tensor, output)
  },
)
