import { ArgumentError, ShapeError, setBackend, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Rescaling, type RescalingOptions } from './rescaling.ts'

setBackend(referenceBackend())

test.each<RescalingOptions>([
  { scale: 1 / 255 },
  { scale: [1, 2, 3, 4], offset: -0.5 },
  { scale: 2, offset: [1, 2, 3, 4] },
])('with %j does what every layer must do', async (options) => {
  await runLayerTest(() => new Rescaling(options), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    mask: 'passes',
  })
})

test('values', () => {
  const x = tensor([[0, 2]])
  expect(new Rescaling({ scale: 0.5, offset: 1 }).apply(x).arraySync()).toEqual([[1, 2]])
  expect(new Rescaling({ scale: [2, 3], offset: [1] }).apply(x).arraySync()).toEqual([[1, 7]])
  expect(new Rescaling({ scale: 2 }).apply(x, { training: true }).arraySync()).toEqual([[0, 4]])
})

test('integers become fractions', () => {
  const y = new Rescaling({ scale: 0.5 }).apply(tensor([1, 255], { dtype: 'uint8' }))
  expect(y.dtype).toBe('float32')
  expect(y.arraySync()).toEqual([0.5, 127.5])
})

test('shapes with unknown sizes', () => {
  expect(new Rescaling({ scale: [1, 2] }).apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Rescaling, (options: RescalingOptions) => new Rescaling(options))
  const array = { class_name: '__numpy__', config: { value: [1, 2], dtype: 'float32' } }
  expect(Rescaling.fromConfig({ scale: array, offset: [0, 1] }).scale).toEqual([1, 2])
})

describe('errors', () => {
  test.each([
    [{ scale: Number.NaN }, /scale is not made of finite numbers[\s\S]*scale: NaN/],
    [{ scale: [] }, /scale: \[\]/],
    [{ scale: 1, offset: '1' as unknown as number }, /offset: "1"/],
    [{ scale: [1, 2], offset: [1, 2, 3] }, /different numbers of elements/],
    [{} as RescalingOptions, /scale is not made of finite numbers/],
    [{ scale: 1, shift: 1 } as RescalingOptions, /unknown option "shift"/],
  ])('in the options %j', (options, message) => {
    expect(() => new Rescaling(options)).toThrow(ArgumentError)
    expect(() => new Rescaling(options)).toThrow(message)
  })

  test('another number of elements along the last axis', () => {
    const layer = new Rescaling({ scale: [1, 2] })
    expect(() => layer.apply(zeros([1, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(zeros([1, 1]))).toThrow(/another size along axis -1[\s\S]*in: Rescaling/)
  })
})
