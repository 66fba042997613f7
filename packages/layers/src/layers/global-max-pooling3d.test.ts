import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { expectSameInBothFormats } from './conv-test-cases.ts'
import { GlobalMaxPooling3D } from './global-max-pooling3d.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new GlobalMaxPooling3D(), {
    inputShape: [1, 2, 3, 4, 2],
    outputShape: [1, 2],
    mask: 'dropped',
  })
  await runLayerTest(() => new GlobalMaxPooling3D({ keepdims: true, dataFormat: 'channelsFirst' }), {
    inputShape: [1, 2, 2, 3, 4],
    outputShape: [1, 2, 1, 1, 1],
    mask: 'dropped',
  })
})

describe('values', () => {
  test('of all places', () => {
    const x = tensor([1, 8, 5, 3, 3, 4], { shape: [1, 1, 3, 1, 2] })
    expect(new GlobalMaxPooling3D().apply(x).arraySync()).toEqual([[5, 8]])
    const kept = new GlobalMaxPooling3D({ keepdims: true }).apply(x)
    expect(kept.shape).toEqual([1, 1, 1, 1, 2])
    expect([...kept.dataSync()]).toEqual([[5, 8]].flat())
  })

  test('are the same in both data formats', () => {
    expectSameInBothFormats((dataFormat) => new GlobalMaxPooling3D({ dataFormat }), [1, 2, 3, 4, 2])
    expectSameInBothFormats(
      (dataFormat) => new GlobalMaxPooling3D({ keepdims: true, dataFormat }),
      [1, 2, 3, 4, 2],
    )
  })

  test('an empty batch gives an empty output', () => {
    expect(
      new GlobalMaxPooling3D().apply(tensor(new Float32Array(0), { shape: [0, 2, 3, 4, 2] })).shape,
    ).toEqual([0, 2])
  })
})

test('unknown sizes stay unknown, and those along space do not matter', () => {
  const shape = [null, null, null, null, 3]
  expect(new GlobalMaxPooling3D().computeOutputShape(shape)).toEqual([null, 3])
  expect(new GlobalMaxPooling3D({ keepdims: true }).computeOutputShape(shape)).toEqual([null, 1, 1, 1, 3])
})

test('the config is spelt as Keras’s', () => {
  expect(new GlobalMaxPooling3D({ keepdims: true, dataFormat: 'channelsFirst' }).getConfig()).toMatchObject({
    keepdims: true,
    data_format: 'channels_first',
  })
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ keepdims: 1 }, /GlobalMaxPooling3D: keepdims is neither true nor false/],
    [{ dataFormat: 'last' }, /unknown dataFormat/],
    [{ keepDims: true }, /unknown option "keepDims"[\s\S]*did you mean keepdims\?/],
  ])('in the options %j', (options, message) => {
    expect(() => new GlobalMaxPooling3D(options)).toThrow(ArgumentError)
    expect(() => new GlobalMaxPooling3D(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new GlobalMaxPooling3D({ name: 'pool' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(/5 dimensions[\s\S]*in: GlobalMaxPooling3D "pool"/)
  })
})
