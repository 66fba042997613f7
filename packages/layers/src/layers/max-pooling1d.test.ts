import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import type { PoolingOptions } from './base-pooling.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { MaxPooling1D } from './max-pooling1d.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new MaxPooling1D(), {
    inputShape: [2, 5, 2],
    outputShape: [2, 2, 2],
    mask: 'dropped',
  })
  const options = { poolSize: 3, strides: 1, padding: 'same', dataFormat: 'channelsFirst' } as const
  await runLayerTest(() => new MaxPooling1D({ ...options, activityRegularizer: 'l2' }), {
    inputShape: [2, 2, 5],
    outputShape: [2, 2, 5],
    penalties: 1,
    mask: 'dropped',
  })
})

describe('values', () => {
  test('of windows', () => {
    const x = tensor([[[1], [5], [3], [2], [9]]])
    expect(new MaxPooling1D({ poolSize: 2 }).apply(x).arraySync()).toEqual([[[5], [3]]])
    expect(new MaxPooling1D({ poolSize: 3, strides: 2, padding: 'same' }).apply(x).arraySync()).toEqual([
      [[5], [5], [9]],
    ])
  })

  test('are the same in both data formats', () => {
    const options = { poolSize: 2, strides: 1 }
    expectSameInBothFormats((dataFormat) => new MaxPooling1D({ ...options, dataFormat }), [2, 5, 2])
    expectSameInBothFormats((dataFormat) => new MaxPooling1D({ padding: 'same', dataFormat }), [2, 5, 2])
  })

  test('an empty batch gives an empty output', () => {
    expect(new MaxPooling1D().apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape).toEqual([
      0, 2, 2,
    ])
  })
})

test('unknown sizes stay unknown', () => {
  expect(new MaxPooling1D().computeOutputShape([null, null, null])).toEqual([null, null, null])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(MaxPooling1D, (options: PoolingOptions) => new MaxPooling1D(options))
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ poolSize: 0 }, /MaxPooling1D: poolSize is not made of whole numbers of at least 1[\s\S]*poolSize: 0/],
    [{ strides: [1, 2, 3, 4] }, /strides is not made/],
    [{ padding: 'causal' }, /unknown padding/],
    [{ dataFormat: 'last' }, /unknown dataFormat/],
    [{ pool: 2 }, /unknown option "pool"/],
  ])('in the options %j', (options, message) => {
    expect(() => new MaxPooling1D(options)).toThrow(ArgumentError)
    expect(() => new MaxPooling1D(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new MaxPooling1D({ name: 'pool' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/3 dimensions[\s\S]*in: MaxPooling1D "pool"/)
    expect(() => layer.computeOutputShape([null, 1, 2])).toThrow(/window is larger than the input/)
  })
})
