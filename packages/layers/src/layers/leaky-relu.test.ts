import { ArgumentError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { LeakyReLU, type LeakyReLUOptions } from './leaky-relu.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new LeakyReLU(), { inputShape: [2, 3, 4], outputShape: [2, 3, 4], mask: 'passes' })
})

test('values', () => {
  const x = tensor([-4, 0, 3, Number.NaN])
  expect(new LeakyReLU({ negativeSlope: 0.5 }).apply(x).arraySync()).toEqual([-2, 0, 3, Number.NaN])
  expect(new LeakyReLU().apply(x).dataSync()[0]).toBeCloseTo(-1.2, 6)
})

test('shapes with unknown sizes', () => {
  expect(new LeakyReLU().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(LeakyReLU, (options: LeakyReLUOptions) => new LeakyReLU(options))
})

test.each([
  [{ negativeSlope: -0.1 }, /negativeSlope is not a finite number of at least 0[\s\S]*negativeSlope: -0\.1/],
  [{ negativeSlope: null as unknown as number }, /negativeSlope: null/],
  [{ alpha: 1 } as LeakyReLUOptions, /unknown option "alpha"/],
])('errors in the options %j', (options, message) => {
  expect(() => new LeakyReLU(options)).toThrow(ArgumentError)
  expect(() => new LeakyReLU(options)).toThrow(message)
})
