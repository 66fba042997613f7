import { ArgumentError, neg, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { Conv1D, type Conv1DOptions } from './conv1d.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new Conv1D({ filters: 2, kernelSize: 2 }), {
      inputShape: [2, 5, 2],
      outputShape: [2, 4, 2],
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
      groups: 2,
      activation: 'tanh',
      useBias: false,
      kernelInitializer: 'heNormal',
      kernelRegularizer: 'l2',
      kernelConstraint: 'maxNorm',
      activityRegularizer: 'l1',
    } as const
    await runLayerTest(() => new Conv1D(options), {
      inputShape: [2, 2, 5],
      outputShape: [2, 2, 3],
      trainableWeights: 1,
      penalties: 2,
      mask: 'dropped',
    })
  })
})

describe('values', () => {
  const x = tensor([[[1], [2], [4], [8]]])
  const apply = (options: Partial<Conv1DOptions>): unknown => {
    const layer = new Conv1D({ filters: 1, kernelSize: 2, ...options })
    layer.build([null, 4, 1])
    layer.setWeights([[[[1]], [[10]]], [0.5]])
    return layer.apply(x).arraySync()
  }

  test('the kernel is not reversed, and the bias is added', () => {
    expect(apply({})).toEqual([[[21.5], [42.5], [84.5]]])
  })

  test('causal outputs see nothing that comes after', () => {
    expect(apply({ padding: 'causal' })).toEqual([[[10.5], [21.5], [42.5], [84.5]]])
    expect(apply({ padding: 'causal', dilationRate: 2 })).toEqual([[[10.5], [20.5], [41.5], [82.5]]])
  })

  test('with strides, dilation and an activation', () => {
    expect(apply({ padding: 'same', strides: 2 })).toEqual([[[21.5], [84.5]]])
    expect(apply({ dilationRate: 2 })).toEqual([[[41.5], [82.5]]])
    expect(apply({ activation: neg })).toEqual([[[-21.5], [-42.5], [-84.5]]])
  })
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) => new Conv1D({ filters: 2, kernelSize: 3, biasInitializer: 'randomNormal', dataFormat }),
    [1, 7, 2],
  )
  expectSameInBothFormats(
    (dataFormat) => new Conv1D({ filters: 2, kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 6, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new Conv1D({ filters: 2, kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 2])).toEqual([null, null, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new Conv1D({ filters: 2, kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape).toEqual([0, 4, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Conv1D, (options: Conv1DOptions) => new Conv1D(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof Conv1DOptions | 'kernels', unknown>>, RegExp]>([
    [
      { filters: 2, kernelSize: 0 },
      /Conv1D: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
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
  ])('in the options %j', (options, message) => {
    expect(() => new Conv1D(options as never)).toThrow(ArgumentError)
    expect(() => new Conv1D(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new Conv1D({ filters: 2, kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/3 dimensions[\s\S]*in: Conv1D "conv"/)
    expect(() => layer.build([null, 5, null])).toThrow(/number of channels must be known/)
    expect(() => layer.build([null, 1, 2])).toThrow(/larger than the input/)
    expect(() => new Conv1D({ filters: 4, kernelSize: 1, groups: 2 }).apply(ones([2, 5, 3]))).toThrow(
      /groups do not divide the channels of the input/,
    )
    layer.apply(ones([2, 5, 2])).dispose()
    expect(() => layer.apply(ones([2, 5, 3]))).toThrow(/2 along axis -1/)
  })
})
