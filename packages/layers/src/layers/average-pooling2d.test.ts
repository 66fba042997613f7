import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { AveragePooling2D } from './average-pooling2d.ts'
import type { PoolingOptions } from './base-pooling.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new AveragePooling2D(), {
    inputShape: [1, 4, 5, 2],
    outputShape: [1, 2, 2, 2],
    mask: 'dropped',
  })
  const options = { poolSize: 3, strides: 1, padding: 'same', dataFormat: 'channelsFirst' } as const
  await runLayerTest(() => new AveragePooling2D({ ...options, activityRegularizer: 'l2' }), {
    inputShape: [1, 2, 4, 5],
    outputShape: [1, 2, 4, 5],
    penalties: 1,
    mask: 'dropped',
  })
})

describe('values', () => {
  test('of windows', () => {
    const x = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { shape: [1, 3, 4, 1] })
    expect([...new AveragePooling2D({ poolSize: 2 }).apply(x).dataSync()]).toEqual([2.5, 4.5])
    expect([
      ...new AveragePooling2D({ poolSize: [1, 3], strides: [2, 1], padding: 'same' }).apply(x).dataSync(),
    ]).toEqual([0.5, 1, 2, 2.5, 8.5, 9, 10, 10.5])
  })

  test('are the same in both data formats', () => {
    const options = { poolSize: 2, strides: 1 }
    expectSameInBothFormats((dataFormat) => new AveragePooling2D({ ...options, dataFormat }), [1, 4, 5, 2])
    expectSameInBothFormats(
      (dataFormat) => new AveragePooling2D({ padding: 'same', dataFormat }),
      [1, 4, 5, 2],
    )
  })

  test('an empty batch gives an empty output', () => {
    expect(new AveragePooling2D().apply(tensor(new Float32Array(0), { shape: [0, 4, 5, 2] })).shape).toEqual([
      0, 2, 2, 2,
    ])
  })
})

test('unknown sizes stay unknown', () => {
  expect(new AveragePooling2D().computeOutputShape([null, null, 7, null])).toEqual([null, null, 3, null])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(AveragePooling2D, (options: PoolingOptions) => new AveragePooling2D(options))
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [
      { poolSize: 0 },
      /AveragePooling2D: poolSize is not made of whole numbers of at least 1[\s\S]*poolSize: 0/,
    ],
    [{ strides: [1, 2, 3, 4] }, /strides is not made/],
    [{ padding: 'causal' }, /unknown padding/],
    [{ dataFormat: 'last' }, /unknown dataFormat/],
    [{ pool: 2 }, /unknown option "pool"/],
  ])('in the options %j', (options, message) => {
    expect(() => new AveragePooling2D(options)).toThrow(ArgumentError)
    expect(() => new AveragePooling2D(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new AveragePooling2D({ name: 'pool' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/4 dimensions[\s\S]*in: AveragePooling2D "pool"/)
    expect(() => layer.computeOutputShape([null, 1, 4, 2])).toThrow(/window is larger than the input/)
  })
})
