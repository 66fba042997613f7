import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { UnitNormalization, type UnitNormalizationOptions } from './unit-normalization.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new UnitNormalization(), {
    inputShape: [2, 3],
    outputShape: [2, 3],
    mask: 'passes',
  })
  await runLayerTest(() => new UnitNormalization({ axis: [1, 2], activityRegularizer: 'l1' }), {
    inputShape: [2, 3, 2],
    outputShape: [2, 3, 2],
    penalties: 1,
    mask: 'passes',
  })
})

test('values', () => {
  const x = tensor([
    [3, -4],
    [0, 0],
  ])
  const [first, second] = new UnitNormalization().apply(x).arraySync() as number[][]
  expect(first![0]).toBeCloseTo(0.6, 6)
  expect(first![1]).toBeCloseTo(-0.8, 6)
  expect(second).toEqual([0, 0])
  expect(new UnitNormalization().apply(tensor(new Float32Array(0), { shape: [0, 2] })).shape).toEqual([0, 2])
})

test('unknown sizes stay unknown', () => {
  expect(new UnitNormalization().computeOutputShape([null, null])).toEqual([null, null])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(UnitNormalization, (options: UnitNormalizationOptions) => new UnitNormalization(options))
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ axis: 0.5 }, /UnitNormalization: axis is neither an axis nor a list/],
    [{ axis: [[1]] }, /axis is neither/],
    [{ order: 2 }, /unknown option "order"/],
  ])('in the options %j', (options, message) => {
    expect(() => new UnitNormalization(options)).toThrow(ArgumentError)
    expect(() => new UnitNormalization(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new UnitNormalization({ axis: 2, name: 'norm' })
    for (const call of [() => layer.apply(ones([2, 3])), () => layer.computeOutputShape([null, 3])]) {
      expect(call).toThrow(ShapeError)
      expect(call).toThrow(/does not have these axes/)
    }
  })
})
