import { ArgumentError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { ELU, type ELUOptions } from './elu.ts'

setBackend(referenceBackend())

test.each([{}, { alpha: 0.5 }])('with %j does what every layer must do', async (options) => {
  await runLayerTest(() => new ELU(options), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    mask: 'passes',
  })
})

test('values', () => {
  const y = new ELU({ alpha: 2 }).apply(tensor([-Infinity, -1, 0, 3, Infinity])).dataSync()
  expect(y[1]).toBeCloseTo(2 * (Math.exp(-1) - 1), 6)
  expect([y[0], y[2], y[3], y[4]]).toEqual([-2, 0, 3, Infinity])
})

test('shapes with unknown sizes', () => {
  expect(new ELU().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(ELU, (options: ELUOptions) => new ELU(options))
})

test.each([
  [{ alpha: Number.NaN }, /alpha is not a finite number[\s\S]*alpha: NaN/],
  [{ alpha: '1' as unknown as number }, /alpha: "1"/],
  [{ slope: 1 } as ELUOptions, /unknown option "slope"/],
])('errors in the options %j', (options, message) => {
  expect(() => new ELU(options)).toThrow(ArgumentError)
  expect(() => new ELU(options)).toThrow(message)
})
