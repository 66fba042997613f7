import { ArgumentError, type Json, memory, SerializationError, setBackend, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Dense, Lambda } from '../layers/index.ts'
import { Model } from '../models/model.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { trained } from '../testing/trained-model.ts'
import { type LoadModelOptions, loadModel } from './load-model.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { saveModel } from './save-model.ts'
import { registerSerializable } from './serializable.ts'

setBackend(referenceBackend())

const withSGD: LoadModelOptions = { optimizers: [PlainSGD] }

/** The smallest file that holds a model. */
async function smallFile(): Promise<Uint8Array> {
  using model = new Sequential([new Dense({ units: 1, inputShape: [1], name: 'dense' })], { name: 'small' })
  return saveModel(model)
}

type Description = { class_name: string; config: { layers: { class_name: string; config: object }[] } }

/** The file with another description of its model. */
async function described(change: (model: Description) => unknown): Promise<Uint8Array> {
  const { tensors, metadata } = decodeSafetensors(await smallFile())
  const model = JSON.parse(metadata.get('model')!) as Description
  const changed = change(model) ?? model
  const text = typeof changed === 'string' ? changed : JSON.stringify(changed)
  return encodeSafetensors({ tensors, metadata: new Map([...metadata, ['model', text]]) })
}

async function expectRefused(
  file: Uint8Array,
  message: RegExp,
  options: LoadModelOptions = {},
): Promise<void> {
  const before = memory()
  const loaded = loadModel(file, options)
  await expect(loaded).rejects.toThrow(SerializationError)
  await expect(loaded).rejects.toThrow(message)
  expect(memory()).toEqual(before)
}

