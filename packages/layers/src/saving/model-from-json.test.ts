import { type Json, ones, SerializationError, setBackend, tensor, tidy } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { input } from '../engine/input-layer.ts'
import { Dense, Lambda } from '../layers/index.ts'
import { Model } from '../models/model.ts'
import { Sequential } from '../models/sequential.ts'
import { cloneModel } from './clone-model.ts'
import { modelFromJSON } from './model-from-json.ts'

setBackend(referenceBackend())

function functional(): Model {
  const x = input({ shape: [2] })
  return new Model({ inputs: x, outputs: new Dense({ units: 1 }).apply(new Dense({ units: 3 }).apply(x)) })
}

describe('modelFromJSON', () => {
  test('makes the model of a text, with new weights', () => {
    const model = functional()
    const copy = modelFromJSON(JSON.stringify(model))
    expect(JSON.stringify(copy)).toBe(JSON.stringify(model))
    expect(copy.weights[0]).not.toBe(model.weights[0])
    copy.setWeights(model.getWeights())
    tidy(() => expect(copy.apply(ones([1, 2])).arraySync()).toEqual(model.apply(ones([1, 2])).arraySync()))
  })

  test('makes stacks', () => {
    const model = new Sequential([new Dense({ units: 1, inputShape: [2] })])
    expect(modelFromJSON(JSON.stringify(model))).toBeInstanceOf(Sequential)
    expect(modelFromJSON(model.toJSON()).countParams()).toBe(3)
  })

  test('takes functions of your own', () => {
    const text = JSON.stringify(functional()).replaceAll('"Dense"', '"Mine"')
    expect(() => modelFromJSON(text)).toThrow(/unknown layer class "Mine"/)
    expect(modelFromJSON(text, { customObjects: { Mine: Dense } }).countParams()).toBe(13)
  })

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['null', null],
    ['a layer', JSON.stringify({ class_name: 'Dense', config: { units: 1 } })],
    ['an unknown class', '{"class_name":"__proto__","config":{}}'],
    [
      'sizes that no layer takes',
      '{"class_name":"Sequential","config":{"layers":[{"class_name":"Dense","config":{"units":-1}}]}}',
    ],
  ] as const)('refuses %s', (_, json) => {
    expect(() => modelFromJSON(json as Json)).toThrow(SerializationError)
  })

  test('refuses models that nest too deep', () => {
    let json: Json = { class_name: 'Sequential', config: { layers: [] } }
    for (let i = 0; i < 2000; i++) {
      json = {
        class_name: 'Functional',
        config: { layers: [json], input_layers: ['a', 0, 0], output_layers: ['a', 0, 0] },
      }
    }
    expect(() => modelFromJSON(json)).toThrow(/nested too deep/)
  })
})

describe('cloneModel', () => {
  test('makes a model of the same kind that shares nothing', () => {
    const model = functional()
    const copy = cloneModel(model)
    expect(copy.getConfig()).toEqual(model.getConfig())
    expect(copy.weights.some((weight) => model.weights.includes(weight))).toBe(false)
    copy.setWeights(model.getWeights())
    tidy(() =>
      expect(copy.apply(tensor([[1, 2]])).arraySync()).toEqual(model.apply(tensor([[1, 2]])).arraySync()),
    )
  })

  test('keeps the type of stacks', () => {
    const copy: Sequential = cloneModel(new Sequential([new Dense({ units: 1 })]))
    expect(copy.layers).toHaveLength(1)
  })

  test('refuses what has no config, and what is no model', () => {
    class Net extends Model {}
    expect(() => cloneModel(new Net())).toThrow(SerializationError)
    expect(() => cloneModel(new Sequential([new Lambda({ function: (x) => x })]))).toThrow(SerializationError)
    expect(() => cloneModel(new Dense({ units: 1 }) as never)).toThrow(/not a model/)
  })
})
