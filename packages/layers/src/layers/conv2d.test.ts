import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { Conv2D, type Conv2DOptions } from './conv2d.ts'
import { Flatten } from './flatten.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new Conv2D({ filters: 2, kernelSize: 2 }), {
      inputShape: [2, 4, 3, 2],
      outputShape: [2, 3, 2, 2],
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
      groups: 2,
      activation: 'tanh',
      useBias: false,
      kernelInitializer: 'heNormal',
      kernelRegularizer: 'l2',
      kernelConstraint: 'maxNorm',
      activityRegularizer: 'l1',
    } as const
    await runLayerTest(() => new Conv2D(options), {
      inputShape: [2, 2, 4, 3],
      outputShape: [2, 2, 2, 2],
      trainableWeights: 1,
      penalties: 2,
      mask: 'dropped',
    })
  })
})

test('the seed’s example', () => {
  const model = new Sequential([
    new Conv2D({
      filters: 64,
      kernelSize: [3, 3],
      padding: 'same',
      dataFormat: 'channelsFirst',
      inputShape: [3, 32, 32],
    }),
  ])
  expect(model.outputShape).toEqual([null, 64, 32, 32])
  model.add(new Flatten())
  expect(model.outputShape).toEqual([null, 65536])
  expect(model.countParams()).toBe(3 * 3 * 3 * 64 + 64)
})

describe('values', () => {
  const x = tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], { shape: [1, 3, 3, 1] })

  test('the kernel is not reversed, and the bias is added', () => {
    const layer = new Conv2D({ filters: 1, kernelSize: 2 })
    layer.build([null, 3, 3, 1])
    layer.setWeights([
      [
        [[[1]], [[0]]],
        [[[0]], [[10]]],
      ],
      [0.5],
    ])
    expect([...layer.apply(x).dataSync()]).toEqual([51.5, 62.5, 84.5, 95.5])
  })

  test('groups see their own channels', () => {
    const layer = new Conv2D({ filters: 2, kernelSize: 1, groups: 2, useBias: false })
    layer.build([null, 1, 1, 4])
    layer.setWeights([tensor([1, 100, 10, 1000], { shape: [1, 1, 2, 2] })])
    expect([...layer.apply(tensor([1, 2, 3, 4], { shape: [1, 1, 1, 4] })).dataSync()]).toEqual([21, 4300])
  })
})

test('both data formats give the same', () => {
  expectSameInBothFormats(
    (dataFormat) =>
      new Conv2D({ filters: 2, kernelSize: [2, 3], biasInitializer: 'randomNormal', dataFormat }),
    [1, 6, 5, 2],
  )
  expectSameInBothFormats(
    (dataFormat) => new Conv2D({ filters: 2, kernelSize: 2, strides: 2, padding: 'same', dataFormat }),
    [1, 5, 4, 2],
  )
})

test('unknown sizes stay unknown', () => {
  const layer = new Conv2D({ filters: 2, kernelSize: 3 })
  expect(layer.computeOutputShape([null, null, 7, 2])).toEqual([null, null, 5, 2])
})

test('an empty batch gives an empty output', () => {
  const layer = new Conv2D({ filters: 2, kernelSize: 2 })
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 4, 3, 2] })).shape).toEqual([0, 3, 2, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Conv2D, (options: Conv2DOptions) => new Conv2D(options))
})

describe('errors', () => {
  test.each<[Partial<Record<keyof Conv2DOptions | 'kernels', unknown>>, RegExp]>([
    [
      { filters: 2, kernelSize: 0 },
      /Conv2D: kernelSize is not made of whole numbers of at least 1[\s\S]*kernelSize: 0/,
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
    expect(() => new Conv2D(options as never)).toThrow(ArgumentError)
    expect(() => new Conv2D(options as never)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new Conv2D({ filters: 2, kernelSize: 2, name: 'conv' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/4 dimensions[\s\S]*in: Conv2D "conv"/)
    expect(() => layer.build([null, 4, 4, null])).toThrow(/number of channels must be known/)
    expect(() => layer.build([null, 1, 3, 2])).toThrow(/larger than the input/)
    expect(() => new Conv2D({ filters: 4, kernelSize: 1, groups: 2 }).apply(ones([2, 4, 3, 3]))).toThrow(
      /groups do not divide the channels of the input/,
    )
    layer.apply(ones([2, 4, 3, 2])).dispose()
    expect(() => layer.apply(ones([2, 4, 3, 3]))).toThrow(/2 along axis -1/)
  })
})
