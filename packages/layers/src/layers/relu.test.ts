import { ArgumentError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { ReLU, type ReLUOptions } from './relu.ts'

setBackend(referenceBackend())

test.each<ReLUOptions>([{}, { maxValue: 0.5 }, { maxValue: 0.7, negativeSlope: 0.1, threshold: 0.4 }])(
  'with %j does what every layer must do',
  async (options) => {
    await runLayerTest(() => new ReLU(options), {
      inputShape: [2, 3, 4],
      outputShape: [2, 3, 4],
      mask: 'passes',
    })
  },
)

test.each<[ReLUOptions, number[]]>([
  [{}, [0, 0, 0, 2, 8]],
  [{ maxValue: 6 }, [0, 0, 0, 2, 6]],
  [{ maxValue: 0 }, [0, 0, 0, 0, 0]],
  [{ negativeSlope: 0.5 }, [-2, -0.5, 0, 2, 8]],
  [{ threshold: 2 }, [0, 0, 0, 0, 8]],
  [{ threshold: 1, negativeSlope: 0.5, maxValue: 4 }, [-2.5, -1, -0.5, 2, 4]],
  [{ negativeSlope: 0.5, maxValue: 4 }, [-2, -0.5, 0, 2, 4]],
])('values with %j', (options, expected) => {
  expect(new ReLU(options).apply(tensor([-4, -1, 0, 2, 8])).arraySync()).toEqual(expected)
})

test('infinities', () => {
  const x = tensor([-Infinity, Infinity])
  expect(new ReLU().apply(x).arraySync()).toEqual([0, Infinity])
  expect(new ReLU({ maxValue: 6 }).apply(x).arraySync()).toEqual([0, 6])
  expect(new ReLU({ negativeSlope: 0.1, maxValue: 6 }).apply(x).arraySync()).toEqual([-Infinity, 6])
})

test('shapes with unknown sizes', () => {
  expect(new ReLU().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(ReLU, (options: ReLUOptions) => new ReLU(options))
})

test.each([
  [{ maxValue: -1 }, /maxValue is not a finite number of at least 0[\s\S]*maxValue: -1/],
  [{ negativeSlope: -1 }, /negativeSlope: -1/],
  [{ threshold: null as unknown as number }, /threshold: null/],
  [{ max: 6 } as ReLUOptions, /unknown option "max"/],
])('errors in the options %j', (options, message) => {
  expect(() => new ReLU(options)).toThrow(ArgumentError)
  expect(() => new ReLU(options)).toThrow(message)
})
