import { ArgumentError, mul, ones, SerializationError, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { registerSerializable } from '../saving/serializable.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Activation, type ActivationOptions } from './activation.ts'

setBackend(referenceBackend())

test.each(['relu', 'tanh', 'softmax', 'linear'])('%s does what every layer must do', async (activation) => {
  await runLayerTest(() => new Activation({ activation }), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    mask: 'passes',
  })
})

test('a registered function does too', async () => {
  const triple = registerSerializable((x: Tensor) => mul(x, 3), { name: 'activation.test triple' })
  await runLayerTest(() => new Activation({ activation: triple }), {
    inputShape: [2, 3],
    outputShape: [2, 3],
    mask: 'passes',
  })
})

describe('values', () => {
  test.each<[ActivationOptions['activation'], number[]]>([
    ['relu', [0, 0, 0, 2]],
    ['linear', [-3, -1, 0, 2]],
    [null, [-3, -1, 0, 2]],
    ['leaky_relu', [-0.6, -0.2, 0, 2]],
    [(x: Tensor) => mul(x, x), [9, 1, 0, 4]],
  ])('of %s', (activation, expected) => {
    const y = new Activation({ activation }).apply(tensor([-3, -1, 0, 2])).dataSync()
    expected.forEach((value, i) => expect(y[i]).toBeCloseTo(value, 6))
  })

  test('of softmax are along the last axis', () => {
    const y = new Activation({ activation: 'softmax' }).apply(
      tensor([
        [0, 0],
        [1000, 0],
      ]),
    )
    expect(y.arraySync()).toEqual([
      [0.5, 0.5],
      [1, 0],
    ])
  })
})

test('shapes with unknown sizes stay', () => {
  expect(new Activation({ activation: 'elu' }).apply(input({ shape: [null, 2] })).shape).toEqual([
    null,
    null,
    2,
  ])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Activation, (options: ActivationOptions) => new Activation(options))
})

describe('errors', () => {
  test.each([
    [{ activation: 'rellu' }, /unknown activation[\s\S]*"rellu"[\s\S]*did you mean 'relu'\?/],
    [{ activation: 3 } as never, /a name or a function/],
    [{ activation: 'relu', activate: 1 } as ActivationOptions, /unknown option "activate"/],
  ])('in the options %j', (options, message) => {
    expect(() => new Activation(options)).toThrow(ArgumentError)
    expect(() => new Activation(options)).toThrow(message)
  })

  test('a function that is not registered cannot be saved', () => {
    const layer = new Activation({ activation: (x) => x })
    layer.apply(ones([1])).dispose()
    expect(() => layer.getConfig()).toThrow(SerializationError)
    expect(() => layer.getConfig()).toThrow(/registerSerializable/)
  })

  test('in files', () => {
    expect(() => Activation.fromConfig({ activation: 'toString' })).toThrow(SerializationError)
    expect(() => Activation.fromConfig({})).toThrow(/lacks an entry/)
  })
})
