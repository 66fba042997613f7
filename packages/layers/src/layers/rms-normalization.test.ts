import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { RMSNormalization, type RMSNormalizationOptions } from './rms-normalization.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new RMSNormalization(), {
    inputShape: [2, 3],
    outputShape: [2, 3],
    trainableWeights: 1,
    mask: 'dropped',
  })
  await runLayerTest(() => new RMSNormalization({ axis: [2, 1], epsilon: 0.01 }), {
    inputShape: [2, 3, 2],
    outputShape: [2, 3, 2],
    trainableWeights: 1,
    mask: 'dropped',
  })
})

test('values', () => {
  const layer = new RMSNormalization({ epsilon: 0 })
  layer.build([null, 2])
  layer.setWeights([[1, 10]])
  const x = tensor([
    [3, -3],
    [5, 5],
  ])
  expect(layer.apply(x).arraySync()).toEqual([
    [1, -10],
    [1, 10],
  ])
  expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 2] })).shape).toEqual([0, 2])
})

test('the weight has the sizes of the axes in ascending order', () => {
  const layer = new RMSNormalization({ axis: [2, 1] })
  layer.build([null, 2, 3])
  expect(layer.scale!.shape).toEqual([2, 3])
})

test('unknown sizes stay unknown', () => {
  expect(new RMSNormalization().computeOutputShape([null, null, 3])).toEqual([null, null, 3])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(RMSNormalization, (options: RMSNormalizationOptions) => new RMSNormalization(options))
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ axis: '1' }, /RMSNormalization: axis is neither an axis nor a list/],
    [{ epsilon: -1 }, /epsilon is not a finite number of at least 0/],
    [{ eps: 1 }, /unknown option "eps"/],
  ])('in the options %j', (options, message) => {
    expect(() => new RMSNormalization(options)).toThrow(ArgumentError)
    expect(() => new RMSNormalization(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new RMSNormalization({ axis: 2, name: 'norm' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(
      /does not have these axes[\s\S]*in: RMSNormalization "norm"/,
    )
    expect(() => layer.build([null, 3, null])).toThrow(/must be known/)
    layer.apply(ones([2, 3, 4])).dispose()
    expect(() => layer.apply(ones([2, 3, 5]))).toThrow(/4 along axis 2/)
  })
})
