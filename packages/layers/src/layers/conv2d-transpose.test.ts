import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { Conv2DTranspose, type Conv2DTransposeOptions } from './conv2d-transpose.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new Conv2DTranspose({ filters: 2, kernelSize: 2 }), {
      inputShape: [2, 4, 3, 2],
      outputShape: [2, 5, 4, 2],
      trainableWeights: 2,
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
      activation: 'tanh',
      useBias: false,
      kernelInitializer: 'heNormal',
      kernelRegularizer: 'l2',
      kernelConstraint: 'maxNorm',
      activityRegularizer: 'l1',
    } as const
    await runLayerTest(() => new Conv2DTranspose(options), {
      inputShape: [2, 2, 4, 3],
      outputShape: [2, 2, 8, 6],
      trainableWeights: 1,
      penalties: 2,
      mask: 'dropped',
    })
  })
})

test('each element spreads the kernel, and the bias is added', () => {
  const layer = new Conv2DTranspose({ filters: 1, kernelSize: 2 })
  layer.build([null, 1, 2, 1])
  layer.setWeights([tensor([1, 10, 100, 1000], { shape: [2, 2, 1, 1] }), [0.5]])
  const y = layer.apply(tensor([1, 2], { shape: [1, 1, 2, 1] }))
  expect(y.shape).toEqual([1, 2, 3, 1])
  expect([...y.dataSync()]).toEqual([1.5, 12.5, 20.5, 100.5, 1200.5, 2000.5])
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) =>
      new Conv2DTranspose({ filters: 2, kernelSize: [2, 3], biasInitializer: 'randomNormal', dataFormat }),
    [1, 6, 5, 2],
  )
  expectSameInBothFormats(
    (dataFormat) =>
      new Conv2DTranspose({ filters: 2, kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 5, 4, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new Conv2DTranspose({ filters: 2, kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 7, 2])).toEqual([null, null, 9, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new Conv2DTranspose({ filters: 2, kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 4, 3, 2] })).shape).toEqual([0, 5, 4, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Conv2DTranspose, (options: Conv2DTransposeOptions) => new Conv2DTranspose(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof Conv2DTransposeOptions | 'kernels', unknown>>, RegExp]>([
    [
      { filters: 2, kernelSize: 0 },
      /Conv2DTranspose: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
    ],
    [{ filters: 2, kernelSize: [1, 1, 1, 1] }, /kernelSize is not made/],
    [{ filters: 2, kernelSize: 2, strides: 1.5 }, /strides is not made/],
    [{ filters: 2, kernelSize: 2, strides: 2, dilationRate: 2 }, /strides and dilationRate are both above 1/],
    [{ filters: 2, kernelSize: 2, padding: 'full' }, /unknown padding[\s\S]*"full"/],
    [{ filters: 2, kernelSize: 2, dataFormat: 'channels_last' }, /unknown dataFormat/],
    [{ filters: 2, kernelSize: 2, kernels: 3 }, /unknown option "kernels"/],
    [{ filters: 0, kernelSize: 2 }, /filters is not a whole number above 0/],
    [
      { filters: 3, kernelSize: 2, strides: 2, outputPadding: 2 },
      /outputPadding is not less than the strides/,
    ],
    [{ filters: 2, kernelSize: 2, padding: 'causal' }, /unknown padding/],
  ])('in the options %j', (options, message) => {
    expect(() => new Conv2DTranspose(options as never)).toThrow(ArgumentError)
    expect(() => new Conv2DTranspose(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new Conv2DTranspose({ filters: 2, kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/4 dimensions[\s\S]*in: Conv2DTranspose "conv"/)
    expect(() => layer.build([null, 4, 4, null])).toThrow(/number of channels must be known/)
    layer.apply(ones([2, 4, 3, 2])).dispose()
    expect(() => layer.apply(ones([2, 4, 3, 3]))).toThrow(/2 along axis -1/)
  })
})
