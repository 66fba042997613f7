import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { AveragePooling3D } from './average-pooling3d.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new AveragePooling3D(), {
    inputShape: [1, 2, 3, 4, 2],
    outputShape: [1, 1, 1, 2, 2],
    mask: 'dropped',
  })
  const options = { poolSize: 3, strides: 1, padding: 'same', dataFormat: 'channelsFirst' } as const
  await runLayerTest(() => new AveragePooling3D({ ...options, activityRegularizer: 'l2' }), {
    inputShape: [1, 2, 2, 3, 4],
    outputShape: [1, 2, 2, 3, 4],
    penalties: 1,
    mask: 'dropped',
  })
})

describe('values', () => {
  test('of windows', () => {
    const x = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], { shape: [1, 3, 2, 2, 1] })
    expect([...new AveragePooling3D().apply(x).dataSync()]).toEqual([3.5])
    expect(new AveragePooling3D({ poolSize: [1, 2, 1], strides: 1 }).apply(x).shape).toEqual([1, 3, 1, 2, 1])
  })

  test('are the same in both data formats', () => {
    const options = { poolSize: 2, strides: 1 }
    expectSameInBothFormats((dataFormat) => new AveragePooling3D({ ...options, dataFormat }), [1, 2, 3, 4, 2])
    expectSameInBothFormats(
      (dataFormat) => new AveragePooling3D({ padding: 'same', dataFormat }),
      [1, 2, 3, 4, 2],
    )
  })

  test('an empty batch gives an empty output', () => {
    expect(
      new AveragePooling3D().apply(tensor(new Float32Array(0), { shape: [0, 2, 3, 4, 2] })).shape,
    ).toEqual([0, 1, 1, 2, 2])
  })
})

test('unknown sizes stay unknown', () => {
  expect(new AveragePooling3D().computeOutputShape([null, null, 7, 6, 3])).toEqual([null, null, 3, 3, 3])
})

test('the config is spelt as Keras’s', () => {
  expect(
    new AveragePooling3D({ poolSize: 3, padding: 'same', dataFormat: 'channelsFirst' }).getConfig(),
  ).toMatchObject({
    pool_size: [3, 3, 3],
    padding: 'same',
    strides: [3, 3, 3],
    data_format: 'channels_first',
  })
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [
      { poolSize: 0 },
      /AveragePooling3D: poolSize is not made of whole numbers of at least 1[\s\S]*poolSize: 0/,
    ],
    [{ strides: [1, 2, 3, 4] }, /strides is not made/],
    [{ padding: 'causal' }, /unknown padding/],
    [{ dataFormat: 'last' }, /unknown dataFormat/],
    [{ pool: 2 }, /unknown option "pool"/],
  ])('in the options %j', (options, message) => {
    expect(() => new AveragePooling3D(options)).toThrow(ArgumentError)
    expect(() => new AveragePooling3D(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new AveragePooling3D({ name: 'pool' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/5 dimensions[\s\S]*in: AveragePooling3D "pool"/)
    expect(() => layer.computeOutputShape([null, 1, 4, 4, 2])).toThrow(/window is larger than the input/)
  })
})
