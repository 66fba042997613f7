import { ArgumentError, cast, ones, ShapeError, setBackend, tensor, transpose } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { getMask } from '../engine/masks.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import type { GlobalPoolingOptions } from './base-global-pooling.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { GlobalAveragePooling1D } from './global-average-pooling1d.ts'
import { Masking } from './masking.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new GlobalAveragePooling1D(), {
    inputShape: [2, 5, 2],
    outputShape: [2, 2],
    mask: 'used',
  })
  await runLayerTest(() => new GlobalAveragePooling1D({ keepdims: true, dataFormat: 'channelsFirst' }), {
    inputShape: [2, 2, 2],
    outputShape: [2, 2, 1],
    mask: 'used',
  })
})

describe('values', () => {
  test('of all places', () => {
    const x = tensor([1, 8, 5, 3, 3, 4], { shape: [1, 3, 2] })
    expect(new GlobalAveragePooling1D().apply(x).arraySync()).toEqual([[3, 5]])
    const kept = new GlobalAveragePooling1D({ keepdims: true }).apply(x)
    expect(kept.shape).toEqual([1, 1, 2])
    expect([...kept.dataSync()]).toEqual([[3, 5]].flat())
  })

  test('are the same in both data formats', () => {
    expectSameInBothFormats((dataFormat) => new GlobalAveragePooling1D({ dataFormat }), [2, 5, 2])
    expectSameInBothFormats(
      (dataFormat) => new GlobalAveragePooling1D({ keepdims: true, dataFormat }),
      [2, 5, 2],
    )
  })

  test('an empty batch gives an empty output', () => {
    expect(
      new GlobalAveragePooling1D().apply(tensor(new Float32Array(0), { shape: [0, 5, 2] })).shape,
    ).toEqual([0, 2])
  })
})

describe('a mask', () => {
  const x = tensor([
    [
      [1, 10],
      [Number.NaN, Number.POSITIVE_INFINITY],
      [3, 20],
    ],
    [
      [4, 5],
      [6, 7],
      [8, 9],
    ],
  ])
  const mask = tensor([
    [true, false, true],
    [false, false, false],
  ])

  test('leaves out steps, whatever is in them', () => {
    const layer = new GlobalAveragePooling1D()
    expect(layer.apply(x, { mask }).arraySync()).toEqual([
      [2, 15],
      [0, 0],
    ])
    expect(getMask(layer.apply(x, { mask }))).toBeNull()
    expect(new GlobalAveragePooling1D({ keepdims: true }).apply(x, { mask }).shape).toEqual([2, 1, 2])
    expect(layer.apply(x, { mask: cast(mask, 'float32') }).arraySync()).toEqual([
      [2, 15],
      [0, 0],
    ])
  })

  test('covers the steps where the channels come first, too', () => {
    const layer = new GlobalAveragePooling1D({ dataFormat: 'channelsFirst' })
    expect(layer.apply(transpose(x, [0, 2, 1]), { mask }).arraySync()).toEqual([
      [2, 15],
      [0, 0],
    ])
    expect(() => layer.apply(x, { mask: ones([2, 3]) })).toThrow(/along the axes 0, 2/)
  })

  test('comes from a layer before', () => {
    const model = new Sequential([new Masking(), new GlobalAveragePooling1D()])
    expect(model.apply(tensor([[[2], [0], [4]]])).arraySync()).toEqual([[3]])
  })
})

test('unknown sizes stay unknown, and those along space do not matter', () => {
  const shape = [null, null, 3]
  expect(new GlobalAveragePooling1D().computeOutputShape(shape)).toEqual([null, 3])
  expect(new GlobalAveragePooling1D({ keepdims: true }).computeOutputShape(shape)).toEqual([null, 1, 3])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(
    GlobalAveragePooling1D,
    (options: GlobalPoolingOptions) => new GlobalAveragePooling1D(options),
  )
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ keepdims: 1 }, /GlobalAveragePooling1D: keepdims is neither true nor false/],
    [{ dataFormat: 'last' }, /unknown dataFormat/],
    [{ keepDims: true }, /unknown option "keepDims"[\s\S]*did you mean keepdims\?/],
  ])('in the options %j', (options, message) => {
    expect(() => new GlobalAveragePooling1D(options)).toThrow(ArgumentError)
    expect(() => new GlobalAveragePooling1D(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new GlobalAveragePooling1D({ name: 'pool' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/3 dimensions[\s\S]*in: GlobalAveragePooling1D "pool"/)
  })
})
