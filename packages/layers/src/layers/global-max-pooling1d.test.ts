import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import type { GlobalPoolingOptions } from './base-global-pooling.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { GlobalMaxPooling1D } from './global-max-pooling1d.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new GlobalMaxPooling1D(), {
    inputShape: [2, 5, 2],
    outputShape: [2, 2],
    mask: 'dropped',
  })
  await runLayerTest(() => new GlobalMaxPooling1D({ keepdims: true, dataFormat: 'channelsFirst' }), {
    inputShape: [2, 2, 5],
    outputShape: [2, 2, 1],
    mask: 'dropped',
  })
})

describe('values', () => {
  test('of all places', () => {
    const x = tensor([1, 8, 5, 3, 3, 4], { shape: [1, 3, 2] })
    expect(new GlobalMaxPooling1D().apply(x).arraySync()).toEqual([[5, 8]])
    const kept = new GlobalMaxPooling1D({ keepdims: true }).apply(x)
    expect(kept.shape).toEqual([1, 1, 2])
    expect([...kept.dataSync()]).toEqual([[5, 8]].flat())
  })

  test('are the same in both data formats', () => {
    expectSameInBothFormats((dataFormat) => new GlobalMaxPooling1D({ dataFormat }), [2, 5, 2])
    expectSameInBothFormats((dataFormat) => new GlobalMaxPooling1D({ keepdims: true, dataFormat }), [2, 5, 2])
  })

  test('an empty batch gives an empty output', () => {
    expect(new GlobalMaxPooling1D().apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape).toEqual([
      0, 2,
    ])
  })
})

test('unknown sizes stay unknown, and those along space do not matter', () => {
  const shape = [null, null, 3]
  expect(new GlobalMaxPooling1D().computeOutputShape(shape)).toEqual([null, 3])
  expect(new GlobalMaxPooling1D({ keepdims: true }).computeOutputShape(shape)).toEqual([null, 1, 3])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(GlobalMaxPooling1D, (options: GlobalPoolingOptions) => new GlobalMaxPooling1D(options))
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ keepdims: 1 }, /GlobalMaxPooling1D: keepdims is neither true nor false/],
    [{ dataFormat: 'last' }, /unknown dataFormat/],
    [{ keepDims: true }, /unknown option "keepDims"[\s\S]*did you mean keepdims\?/],
  ])('in the options %j', (options, message) => {
    expect(() => new GlobalMaxPooling1D(options)).toThrow(ArgumentError)
    expect(() => new GlobalMaxPooling1D(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new GlobalMaxPooling1D({ name: 'pool' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/3 dimensions[\s\S]*in: GlobalMaxPooling1D "pool"/)
  })
})
