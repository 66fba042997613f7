import { ArgumentError, ones, ShapeError, setBackend, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import {
  ZeroPadding1D,
  type ZeroPadding1DOptions,
  ZeroPadding2D,
  type ZeroPadding2DOptions,
  ZeroPadding3D,
  type ZeroPadding3DOptions,
} from './index.ts'

setBackend(referenceBackend())

describe('do what every layer must do', () => {
  test.each([
    [{}, [2, 5, 2]],
    [{ padding: [0, 2] }, [2, 5, 2]],
    [{ padding: 2, dataFormat: 'channelsFirst' }, [2, 3, 6]],
  ] satisfies [ZeroPadding1DOptions, number[]][])('ZeroPadding1D with %j', async (options, outputShape) => {
    await runLayerTest(() => new ZeroPadding1D(options), {
      inputShape: [2, 3, 2],
      outputShape,
      mask: 'dropped',
    })
  })

  test.each([
    [{}, [2, 4, 5, 1]],
    [{ padding: [1, [0, 2]], dataFormat: 'channelsFirst' }, [2, 2, 5, 3]],
  ] satisfies [ZeroPadding2DOptions, number[]][])('ZeroPadding2D with %j', async (options, outputShape) => {
    await runLayerTest(() => new ZeroPadding2D(options), {
      inputShape: [2, 2, 3, 1],
      outputShape,
      mask: 'dropped',
    })
  })

  test.each([
    [{}, [1, 4, 3, 4, 2]],
    [{ padding: [0, [0, 1], 1], dataFormat: 'channelsFirst' }, [1, 2, 1, 3, 4]],
  ] satisfies [ZeroPadding3DOptions, number[]][])('ZeroPadding3D with %j', async (options, outputShape) => {
    await runLayerTest(() => new ZeroPadding3D(options), {
      inputShape: [1, 2, 1, 2, 2],
      outputShape,
      mask: 'dropped',
    })
  })
})

describe('values', () => {
  test('of steps', () => {
    expect(new ZeroPadding1D({ padding: [1, 2] }).apply(ones([1, 1, 2])).arraySync()).toEqual([
      [
        [0, 0],
        [1, 1],
        [0, 0],
        [0, 0],
      ],
    ])
  })

  test('of images in either format', () => {
    const padding = [[1, 0], 1] as const
    const last = new ZeroPadding2D({ padding }).apply(ones([1, 1, 1, 2]))
    expect(last.arraySync()).toEqual([
      [
        [
          [0, 0],
          [0, 0],
          [0, 0],
        ],
        [
          [0, 0],
          [1, 1],
          [0, 0],
        ],
      ],
    ])
    const first = new ZeroPadding2D({ padding, dataFormat: 'channelsFirst' }).apply(ones([1, 1, 1, 2]))
    expect(first.arraySync()).toEqual([
      [
        [
          [0, 0, 0, 0],
          [0, 1, 1, 0],
        ],
      ],
    ])
  })

  test('of volumes', () => {
    const padding = [[1, 0], [0, 1], 0] as const
    expect(new ZeroPadding3D({ padding }).apply(ones([1, 1, 1, 1, 1])).arraySync()).toEqual([
      [
        [[[0]], [[0]]],
        [[[1]], [[0]]],
      ],
    ])
  })

  test('no samples', () => {
    expect(new ZeroPadding2D().apply(zeros([0, 3, 3, 1])).shape).toEqual([0, 5, 5, 1])
  })
})

test('shapes with unknown sizes', () => {
  expect(new ZeroPadding1D().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
  expect(new ZeroPadding2D().apply(input({ shape: [null, 5, 2] })).shape).toEqual([null, null, 7, 2])
})

test('the configs are Keras’s', () => {
  expectKerasConfigs(ZeroPadding1D, (options: ZeroPadding1DOptions) => new ZeroPadding1D(options))
  expectKerasConfigs(ZeroPadding2D, (options: ZeroPadding2DOptions) => new ZeroPadding2D(options))
  expectKerasConfigs(ZeroPadding3D, (options: ZeroPadding3DOptions) => new ZeroPadding3D(options))
})

describe('errors', () => {
  test.each([
    [
      () => new ZeroPadding1D({ padding: -1 }),
      /padding is not made of whole numbers of at least 0[\s\S]*padding: -1/,
    ],
    [() => new ZeroPadding2D({ padding: [1, 2, 3] as unknown as [number, number] }), /2 numbers or pairs/],
    [() => new ZeroPadding3D({ padding: [1, [1, Number.NaN], 1] }), /3 numbers or pairs/],
    [() => new ZeroPadding1D({ dataFormat: null as unknown as 'channelsLast' }), /unknown dataFormat/],
    [() => new ZeroPadding2D({ pad: 1 } as ZeroPadding2DOptions), /unknown option "pad"/],
  ])('in options %#', (make, message) => {
    expect(make).toThrow(ArgumentError)
    expect(make).toThrow(message)
  })

  test('another rank', () => {
    expect(() => new ZeroPadding1D().apply(zeros([1, 3]))).toThrow(ShapeError)
    expect(() => new ZeroPadding3D().apply(zeros([1, 3, 4]))).toThrow(/5 dimensions, the batch's included/)
  })
})
