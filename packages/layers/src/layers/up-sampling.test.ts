import { ArgumentError, arange, reshape, ShapeError, setBackend, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import {
  UpSampling1D,
  type UpSampling1DOptions,
  UpSampling2D,
  type UpSampling2DOptions,
  UpSampling3D,
  type UpSampling3DOptions,
} from './index.ts'
import { interpolations } from './interpolation.ts'

setBackend(referenceBackend())

describe('do what every layer must do', () => {
  test('UpSampling1D', async () => {
    await runLayerTest(() => new UpSampling1D({ size: 3 }), {
      inputShape: [2, 2, 3],
      outputShape: [2, 6, 3],
      mask: 'dropped',
    })
  })

  test.each(interpolations)('UpSampling2D, %s', async (interpolation) => {
    await runLayerTest(() => new UpSampling2D({ size: [3, 2], interpolation }), {
      inputShape: [1, 2, 3, 2],
      outputShape: [1, 6, 6, 2],
      mask: 'dropped',
    })
    await runLayerTest(() => new UpSampling2D({ interpolation, dataFormat: 'channelsFirst' }), {
      inputShape: [1, 2, 3, 1],
      outputShape: [1, 2, 6, 2],
      mask: 'dropped',
    })
  })

  test.each([
    [{}, [1, 2, 4, 2, 2]],
    [{ size: [1, 2, 3], dataFormat: 'channelsFirst' }, [1, 1, 2, 2, 6]],
  ] satisfies [UpSampling3DOptions, number[]][])('UpSampling3D with %j', async (options, outputShape) => {
    await runLayerTest(() => new UpSampling3D(options), {
      inputShape: [1, 1, 2, 1, 2],
      outputShape,
      mask: 'dropped',
    })
  })
})

describe('values', () => {
  test('of steps', () => {
    const x = tensor([
      [
        [1, 2],
        [3, 4],
      ],
    ])
    expect(new UpSampling1D().apply(x).arraySync()).toEqual([
      [
        [1, 2],
        [1, 2],
        [3, 4],
        [3, 4],
      ],
    ])
  })

  test('of images in either format', () => {
    const x = tensor([1, 2, 3, 4], { shape: [1, 2, 2, 1] })
    const expected = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]
    const last = new UpSampling2D({ size: [1, 3] })
    expect([...last.apply(x).dataSync()]).toEqual(expected)
    const first = new UpSampling2D({ size: [1, 3], dataFormat: 'channelsFirst' })
    expect([...first.apply(reshape(x, [1, 1, 2, 2])).dataSync()]).toEqual(expected)
  })

  test('of volumes', () => {
    const x = reshape(arange(2), [1, 1, 1, 2, 1])
    expect([...new UpSampling3D({ size: [2, 1, 2] }).apply(x).dataSync()]).toEqual([0, 0, 1, 1, 0, 0, 1, 1])
  })

  test('no samples', () => {
    expect(new UpSampling2D({ interpolation: 'bilinear' }).apply(zeros([0, 3, 3, 1])).shape).toEqual([
      0, 6, 6, 1,
    ])
  })
})

test('shapes with unknown sizes', () => {
  expect(new UpSampling1D().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
  expect(new UpSampling2D().apply(input({ shape: [null, 5, 2] })).shape).toEqual([null, null, 10, 2])
})

test('the configs are Keras’s', () => {
  expectKerasConfigs(UpSampling1D, (options: UpSampling1DOptions) => new UpSampling1D(options))
  expectKerasConfigs(UpSampling2D, (options: UpSampling2DOptions) => new UpSampling2D(options))
  expectKerasConfigs(UpSampling3D, (options: UpSampling3DOptions) => new UpSampling3D(options))
})

describe('errors', () => {
  test.each([
    [() => new UpSampling1D({ size: 0 }), /size is not a whole number above 0[\s\S]*size: 0/],
    [() => new UpSampling2D({ size: [1] as unknown as [number, number] }), /a list of 2[\s\S]*/],
    [() => new UpSampling3D({ size: [1, 2, 0.5] }), /size is not made of whole numbers of at least 1/],
    [
      () => new UpSampling2D({ interpolation: 'linear' as 'bilinear' }),
      /unknown interpolation[\s\S]*"bilinear"/,
    ],
    [() => new UpSampling2D({ dataFormat: 'NCHW' as 'channelsFirst' }), /unknown dataFormat/],
    [
      () => new UpSampling3D({ interpolation: 'nearest' } as UpSampling3DOptions),
      /unknown option "interpolation"/,
    ],
  ])('in options %#', (make, message) => {
    expect(make).toThrow(ArgumentError)
    expect(make).toThrow(message)
  })

  test('another rank', () => {
    expect(() => new UpSampling1D().apply(zeros([1, 3]))).toThrow(ShapeError)
    expect(() => new UpSampling2D().apply(zeros([1, 3, 4]))).toThrow(/4 dimensions, the batch's included/)
  })
})
