import { setBackend, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectClose, golden, toTensor } from '../../fixtures/keras.ts'
import { likeInput } from '../engine/lists.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { builtInLayers } from '../saving/built-in-layers.ts'
import { noteLayerFinding } from '../testing/note-layer-finding.ts'

setBackend(referenceBackend())

const cases = golden.layers.filter((entry) => builtInLayers.has(entry.class))

test('there are cases', () => {
  const classes = [
    'ELU',
    'LeakyReLU',
    'PReLU',
    'Softmax',
    'Cropping2D',
    'ZeroPadding2D',
    'UpSampling1D',
    'UpSampling2D',
    'Dense',
    'EinsumDense',
    'Attention',
    'AdditiveAttention',
    'MultiHeadAttention',
    'Permute',
    'RepeatVector',
    'Add',
    'Subtract',
    'Average',
    'Concatenate',
    'Dot',
    'GlobalAveragePooling1D',
    'GlobalMaxPooling2D',
    'BatchNormalization',
    'Embedding',
    'GroupNormalization',
    'LayerNormalization',
    'RMSNormalization',
    'UnitNormalization',
    'SimpleRNN',
    'LSTM',
    'GRU',
  ]
  expect(new Set(cases.map((entry) => entry.class))).toEqual(new Set(classes))
})

test.each(cases)(
  '$class $config gives what Keras gives',
  ({ class: name, config, call, inputs, weights, output, weights_after: after }) => {
    using layer = builtInLayers.get(name)!.fromConfig(config)
    const list = inputs.map(toTensor)
    const x = likeInput(list, list.length > 1)
    layer.build(
      likeInput<SymbolicShape>(
        list.map(({ shape }) => shape),
        list.length > 1,
      ),
    )
    expect(layer.weights.map((weight) => weight.name)).toEqual(weights.map(({ path }) => path))
    layer.setWeights(weights.map(toTensor))
    const { training = false, mask, use_causal_mask: useCausalMask } = call
    const options = {
      training,
      ...(mask === undefined ? {} : { mask: toTensor(mask) }),
      ...(useCausalMask === undefined ? {} : { useCausalMask }),
    }
    expectClose(layer.apply(x, options) as Tensor, output)
    after?.forEach((weight, i) => {
      expectClose(layer.weights[i]!, weight)
    })
    noteLayerFinding({ layer: name, checked: 'Keras values' })
  },
)
