import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { Conv3D, type Conv3DOptions } from './conv3d.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new Conv3D({ filters: 2, kernelSize: 2 }), {
      inputShape: [1, 3, 3, 2, 2],
      outputShape: [1, 2, 2, 1, 2],
      trainableWeights: 2,
      mask: 'dropped',
    })
  })

  test('with every option', async () => {
    const options = {
      filters: 2,
      kernelSize: [2, 3, 2],
      strides: 2,
      padding: 'same',
      dataFormat: 'channelsFirst',
      groups: 2,
      activation: 'tanh',
      useBias: false,
      kernelInitializer: 'heNormal',
      kernelRegularizer: 'l2',
      kernelConstraint: 'maxNorm',
      activityRegularizer: 'l1',
    } as const
    await runLayerTest(() => new Conv3D(options), {
      inputShape: [1, 2, 3, 3, 2],
      outputShape: [1, 2, 2, 2, 1],
      trainableWeights: 1,
      penalties: 2,
      mask: 'dropped',
    })
  })
})

test('sums each cube, and adds the bias', () => {
  const layer = new Conv3D({ filters: 2, kernelSize: 2, kernelInitializer: 'ones' })
  layer.build([null, 2, 2, 3, 1])
  layer.setWeights([layer.getWeights()[0]!, [0, 0.5]])
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], { shape: [1, 2, 2, 3, 1] })
  expect([...layer.apply(x).dataSync()]).toEqual([48, 48.5, 56, 56.5])
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) =>
      new Conv3D({ filters: 2, kernelSize: [2, 3, 2], biasInitializer: 'randomNormal', dataFormat }),
    [1, 5, 5, 4, 2],
  )
  expectSameInBothFormats(
    (dataFormat) => new Conv3D({ filters: 2, kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 4, 4, 3, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new Conv3D({ filters: 2, kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 7, null, 2])).toEqual([null, null, 5, null, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new Conv3D({ filters: 2, kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 3, 3, 2, 2] })).shape).toEqual([0, 2, 2, 1, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Conv3D, (options: Conv3DOptions) => new Conv3D(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof Conv3DOptions | 'kernels', unknown>>, RegExp]>([
    [
      { filters: 2, kernelSize: 0 },
      /Conv3D: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
    ],
    [{ filters: 2, kernelSize: [1, 1, 1, 1] }, /kernelSize is not made/],
    [{ filters: 2, kernelSize: 2, strides: 1.5 }, /strides is not made/],
    [{ filters: 2, kernelSize: 2, strides: 2, dilationRate: 2 }, /strides and dilationRate are both above 1/],
    [{ filters: 2, kernelSize: 2, padding: 'full' }, /unknown padding[\s\S]*"full"/],
    [{ filters: 2, kernelSize: 2, dataFormat: 'channels_last' }, /unknown dataFormat/],
    [{ filters: 2, kernelSize: 2, kernels: 3 }, /unknown option "kernels"/],
    [{ filters: 0, kernelSize: 2 }, /filters is not a whole number above 0/],
    [{ filters: 3, kernelSize: 2, groups: 2 }, /groups do not divide the filters/],
    [{ filters: 3, kernelSize: 2, groups: 0 }, /groups is not a whole number above 0/],
    [{ filters: 2, kernelSize: 2, padding: 'causal' }, /unknown padding/],
  ])('in the options %j', (options, message) => {
    expect(() => new Conv3D(options as never)).toThrow(ArgumentError)
    expect(() => new Conv3D(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new Conv3D({ filters: 2, kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/5 dimensions[\s\S]*in: Conv3D "conv"/)
    expect(() => layer.build([null, 3, 3, 3, null])).toThrow(/number of channels must be known/)
    expect(() => layer.build([null, 1, 3, 2, 2])).toThrow(/larger than the input/)
    expect(() => new Conv3D({ filters: 4, kernelSize: 1, groups: 2 }).apply(ones([1, 3, 3, 2, 3]))).toThrow(
      /groups do not divide the channels of the input/,
    )
    layer.apply(ones([1, 3, 3, 2, 2])).dispose()
    expect(() => layer.apply(ones([1, 3, 3, 2, 3]))).toThrow(/2 along axis -1/)
  })
})
