import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { AveragePooling1D } from './average-pooling1d.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new AveragePooling1D(), {
    inputShape: [2, 5, 2],
    outputShape: [2, 2, 2],
    mask: 'dropped',
  })
  const options = { poolSize: 3, strides: 1, padding: 'same', dataFormat: 'channelsFirst' } as const
  await runLayerTest(() => new AveragePooling1D({ ...options, activityRegularizer: 'l2' }), {
    inputShape: [2, 2, 5],
    outputShape: [2, 2, 5],
    penalties: 1,
    mask: 'dropped',
  })
})

describe('values', () => {
  test('of windows', () => {
    const x = tensor([[[1], [5], [3], [2], [9]]])
    expect(new AveragePooling1D({ poolSize: 2 }).apply(x).arraySync()).toEqual([[[3], [2.5]]])
    expect(new AveragePooling1D({ poolSize: 3, strides: 2, padding: 'same' }).apply(x).arraySync()).toEqual([
      [[3], [Math.fround(10 / 3)], [5.5]],
    ])
  })

  test('are the same in both data formats', () => {
    const options = { poolSize: 2, strides: 1 }
    expectSameInBothFormats((dataFormat) => new AveragePooling1D({ ...options, dataFormat }), [2, 5, 2])
    expectSameInBothFormats((dataFormat) => new AveragePooling1D({ padding: 'same', dataFormat }), [2, 5, 2])
  })

  test('an empty batch gives an empty output', () => {
    expect(new AveragePooling1D().apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape).toEqual([
      0, 2, 2,
    ])
  })
})

test('unknown sizes stay unknown', () => {
  expect(new AveragePooling1D().computeOutputShape([null, null, null])).toEqual([null, null, null])
})

test('the config is spelt as Keras’s', () => {
  expect(
    new AveragePooling1D({ poolSize: 3, padding: 'same', dataFormat: 'channelsFirst' }).getConfig(),
  ).toMatchObject({
    pool_size: [3],
    padding: 'same',
    strides: [3],
    data_format: 'channels_first',
  })
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [
      { poolSize: 0 },
      /AveragePooling1D: poolSize is not made of whole numbers of at least 1[\s\S]*poolSize: 0/,
    ],
    [{ strides: [1, 2, 3, 4] }, /strides is not made/],
    [{ padding: 'causal' }, /unknown padding/],
    [{ dataFormat: 'last' }, /unknown dataFormat/],
    [{ pool: 2 }, /unknown option "pool"/],
  ])('in the options %j', (options, message) => {
    expect(() => new AveragePooling1D(options)).toThrow(ArgumentError)
    expect(() => new AveragePooling1D(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new AveragePooling1D({ name: 'pool' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/3 dimensions[\s\S]*in: AveragePooling1D "pool"/)
    expect(() => layer.computeOutputShape([null, 1, 2])).toThrow(/window is larger than the input/)
  })
})
