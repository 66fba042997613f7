import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { SeparableConv2D, type SeparableConv2DOptions } from './separable-conv2d.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new SeparableConv2D({ filters: 2, kernelSize: 2 }), {
      inputShape: [2, 4, 3, 2],
      outputShape: [2, 3, 2, 2],
      trainableWeights: 3,
      mask: 'dropped',
    })
  })

  test('with every option', async () => {
    const options = {
      filters: 2,
      kernelSize: [2, 3],
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
    await runLayerTest(() => new SeparableConv2D(options), {
      inputShape: [2, 2, 4, 3],
      outputShape: [2, 2, 2, 2],
      trainableWeights: 2,
      penalties: 3,
      mask: 'dropped',
    })
  })
})

test('a depthwise convolution, then one that mixes channels', () => {
  const layer = new SeparableConv2D({ filters: 1, kernelSize: 1, depthMultiplier: 2 })
  layer.build([null, 1, 1, 2])
  layer.setWeights([
    tensor([1, 2, 3, 4], { shape: [1, 1, 2, 2] }),
    tensor([1, 10, 100, 1000], { shape: [1, 1, 4, 1] }),
    [0.5],
  ])
  const y = layer.apply(tensor([2, 3], { shape: [1, 1, 1, 2] }))
  expect([...y.dataSync()]).toEqual([2 + 40 + 900 + 12000 + 0.5])
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) =>
      new SeparableConv2D({ filters: 2, kernelSize: [2, 3], biasInitializer: 'randomNormal', dataFormat }),
    [1, 6, 5, 2],
  )
  expectSameInBothFormats(
    (dataFormat) =>
      new SeparableConv2D({ filters: 2, kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 5, 4, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new SeparableConv2D({ filters: 2, kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 7, 2])).toEqual([null, null, 5, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new SeparableConv2D({ filters: 2, kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 4, 3, 2] })).shape).toEqual([0, 3, 2, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(SeparableConv2D, (options: SeparableConv2DOptions) => new SeparableConv2D(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof SeparableConv2DOptions | 'kernels', unknown>>, RegExp]>([
    [
      { filters: 2, kernelSize: 0 },
      /SeparableConv2D: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
    ],
    [{ filters: 2, kernelSize: [1, 1, 1, 1] }, /kernelSize is not made/],
    [{ filters: 2, kernelSize: 2, strides: 1.5 }, /strides is not made/],
    [{ filters: 2, kernelSize: 2, strides: 2, dilationRate: 2 }, /strides and dilationRate are both above 1/],
    [{ filters: 2, kernelSize: 2, padding: 'full' }, /unknown padding[\s\S]*"full"/],
    [{ filters: 2, kernelSize: 2, dataFormat: 'channels_last' }, /unknown dataFormat/],
    [{ filters: 2, kernelSize: 2, kernels: 3 }, /unknown option "kernels"/],
    [{ filters: 0, kernelSize: 2 }, /filters is not a whole number above 0/],
    [{ filters: 2, kernelSize: 2, depthMultiplier: 0 }, /depthMultiplier is not a whole number above 0/],
    [{ filters: 2, kernelSize: 2, padding: 'causal' }, /unknown padding/],
  ])('in the options %j', (options, message) => {
    expect(() => new SeparableConv2D(options as never)).toThrow(ArgumentError)
    expect(() => new SeparableConv2D(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new SeparableConv2D({ filters: 2, kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/4 dimensions[\s\S]*in: SeparableConv2D "conv"/)
    expect(() => layer.build([null, 4, 4, null])).toThrow(/number of channels must be known/)
    expect(() => layer.build([null, 1, 3, 2])).toThrow(/larger than the input/)
    layer.apply(ones([2, 4, 3, 2])).dispose()
    expect(() => layer.apply(ones([2, 4, 3, 3]))).toThrow(/2 along axis -1/)
  })
})
