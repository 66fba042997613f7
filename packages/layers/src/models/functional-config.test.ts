import {
  type Config,
  type Json,
  memory,
  SerializationError,
  setBackend,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { input } from '../engine/input-layer.ts'
import { resetNames } from '../engine/naming.ts'
import { Add, Dense, Dropout } from '../layers/index.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import { Functional, Model } from './model.ts'
import { Sequential } from './sequential.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

/** Two inputs, a shared layer, a nested model called twice, a stack, a call that is told something. */
function everything(): Model<readonly Tensor[], readonly Tensor[]> {
  const z = input({ shape: [3], name: 'z' })
  const inner = new Model({ inputs: z, outputs: new Dense({ units: 3, name: 'in' }).apply(z), name: 'inner' })
  const [a, b] = [input({ shape: [2], name: 'a' }), input({ shape: [2], name: 'b' })]
  const shared = new Dense({ units: 3, name: 'shared' })
  const stack = new Sequential([new Dense({ units: 1, inputShape: [3], name: 'one' })], { name: 'stack' })
  const sum = new Add({ name: 'sum' }).apply([inner.apply(shared.apply(a)), shared.apply(b)])
  const dropped = new Dropout({ rate: 0.5, name: 'drop' }).apply(sum, { training: false })
  return new Model({ inputs: [a, b], outputs: [stack.apply(dropped), inner.apply(sum)], name: 'all' })
}

const values = (model: Model<readonly Tensor[], readonly Tensor[]>): unknown =>
  model.apply([tensor([[1, 2]]), tensor([[3, 4]])]).map((y) => y.arraySync())

const throughJSON = (config: Config): Config => JSON.parse(JSON.stringify(config)) as Config

describe('the config of a functional model', () => {
  test('is what Keras writes', () => {
    const x = input({ shape: [2], name: 'x' })
    const y = new Dense({ units: 1, name: 'y' }).apply(x, { training: true })
    const config = new Model({ inputs: x, outputs: y, name: 'm' }).getConfig()
    expect(config).toMatchObject({
      name: 'm',
      trainable: true,
      input_layers: ['x', 0, 0],
      output_layers: ['y', 0, 0],
    })
    const [, last] = config['layers'] as readonly Config[]
    expect(last).toMatchObject({
      module: 'keras.layers',
      class_name: 'Dense',
      registered_name: null,
      name: 'y',
      inbound_nodes: [
        {
          args: [
            {
              class_name: '__keras_tensor__',
              config: { shape: [null, 2], dtype: 'float32', keras_history: ['x', 0, 0] },
            },
          ],
          kwargs: { training: true },
        },
      ],
    })
  })

  test('makes the same model again', () => {
    const model = everything()
    const copy = Functional.fromConfig(model.getConfig()) as Model<readonly Tensor[], readonly Tensor[]>
    expect(copy.getConfig()).toEqual(model.getConfig())
    copy.setWeights(model.getWeights())
    expect(values(copy)).toEqual(values(model))
    expect(copy.weights).toHaveLength(6)
  })

  test('counts the calls of nested models as Keras does: from 1 where they are ends', () => {
    expect(everything().getConfig()['output_layers']).toEqual([
      ['stack', 0, 0],
      ['inner', 2, 0],
    ])
  })

  test('comes through files, with the weights', async () => {
    const model = everything()
    const copy = (await loadModel(await saveModel(model))) as unknown as typeof model
    expect(copy).toBeInstanceOf(Functional)
    expect(copy.className).toBe('Functional')
    expect(values(copy)).toEqual(values(model))
  })

  test('may be older: nodes as lists', () => {
    const model = new Model(linear())
    const config = throughJSON(model.getConfig()) as { layers: { inbound_nodes: Json }[] } & Config
    config.layers[1]!.inbound_nodes = [[['x', 0, 0, {}]]]
    const copy = Functional.fromConfig(config, { customObjects: { Dense } })
    expect(copy.outputShape).toEqual([null, 1])
  })

  test('of a sub-graph has an input of its own', () => {
    const model = new Model(linear())
    const second = new Dense({ units: 4, name: 'z' })
    second.apply(model.output)
    const end = new Model({ inputs: second.input, outputs: second.output })
    const copy = Functional.fromConfig(end.getConfig())
    expect([copy.inputShape, copy.outputShape]).toEqual([
      [null, 1],
      [null, 4],
    ])
  })

  test('keeps what was frozen', () => {
    const model = new Model(linear())
    model.getLayer('y').trainable = false
    expect(Functional.fromConfig(model.getConfig()).trainableWeights).toEqual([])
  })
})

function linear(): { inputs: ReturnType<typeof input>; outputs: ReturnType<typeof input> } {
  const x = input({ shape: [2], name: 'x' })
  return { inputs: x, outputs: new Dense({ units: 1, name: 'y' }).apply(x) }
}

describe('hostile configs', () => {
  interface Open {
    layers: { name: Json; class_name: string; inbound_nodes: { args: Json; kwargs: Json }[] }[]
    input_layers: Json
    output_layers: Json
  }
  const symbol = (...history: readonly Json[]): Json => ({
    class_name: '__keras_tensor__',
    config: { keras_history: history },
  })
  const change = (edit: (config: Open) => unknown): (() => unknown) => {
    const config = throughJSON(new Model(linear()).getConfig())
    edit(config as unknown as Open)
    return () => Functional.fromConfig(config, { customObjects: { Dense } })
  }
  const called = (...args: readonly Json[]): (() => unknown) =>
    change(({ layers }) => {
      layers[1]!.inbound_nodes[0]!.args = args as Json
    })

  test('are read where nothing is wrong', () => {
    expect(change(() => {})).not.toThrow()
  })

  test.each([
    ['an unknown layer', called(symbol('nobody', 0, 0))],
    ['the prototype', called(symbol('__proto__', 0, 0))],
    ['a method of objects', called(symbol('constructor', 0, 0))],
    ['a huge call', called(symbol('x', 2 ** 40, 0))],
    ['a huge output', called(symbol('x', 0, 2 ** 40))],
    ['a negative call', called(symbol('x', -1, 0))],
    ['a cycle', called(symbol('y', 0, 0))],
    ['a later call', called(symbol('y', 1, 0))],
    ['no inputs', called()],
    ['an empty list', called([])],
    ['a number', called(3)],
    ['another object', called({ class_name: 'Dense', config: {} })],
    ['a short history', called(symbol('x'))],
  ])('that call a layer on %s', (_, read) => {
    expect(read).toThrow(SerializationError)
  })

  test.each([
    ['layers that are no list', change((config) => Object.assign(config, { layers: {} as never }))],
    ['a layer that is no object', change(({ layers }) => layers.splice(1, 1, 7 as never))],
    ['a layer twice', change(({ layers }) => layers.push(layers[1]!))],
    ['an unknown class', change(({ layers }) => Object.assign(layers[1]!, { class_name: 'toString' }))],
    ['a name that is no text', change(({ layers }) => Object.assign(layers[1]!, { name: 1 }))],
    [
      'calls that are no list',
      change(({ layers }) => Object.assign(layers[1]!, { inbound_nodes: {} as never })),
    ],
    [
      'a computed input',
      change(({ layers }) => Object.assign(layers[0]!, { inbound_nodes: layers[1]!.inbound_nodes })),
    ],
    ['outputs that are none', change((config) => Object.assign(config, { output_layers: [] }))],
    ['outputs by name', change((config) => Object.assign(config, { output_layers: { y: ['y', 0, 0] } }))],
    ['outputs of nobody', change((config) => Object.assign(config, { output_layers: ['toString', 0, 0] }))],
  ])('with %s', (_, read) => {
    expect(read).toThrow(SerializationError)
  })

  test('with arguments that nest deep', () => {
    let deep: Json = 1
    for (let i = 0; i < 10_000; i++) deep = [deep]
    const read = change(({ layers }) => {
      layers[1]!.inbound_nodes[0]!.kwargs = { training: deep }
    })
    expect(read).toThrow(SerializationError)
  })

  test('with thousands of calls in the wrong order take no time', () => {
    const count = 3000
    const entry = (name: string, before: string): Json => ({
      class_name: 'Identity',
      config: { name },
      name,
      inbound_nodes: [{ args: [symbol(before, 0, 0)], kwargs: {} }],
    })
    const start = Date.now()
    const read = change((config) => {
      const [x] = config.layers
      const others = Array.from({ length: count }, (_, i) =>
        entry(`l${i}`, i === 0 ? `l${count - 1}` : `l${i - 1}`),
      )
      config.layers = [x!, ...others.reverse()] as never
    })
    expect(read).toThrow(SerializationError)
    expect(Date.now() - start).toBeLessThan(2000)
  })

  test('leave no weights behind', () => {
    const config = new Model(linear()).getConfig()
    const before = memory().tensors
    const read = (): unknown => Functional.fromConfig({ ...config, output_layers: ['y', 3, 0] })
    expect(read).toThrow(SerializationError)
    expect(memory().tensors).toBe(before)
  })
})