describe('loading refuses', () => {
  test('a file that is cut off, wherever', async () => {
    const file = await saveModel(await trained())
    const before = memory()
    for (let length = 0; length < file.length; length++) {
      await expect(loadModel(file.subarray(0, length), withSGD)).rejects.toThrow(SerializationError)
    }
    expect(memory()).toEqual(before)
  })

  test('or reads, but never fails otherwise, when a bit of the header is flipped', async () => {
    const file = await saveModel(await trained())
    const before = memory()
    const length = Number(new DataView(file.buffer).getBigUint64(0, true))
    let refused = 0
    for (let i = 0; i < 8 + length; i++) {
      const damaged = file.slice()
      damaged[i]! ^= 1 << (i % 8)
      const result = await loadModel(damaged, withSGD).catch((error: unknown) => error)
      if (result instanceof Model) result.dispose()
      else {
        expect(result).toBeInstanceOf(SerializationError)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(length / 2)
    expect(memory()).toEqual(before)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test('trailing bytes', async () => {
    const file = await smallFile()
    await expectRefused(Uint8Array.of(...file, 0), /after the last tensor/)
  })

  test('another format or version', async () => {
    const { tensors, metadata } = decodeSafetensors(await smallFile())
    for (const change of [
      ['format', 'pt'],
      ['version', '2'],
    ] as const)
      await expectRefused(
        encodeSafetensors({ tensors, metadata: new Map([...metadata, change]) }),
        /not a model of/,
      )
  })

  test.each(['model', 'compile'])('a part %s that is no JSON', async (part) => {
    const { tensors, metadata } = decodeSafetensors(await saveModel(await trained()))
    for (const text of ['{', '', '[1', 'undefined'])
      await expectRefused(
        encodeSafetensors({ tensors, metadata: new Map([...metadata, [part, text]]) }),
        /not JSON/,
        withSGD,
      )
  })

  test('an optimizer that was not given', async () => {
    const file = await saveModel(await trained())
    await expectRefused(file, /the optimizer "PlainSGD", which was not given[\s\S]*optimizers: \[its class\]/)
  })

  test.each(['-1', '1.5', '', ' ', '1e400', '0x2'])('the step count %j', async (iterations) => {
    const { tensors, metadata } = decodeSafetensors(await saveModel(await trained()))
    const file = encodeSafetensors({ tensors, metadata: new Map([...metadata, ['iterations', iterations]]) })
    await expectRefused(file, /step count/, withSGD)
  })

  test('tensors that are missing, too many, or of another shape or dtype', async () => {
    const { tensors, metadata } = decodeSafetensors(await smallFile())
    const [name, array] = [...tensors][0]!
    const changed = (change: (map: Map<string, typeof array>) => void): Uint8Array => {
      const map = new Map(tensors)
      change(map)
      return encodeSafetensors({ tensors: map, metadata })
    }
    await expectRefused(
      changed((map) => map.delete(name)),
      /more weights than the file holds/,
    )
    await expectRefused(
      changed((map) => map.set('weights/9/x', array)),
      /another number of tensors/,
    )
    await expectRefused(
      changed((map) => map.set(name, { dtype: 'float32', shape: [1], data: new Float32Array(1) })),
      /does not fit the model[\s\S]*float32\[1\][\s\S]*float32\[1, 1\]/,
    )
    await expectRefused(
      changed((map) => map.set(name, { dtype: 'float64', shape: [1, 1], data: new Float64Array(1) })),
      /does not fit the model/,
    )
    await expectRefused(
      changed((map) => {
        map.delete(name)
        map.set('weights/0/other', array)
      }),
      /lacks a tensor/,
    )
  })

  const nameOfAMegabyte = 'x'.repeat(1e6)
  test.each([
    ['Dnese', /unknown layer class "Dnese"[\s\S]*did you mean Dense\?/],
    ['dense', /did you mean Dense\?/],
    ['__proto__', /unknown layer class "__proto__"/],
    ['constructor', /unknown layer class/],
    ['toString', /unknown layer class/],
    ['Function', /unknown layer class/],
    ['../../evil', /unknown layer class/],
    [nameOfAMegabyte, /unknown layer class "xxx/],
  ])('a layer of an unknown class, case %#', async (name, message) => {
    const file = await described(({ config }) => void Object.assign(config.layers[1]!, { class_name: name }))
    await expectRefused(file, message)
  })

  test('a registered name of Object.prototype, or that nobody registered', async () => {
    for (const name of ['__proto__', 'constructor', 'evil>Layer'])
      await expectRefused(
        await described(
          (model) => void Object.assign(model.config.layers[1]!, { class_name: name, registered_name: name }),
        ),
        /unknown layer class/,
      )
  })

  test.each<[string, Json]>([
    ['units', -1],
    ['units', 1e300],
    ['units', 2 ** 40],
    ['units', null],
    ['units', '1'],
    ['activation', '__proto__'],
    ['activation', 'constructor'],
    ['activation', { class_name: 'function', config: 'eval' }],
    [
      'activation',
      { module: 'builtins', class_name: 'function', config: 'exec', registered_name: 'function' },
    ],
    ['kernel_initializer', { class_name: '__proto__', config: {} }],
    ['kernel_initializer', { class_name: 'Dense', config: { units: 1 } }],
    ['kernel_initializer', { class_name: 'Constant', config: { value: 'x' } }],
    ['kernel_regularizer', { class_name: 'L2', config: { l2: -1 } }],
    ['kernel_constraint', 3],
    ['dtype', 'float16'],
    ['name', 'a/b'],
    ['name', 7],
    ['__proto__', 1],
    ['lora_rank', 4],
    ['trainable', 'yes'],
    ['build_config', {}],
  ])('a Dense whose %s is %j', async (key, value) => {
    const file = await described(({ class_name, config }) => {
      const entries = Object.entries(config.layers[1]!.config).filter(([name]) => name !== key)
      const changed = Object.fromEntries([...entries, [key, value]])
      return {
        class_name,
        config: { ...config, layers: [config.layers[0], { class_name: 'Dense', config: changed }] },
      }
    })
    await expectRefused(file, /./)
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { units?: number }).units).toBeUndefined()
  })

  test.each<[string, (model: Description) => unknown]>([
    ['that is null', () => 'null'],
    ['that is a number', () => 3],
    ['that is a list', () => []],
    ['that is a layer', () => ({ class_name: 'Dense', config: { units: 1 } })],
    ['without layers', ({ config }) => ({ class_name: 'Sequential', config: { ...config, layers: [] } })],
    [
      'with a layer of null',
      ({ config }) => ({ class_name: 'Sequential', config: { ...config, layers: [null] } }),
    ],
    ['with two layers of one name', (model) => void model.config.layers.push(model.config.layers[1]!)],
    ['with two inputs', (model) => void model.config.layers.push(model.config.layers[0]!)],
    ['with an unknown entry', (model) => void Object.assign(model.config, { evil: 1 })],
    [
      'with an initializer among its layers',
      (model) => void model.config.layers.push({ class_name: 'Zeros', config: {} }),
    ],
    [
      'with a layer that cannot follow',
      (model) => void model.config.layers.push({ class_name: 'Permute', config: { dims: [3, 2, 1] } }),
    ],
    [
      'built for a shape that is none',
      (model) => void Object.assign(model.config, { build_input_shape: 'x' }),
    ],
  ])('a model %s', async (_, change) => {
    await expectRefused(await described(change), /./)
  })

  test('layers that ask for more memory than the file has', async () => {
    const units = 2 ** 31
    const wide = await described((model) => void Object.assign(model.config.layers[1]!.config, { units }))
    await expectRefused(wide, /more weights than the file holds/)
    const lambda = registerSerializable((input: Tensor) => input, { name: 'model-file.test same' })
    const config = new Lambda({ function: lambda }).getConfig()
    const probe = await described((model) => {
      Object.assign(model.config.layers[0]!.config, { batch_shape: [null, 2 ** 30] })
      model.config.layers[1] = { class_name: 'Lambda', config }
    })
    await expectRefused(probe, /too large to find the shape/)
  })

  test.each([1e2, 1e3, 1e5])('models nested %d deep', async (depth) => {
    const open = '{"class_name":"Sequential","config":{"layers":['
    await expectRefused(await described(() => open.repeat(depth) + ']}}'.repeat(depth)), /./)
    const lists = `{"class_name":"Sequential","config":{"layers":${'['.repeat(depth)}${']'.repeat(depth)}}}`
    await expectRefused(await described(() => lists), /./)
  })

  test('models nested as deep as is allowed take linear time', async () => {
    const open = '{"class_name":"Sequential","config":{"layers":['
    const depth = 60
    const dense = JSON.stringify({ class_name: 'Dense', config: { units: 1 } })
    const input = JSON.stringify({ class_name: 'InputLayer', config: { batch_shape: [null, 1] } })
    const file = await described(
      () => `${open}${input},${open.repeat(depth)}${dense}${']}}'.repeat(depth + 1)}`,
    )
    const model = await loadModel(file)
    expect(model.outputShape).toEqual([null, 1])
    model.dispose()
  })

  test('options that are none', async () => {
    const file = await smallFile()
    for (const options of [
      { optimizers: PlainSGD },
      { optimizers: ['Adam'] },
      { customObjects: 3 },
      { compile: 1 },
      { optimizer: [] },
    ])
      await expect(loadModel(file, options as unknown as LoadModelOptions)).rejects.toThrow(ArgumentError)
  })
})
