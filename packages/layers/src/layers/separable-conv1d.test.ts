import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { SeparableConv1D, type SeparableConv1DOptions } from './separable-conv1d.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new SeparableConv1D({ filters: 2, kernelSize: 2 }), {
      inputShape: [2, 5, 2],
      outputShape: [2, 4, 2],
      trainableWeights: 3,
      mask: 'dropped',
    })
  })

  test('with every option', async () => {
    const options = {
      filters: 2,
      kernelSize: 3,
      strides: 2,
      padding: 'same',
      dataFormat: 'channelsFirst',
      depthMultiplier: 2,
      activation: 'tanh',
      useBias: false,
      depthwiseInitializer: 'heNormal',
      depthwiseRegularizer: 'l2',
      depthwiseConstraint: 'maxNorm',
      pointwiseInitializer: 'heNormal',
      pointwiseRegularizer: 'l1',
      pointwiseConstraint: 'nonNeg',
      activityRegularizer: 'l1',
    } as const
    await runLayerTest(() => new SeparableConv1D(options), {
      inputShape: [2, 2, 5],
      outputShape: [2, 2, 3],
      trainableWeights: 2,
      penalties: 3,
      mask: 'dropped',
    })
  })
})

test('a depthwise convolution, then one that mixes channels', () => {
  const layer = new SeparableConv1D({ filters: 1, kernelSize: 2 })
  layer.build([null, 3, 2])
  layer.setWeights([
    [
      [[1], [0]],
      [[10], [1]],
    ],
    [[[1], [100]]],
    [0.5],
  ])
  const x = tensor([
    [
      [1, 5],
      [2, 6],
      [3, 7],
    ],
  ])
  expect(layer.apply(x).arraySync()).toEqual([[[621.5], [732.5]]])
  const causal = new SeparableConv1D({ filters: 1, kernelSize: 2, padding: 'causal' })
  causal.build([null, 3, 2])
  causal.setWeights(layer.getWeights())
  expect(causal.apply(x).arraySync()).toEqual([[[510.5], [621.5], [732.5]]])
  expect(layer.weights.map(({ name }) => name)).toEqual(['depthwise_kernel', 'pointwise_kernel', 'bias'])
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) =>
      new SeparableConv1D({ filters: 2, kernelSize: 3, biasInitializer: 'randomNormal', dataFormat }),
    [1, 7, 2],
  )
  expectSameInBothFormats(
    (dataFormat) =>
      new SeparableConv1D({ filters: 2, kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 6, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new SeparableConv1D({ filters: 2, kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 2])).toEqual([null, null, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new SeparableConv1D({ filters: 2, kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape).toEqual([0, 4, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(SeparableConv1D, (options: SeparableConv1DOptions) => new SeparableConv1D(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof SeparableConv1DOptions | 'kernels', unknown>>, RegExp]>([
    [
      { filters: 2, kernelSize: 0 },
      /SeparableConv1D: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
    ],
    [{ filters: 2, kernelSize: [1, 1, 1, 1] }, /kernelSize is not made/],
    [{ filters: 2, kernelSize: 2, strides: 1.5 }, /strides is not made/],
    [{ filters: 2, kernelSize: 2, strides: 2, dilationRate: 2 }, /strides and dilationRate are both above 1/],
    [{ filters: 2, kernelSize: 2, padding: 'full' }, /unknown padding[\s\S]*"full"/],
    [{ filters: 2, kernelSize: 2, dataFormat: 'channels_last' }, /unknown dataFormat/],
    [{ filters: 2, kernelSize: 2, kernels: 3 }, /unknown option "kernels"/],
    [{ filters: 0, kernelSize: 2 }, /filters is not a whole number above 0/],
    [{ filters: 2, kernelSize: 2, depthMultiplier: 0 }, /depthMultiplier is not a whole number above 0/],
  ])('in the options %j', (options, message) => {
    expect(() => new SeparableConv1D(options as never)).toThrow(ArgumentError)
    expect(() => new SeparableConv1D(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new SeparableConv1D({ filters: 2, kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/3 dimensions[\s\S]*in: SeparableConv1D "conv"/)
    expect(() => layer.build([null, 5, null])).toThrow(/number of channels must be known/)
    expect(() => layer.build([null, 1, 2])).toThrow(/larger than the input/)
    layer.apply(ones([2, 5, 2])).dispose()
    expect(() => layer.apply(ones([2, 5, 3]))).toThrow(/2 along axis -1/)
  })
})
