import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { Conv1DTranspose, type Conv1DTransposeOptions } from './conv1d-transpose.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new Conv1DTranspose({ filters: 2, kernelSize: 2 }), {
      inputShape: [2, 5, 2],
      outputShape: [2, 6, 2],
      trainableWeights: 2,
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
      activation: 'tanh',
      useBias: false,
      kernelInitializer: 'heNormal',
      kernelRegularizer: 'l2',
      kernelConstraint: 'maxNorm',
      activityRegularizer: 'l1',
    } as const
    await runLayerTest(() => new Conv1DTranspose(options), {
      inputShape: [2, 2, 5],
      outputShape: [2, 2, 10],
      trainableWeights: 1,
      penalties: 2,
      mask: 'dropped',
    })
  })
})

describe('values', () => {
  const x = tensor([[[1], [2], [4]]])
  const apply = (options: Partial<Conv1DTransposeOptions>): unknown => {
    const layer = new Conv1DTranspose({ filters: 1, kernelSize: 2, useBias: false, ...options })
    layer.build([null, 3, 1])
    layer.setWeights([[[[1]], [[10]]]])
    const y = layer.apply(x)
    expect(layer.computeOutputShape(x.shape)).toEqual(y.shape)
    return y.arraySync()
  }

  test('each element spreads the kernel', () => {
    expect(apply({})).toEqual([[[1], [12], [24], [40]]])
    expect(apply({ padding: 'same' })).toEqual([[[1], [12], [24]]])
    expect(apply({ strides: 2 })).toEqual([[[1], [10], [2], [20], [4], [40]]])
    expect(apply({ dilationRate: 2 })).toEqual([[[1], [2], [14], [20], [40]]])
  })

  test('with elements added at the end', () => {
    expect(apply({ strides: 3, outputPadding: 1 })).toEqual([
      [[1], [10], [0], [2], [20], [0], [4], [40], [0]],
    ])
    expect(apply({ strides: 3 })).toEqual(apply({ strides: 3, outputPadding: 1 }))
    expect(apply({ strides: 3, outputPadding: 2 })).toEqual([
      [[1], [10], [0], [2], [20], [0], [4], [40], [0], [0]],
    ])
    expect(apply({ strides: 3, outputPadding: 0 })).toEqual([[[1], [10], [0], [2], [20], [0], [4], [40]]])
  })
})

test.each(['valid', 'same'] as const)('the shape is found out, with padding %s', (padding) => {
  for (const kernelSize of [1, 2, 3, 4, 5])
    for (const strides of [1, 2, 3])
      for (const outputPadding of [null, 0, strides - 1]) {
        const layer = new Conv1DTranspose({ filters: 1, kernelSize, strides, padding, outputPadding })
        const shape = [1, 4, 1]
        expect(layer.computeOutputShape(shape)).toEqual(layer.apply(ones(shape)).shape)
      }
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) =>
      new Conv1DTranspose({ filters: 2, kernelSize: 3, biasInitializer: 'randomNormal', dataFormat }),
    [1, 7, 2],
  )
  expectSameInBothFormats(
    (dataFormat) =>
      new Conv1DTranspose({ filters: 2, kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 6, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new Conv1DTranspose({ filters: 2, kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 2])).toEqual([null, null, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new Conv1DTranspose({ filters: 2, kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape).toEqual([0, 6, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Conv1DTranspose, (options: Conv1DTransposeOptions) => new Conv1DTranspose(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof Conv1DTransposeOptions | 'kernels', unknown>>, RegExp]>([
    [
      { filters: 2, kernelSize: 0 },
      /Conv1DTranspose: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
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
    expect(() => new Conv1DTranspose(options as never)).toThrow(ArgumentError)
    expect(() => new Conv1DTranspose(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new Conv1DTranspose({ filters: 2, kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/3 dimensions[\s\S]*in: Conv1DTranspose "conv"/)
    expect(() => layer.build([null, 5, null])).toThrow(/number of channels must be known/)
    layer.apply(ones([2, 5, 2])).dispose()
    expect(() => layer.apply(ones([2, 5, 3]))).toThrow(/2 along axis -1/)
  })
})
