import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { DepthwiseConv1D, type DepthwiseConv1DOptions } from './depthwise-conv1d.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new DepthwiseConv1D({ kernelSize: 2 }), {
      inputShape: [2, 5, 2],
      outputShape: [2, 4, 2],
      trainableWeights: 2,
      mask: 'dropped',
    })
  })

  test('with every option', async () => {
    const options = {
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
      activityRegularizer: 'l1',
    } as const
    await runLayerTest(() => new DepthwiseConv1D(options), {
      inputShape: [2, 2, 5],
      outputShape: [2, 4, 3],
      trainableWeights: 1,
      penalties: 2,
      mask: 'dropped',
    })
  })
})

test('each channel has kernels of its own', () => {
  const layer = new DepthwiseConv1D({ kernelSize: 2 })
  layer.build([null, 3, 2])
  layer.setWeights([
    [
      [[1], [0]],
      [[10], [1]],
    ],
    [0.5, 0.25],
  ])
  const x = tensor([
    [
      [1, 5],
      [2, 6],
      [3, 7],
    ],
  ])
  expect(layer.apply(x).arraySync()).toEqual([
    [
      [21.5, 6.25],
      [32.5, 7.25],
    ],
  ])
  const causal = new DepthwiseConv1D({ kernelSize: 2, padding: 'causal' })
  causal.build([null, 3, 2])
  causal.setWeights(layer.getWeights())
  expect(causal.apply(x).arraySync()).toEqual([
    [
      [10.5, 5.25],
      [21.5, 6.25],
      [32.5, 7.25],
    ],
  ])
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) => new DepthwiseConv1D({ kernelSize: 3, biasInitializer: 'randomNormal', dataFormat }),
    [1, 7, 2],
  )
  expectSameInBothFormats(
    (dataFormat) => new DepthwiseConv1D({ kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 6, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new DepthwiseConv1D({ kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 2])).toEqual([null, null, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new DepthwiseConv1D({ kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape).toEqual([0, 4, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(DepthwiseConv1D, (options: DepthwiseConv1DOptions) => new DepthwiseConv1D(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof DepthwiseConv1DOptions | 'kernels', unknown>>, RegExp]>([
    [
      { kernelSize: 0 },
      /DepthwiseConv1D: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
    ],
    [{ kernelSize: [1, 1, 1, 1] }, /kernelSize is not made/],
    [{ kernelSize: 2, strides: 1.5 }, /strides is not made/],
    [{ kernelSize: 2, strides: 2, dilationRate: 2 }, /strides and dilationRate are both above 1/],
    [{ kernelSize: 2, padding: 'full' }, /unknown padding[\s\S]*"full"/],
    [{ kernelSize: 2, dataFormat: 'channels_last' }, /unknown dataFormat/],
    [{ kernelSize: 2, kernels: 3 }, /unknown option "kernels"/],
    [{ kernelSize: 2, depthMultiplier: 0 }, /depthMultiplier is not a whole number above 0/],
  ])('in the options %j', (options, message) => {
    expect(() => new DepthwiseConv1D(options as never)).toThrow(ArgumentError)
    expect(() => new DepthwiseConv1D(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new DepthwiseConv1D({ kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/3 dimensions[\s\S]*in: DepthwiseConv1D "conv"/)
    expect(() => layer.build([null, 5, null])).toThrow(/number of channels must be known/)
    expect(() => layer.build([null, 1, 2])).toThrow(/larger than the input/)
    layer.apply(ones([2, 5, 2])).dispose()
    expect(() => layer.apply(ones([2, 5, 3]))).toThrow(/2 along axis -1/)
  })
})
