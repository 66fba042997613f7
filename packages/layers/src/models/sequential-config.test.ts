import { ones, SerializationError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { resetNames } from '../engine/naming.ts'
import { Dense, Dropout } from '../layers/index.ts'
import { Affine } from '../testing/test-layers.ts'
import { Sequential } from './sequential.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const stack = (): Sequential =>
  new Sequential([new Affine({ units: 3, inputShape: [2] }), new Affine({ units: 1 })])

describe('config', () => {
  test('what Keras writes', () => {
    const config = new Sequential([new Affine({ units: 3, inputShape: [2] })], { name: 'net' }).getConfig()
    expect(config).toMatchObject({
      name: 'net',
      trainable: true,
      build_input_shape: [null, 2],
      layers: [
        {
          module: 'keras.layers',
          class_name: 'InputLayer',
          config: {
            batch_shape: [null, 2],
            dtype: 'float32',
            sparse: false,
            ragged: false,
            name: 'input_layer',
          },
          registered_name: null,
        },
        { module: 'keras.layers', class_name: 'Affine', config: { units: 3 }, registered_name: null },
      ],
    })
  })

  test('round trips, in the program and as text', () => {
    const model = new Sequential([stack(), new Affine({ units: 4 })])
    const config = model.getConfig()
    const customObjects = { Affine }
    for (const copy of [
      Sequential.fromConfig(config),
      Sequential.fromConfig(JSON.parse(JSON.stringify(config)), { customObjects }),
    ]) {
      expect(copy.getConfig()).toEqual(config)
      copy.setWeights(model.getWeights())
      const x = tensor([[1, -2]])
      expect(copy.apply(x).arraySync()).toEqual(model.apply(x).arraySync())
    }
  })

  test('what Keras itself writes is read', () => {
    const dtype = {
      module: 'keras',
      class_name: 'DTypePolicy',
      config: { name: 'float32' },
      registered_name: null,
    }
    const built = { registered_name: null, build_config: { input_shape: [null, 2] } }
    const initializer = (name: string): object => ({
      module: 'keras.initializers',
      class_name: name,
      config: name === 'Zeros' ? {} : { seed: null },
      registered_name: null,
    })
    const text = JSON.stringify({
      name: 'sequential',
      trainable: true,
      dtype,
      layers: [
        {
          module: 'keras.layers',
          class_name: 'InputLayer',
          config: {
            batch_shape: [null, 2],
            dtype: 'float32',
            sparse: false,
            ragged: false,
            name: 'input_layer',
            optional: false,
          },
          registered_name: null,
        },
        {
          module: 'keras.layers',
          class_name: 'Dense',
          config: {
            name: 'dense',
            trainable: true,
            dtype,
            units: 3,
            activation: 'relu',
            use_bias: true,
            kernel_initializer: initializer('GlorotUniform'),
            bias_initializer: initializer('Zeros'),
            kernel_regularizer: null,
            bias_regularizer: null,
            kernel_constraint: null,
            bias_constraint: null,
          },
          ...built,
        },
        {
          module: 'keras.layers',
          class_name: 'Dropout',
          config: { name: 'd', trainable: true, dtype, rate: 0.5, seed: null, noise_shape: null },
          ...built,
        },
      ],
      build_input_shape: [null, 2],
    })
    const model = Sequential.fromConfig(JSON.parse(text), { customObjects: { Dense, Dropout } })
    expect(model.outputShape).toEqual([null, 3])
    expect(model.layers.map(({ name }) => name)).toEqual(['dense', 'd'])
    expect(model.countParams()).toBe(9)
  })

  test('a model that was built by data takes other shapes after the round trip too', () => {
    const model = new Sequential([new Affine({ units: 1 })])
    model.apply(ones([2, 7, 3]))
    const copy = Sequential.fromConfig(model.getConfig())
    expect(copy.inputShape).toEqual([null, 7, 3])
    expect(copy.apply(ones([2, 9, 3])).shape).toEqual([2, 9, 1])
  })

  test('what is not known or not right is refused', () => {
    const layer = { class_name: 'Affine', config: { units: 1 } }
    expect(() => Sequential.fromConfig({ layers: [layer] })).toThrow(/unknown layer class "Affine"/)
    expect(() => Sequential.fromConfig({ layers: [{ class_name: '__proto__' }] })).toThrow(SerializationError)
    expect(() => Sequential.fromConfig({ layers: [{ class_name: 'constructor' }] })).toThrow(
      SerializationError,
    )
    expect(() => Sequential.fromConfig({ layers: 3 })).toThrow(SerializationError)
    expect(() => Sequential.fromConfig({ layers: [3] })).toThrow(SerializationError)
    expect(() => Sequential.fromConfig({ layers: [], units: 3 })).toThrow(/unknown entry/)
  })

  test('depth is bounded', () => {
    let json: { class_name: string; config: { layers: unknown[] } } = {
      class_name: 'Sequential',
      config: { layers: [] },
    }
    for (let i = 0; i < 10_000; i++) json = { class_name: 'Sequential', config: { layers: [json] } }
    expect(() => Sequential.fromConfig({ layers: [json as never] })).toThrow(/nested too deep/)
  })
})
