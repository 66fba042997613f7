import { ArgumentError, arange, reshape, ShapeError, setBackend, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import {
  Cropping1D,
  type Cropping1DOptions,
  Cropping2D,
  type Cropping2DOptions,
  Cropping3D,
  type Cropping3DOptions,
} from './index.ts'

setBackend(referenceBackend())

describe('do what every layer must do', () => {
  test.each([[undefined], [2], [[0, 1] as const]])('Cropping1D by %j', async (cropping) => {
    const length = 6 - (cropping === undefined ? 2 : cropping === 2 ? 4 : 1)
    await runLayerTest(() => new Cropping1D(cropping === undefined ? {} : { cropping }), {
      inputShape: [2, 6, 3],
      outputShape: [2, length, 3],
      mask: 'dropped',
    })
  })

  test.each([
    [{}, [2, 4, 5, 3]],
    [{ cropping: 1 }, [2, 2, 3, 3]],
    [{ cropping: [1, [0, 2]], dataFormat: 'channelsFirst' }, [2, 4, 3, 1]],
  ] satisfies [Cropping2DOptions, number[]][])('Cropping2D with %j', async (options, outputShape) => {
    await runLayerTest(() => new Cropping2D(options), {
      inputShape: [2, 4, 5, 3],
      outputShape,
      mask: 'dropped',
    })
  })

  test.each([
    [{}, [1, 1, 2, 1, 2]],
    [{ cropping: [[0, 1], 0, [2, 0]], dataFormat: 'channelsLast' }, [1, 2, 4, 1, 2]],
    [{ cropping: [1, [1, 0], 0], dataFormat: 'channelsFirst' }, [1, 3, 2, 2, 2]],
  ] satisfies [Cropping3DOptions, number[]][])('Cropping3D with %j', async (options, outputShape) => {
    await runLayerTest(() => new Cropping3D(options), {
      inputShape: [1, 3, 4, 3, 2],
      outputShape,
      mask: 'dropped',
    })
  })
})

describe('values', () => {
  test('of steps', () => {
    const x = reshape(arange(10), [1, 5, 2])
    expect(new Cropping1D({ cropping: [1, 2] }).apply(x).arraySync()).toEqual([
      [
        [2, 3],
        [4, 5],
      ],
    ])
  })

  test('of images in either format', () => {
    const x = reshape(arange(12), [1, 3, 4, 1])
    const cropping = [
      [1, 0],
      [1, 2],
    ] as const
    expect(new Cropping2D({ cropping }).apply(x).arraySync()).toEqual([[[[5]], [[9]]]])
    const first = new Cropping2D({ cropping, dataFormat: 'channelsFirst' })
    expect(first.apply(reshape(x, [1, 1, 3, 4])).arraySync()).toEqual([[[[5], [9]]]])
  })

  test('of volumes', () => {
    const x = reshape(arange(8), [1, 2, 2, 2, 1])
    const cropping = [
      [1, 0],
      [0, 1],
      [1, 0],
    ] as const
    expect(new Cropping3D({ cropping }).apply(x).arraySync()).toEqual([[[[[5]]]]])
  })

  test('no samples', () => {
    expect(new Cropping2D({ cropping: 1 }).apply(zeros([0, 3, 3, 1])).shape).toEqual([0, 1, 1, 1])
  })
})

test('shapes with unknown sizes', () => {
  expect(new Cropping1D().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
  expect(new Cropping2D({ cropping: 1 }).apply(input({ shape: [null, 5, 2] })).shape).toEqual([
    null,
    null,
    3,
    2,
  ])
})

test('the configs are Keras’s', () => {
  expectKerasConfigs(Cropping1D, (options: Cropping1DOptions) => new Cropping1D(options))
  expectKerasConfigs(Cropping2D, (options: Cropping2DOptions) => new Cropping2D(options))
  expectKerasConfigs(Cropping3D, (options: Cropping3DOptions) => new Cropping3D(options))
})

test('defaults are Keras’s', () => {
  expect(new Cropping1D().cropping).toEqual([1, 1])
  expect(new Cropping2D().cropping.flat()).toEqual([0, 0, 0, 0])
  expect(new Cropping3D().cropping.flat()).toEqual([1, 1, 1, 1, 1, 1])
})

describe('errors', () => {
  test.each([
    [
      () => new Cropping1D({ cropping: -1 }),
      /cropping is not made of whole numbers of at least 0[\s\S]*cropping: -1/,
    ],
    [() => new Cropping1D({ cropping: [1, 2, 3] as unknown as [number, number] }), /\[before, after\]/],
    [() => new Cropping2D({ cropping: [1] as unknown as [number, number] }), /cropping: \[1\]/],
    [() => new Cropping2D({ cropping: [1, [0, 0.5]] }), /2 numbers or pairs/],
    [() => new Cropping3D({ cropping: '1' as unknown as number }), /cropping: "1"/],
    [() => new Cropping2D({ dataFormat: 'channels_last' as 'channelsLast' }), /unknown dataFormat/],
    [
      () => new Cropping1D({ dataFormat: 'channelsLast' } as Cropping1DOptions),
      /unknown option "dataFormat"/,
    ],
  ])('in options %#', (make, message) => {
    expect(make).toThrow(ArgumentError)
    expect(make).toThrow(message)
  })

  test('nothing left', () => {
    for (const call of [
      () => new Cropping1D({ cropping: [1, 2] }).apply(zeros([1, 3, 1])),
      () => new Cropping1D({ cropping: [1, 2] }).apply(input({ shape: [2, 1] })),
      () => new Cropping2D({ cropping: [0, 2] }).apply(zeros([1, 3, 4, 1])),
      () => new Cropping3D().apply(zeros([1, 3, 3, 2, 1])),
    ]) {
      expect(call).toThrow(ShapeError)
      expect(call).toThrow(/leaves nothing of an axis[\s\S]*in: Cropping/)
    }
  })

  test('another rank', () => {
    expect(() => new Cropping2D().apply(zeros([1, 3, 4]))).toThrow(/4 dimensions, the batch's included/)
  })
})
