import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { DepthwiseConv2D, type DepthwiseConv2DOptions } from './depthwise-conv2d.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new DepthwiseConv2D({ kernelSize: 2 }), {
      inputShape: [2, 4, 3, 2],
      outputShape: [2, 3, 2, 2],
      trainableWeights: 2,
      mask: 'dropped',
    })
  })

  test('with every option', async () => {
    const options = {
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
      activityRegularizer: 'l1',
    } as const
    await runLayerTest(() => new DepthwiseConv2D(options), {
      inputShape: [2, 2, 4, 3],
      outputShape: [2, 4, 2, 2],
      trainableWeights: 1,
      penalties: 2,
      mask: 'dropped',
    })
  })
})

test('each channel has kernels of its own', () => {
  const layer = new DepthwiseConv2D({ kernelSize: 1, depthMultiplier: 2 })
  layer.build([null, 1, 1, 2])
  layer.setWeights([tensor([1, 10, 100, 1000], { shape: [1, 1, 2, 2] }), [0.5, 0, 0, 0]])
  const y = layer.apply(tensor([2, 3], { shape: [1, 1, 1, 2] }))
  expect([...y.dataSync()]).toEqual([2.5, 20, 300, 3000])
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) => new DepthwiseConv2D({ kernelSize: [2, 3], biasInitializer: 'randomNormal', dataFormat }),
    [1, 6, 5, 2],
  )
  expectSameInBothFormats(
    (dataFormat) => new DepthwiseConv2D({ kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 5, 4, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new DepthwiseConv2D({ kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 7, 2])).toEqual([null, null, 5, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new DepthwiseConv2D({ kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 4, 3, 2] })).shape).toEqual([0, 3, 2, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(DepthwiseConv2D, (options: DepthwiseConv2DOptions) => new DepthwiseConv2D(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof DepthwiseConv2DOptions | 'kernels', unknown>>, RegExp]>([
    [
      { kernelSize: 0 },
      /DepthwiseConv2D: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
    ],
    [{ kernelSize: [1, 1, 1, 1] }, /kernelSize is not made/],
    [{ kernelSize: 2, strides: 1.5 }, /strides is not made/],
    [{ kernelSize: 2, strides: 2, dilationRate: 2 }, /strides and dilationRate are both above 1/],
    [{ kernelSize: 2, padding: 'full' }, /unknown padding[\s\S]*"full"/],
    [{ kernelSize: 2, dataFormat: 'channels_last' }, /unknown dataFormat/],
    [{ kernelSize: 2, kernels: 3 }, /unknown option "kernels"/],
    [{ kernelSize: 2, depthMultiplier: 0 }, /depthMultiplier is not a whole number above 0/],
    [{ kernelSize: 2, padding: 'causal' }, /unknown padding/],
  ])('in the options %j', (options, message) => {
    expect(() => new DepthwiseConv2D(options as never)).toThrow(ArgumentError)
    expect(() => new DepthwiseConv2D(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new DepthwiseConv2D({ kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/4 dimensions[\s\S]*in: DepthwiseConv2D "conv"/)
    expect(() => layer.build([null, 4, 4, null])).toThrow(/number of channels must be known/)
    expect(() => layer.build([null, 1, 3, 2])).toThrow(/larger than the input/)
    layer.apply(ones([2, 4, 3, 2])).dispose()
    expect(() => layer.apply(ones([2, 4, 3, 3]))).toThrow(/2 along axis -1/)
  })
})
