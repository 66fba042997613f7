import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import type { GlobalPoolingOptions } from './base-global-pooling.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { GlobalAveragePooling2D } from './global-average-pooling2d.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new GlobalAveragePooling2D(), {
    inputShape: [1, 4, 5, 2],
    outputShape: [1, 2],
    mask: 'dropped',
  })
  await runLayerTest(() => new GlobalAveragePooling2D({ keepdims: true, dataFormat: 'channelsFirst' }), {
    inputShape: [1, 2, 4, 5],
    outputShape: [1, 2, 1, 1],
    mask: 'dropped',
  })
})

describe('values', () => {
  test('of all places', () => {
    const x = tensor([1, 8, 5, 3, 3, 4], { shape: [1, 3, 1, 2] })
    expect(new GlobalAveragePooling2D().apply(x).arraySync()).toEqual([[3, 5]])
    const kept = new GlobalAveragePooling2D({ keepdims: true }).apply(x)
    expect(kept.shape).toEqual([1, 1, 1, 2])
    expect([...kept.dataSync()]).toEqual([[3, 5]].flat())
  })

  test('are the same in both data formats', () => {
    expectSameInBothFormats((dataFormat) => new GlobalAveragePooling2D({ dataFormat }), [1, 4, 5, 2])
    expectSameInBothFormats(
      (dataFormat) => new GlobalAveragePooling2D({ keepdims: true, dataFormat }),
      [1, 4, 5, 2],
    )
  })

  test('an empty batch gives an empty output', () => {
    expect(
      new GlobalAveragePooling2D().apply(tensor(new Float32Array(0), { shape: [0, 4, 5, 2] })).shape,
    ).toEqual([0, 2])
  })
})

test('unknown sizes stay unknown, and those along space do not matter', () => {
  const shape = [null, null, null, 3]
  expect(new GlobalAveragePooling2D().computeOutputShape(shape)).toEqual([null, 3])
  expect(new GlobalAveragePooling2D({ keepdims: true }).computeOutputShape(shape)).toEqual([null, 1, 1, 3])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(
    GlobalAveragePooling2D,
    (options: GlobalPoolingOptions) => new GlobalAveragePooling2D(options),
  )
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ keepdims: 1 }, /GlobalAveragePooling2D: keepdims is neither true nor false/],
    [{ dataFormat: 'last' }, /unknown dataFormat/],
    [{ keepDims: true }, /unknown option "keepDims"[\s\S]*did you mean keepdims\?/],
  ])('in the options %j', (options, message) => {
    expect(() => new GlobalAveragePooling2D(options)).toThrow(ArgumentError)
    expect(() => new GlobalAveragePooling2D(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new GlobalAveragePooling2D({ name: 'pool' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/4 dimensions[\s\S]*in: GlobalAveragePooling2D "pool"/)
  })
})
