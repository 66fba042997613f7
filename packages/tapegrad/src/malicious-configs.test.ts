import {
  Adam,
  activations,
  constraints,
  Dense,
  initializers,
  type Json,
  Lambda,
  loadModel,
  loadWeights,
  losses,
  memory,
  metrics,
  modelFromJSON,
  regularizers,
  Sequential,
  SerializationError,
  saveModel,
  saveWeights,
  schedules,
  TapegradError,
} from 'tapegrad'
import { expect, test } from 'vitest'

const code = 'globalThis.pwned = true'
const inside = (config: string): string =>
  `{"module":"keras.layers","class_name":"Sequential","config":${config}}`
const object = (className: string, config: unknown, more: object = {}): string =>
  JSON.stringify({ module: 'keras.layers', class_name: className, config, registered_name: null, ...more })

const names = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__defineGetter__',
  'eval',
]
const modules = [
  'os',
  'builtins',
  'subprocess',
  'child_process',
  'node:fs',
  'keras.src.utils',
  '../../../etc/passwd',
]
const paths = [
  '../../etc/passwd',
  '/etc/passwd',
  'file:///etc/passwd',
  'http://127.0.0.1/',
  '\\\\host\\share',
  '\0',
]
const bombs: readonly unknown[] = [
  { units: 2 ** 53 },
  { units: 1e308 },
  { units: -1 },
  { units: 2 ** 31, batch_input_shape: [null, 2 ** 31] },
  { units: 1, batch_input_shape: [2 ** 52, 2 ** 52] },
  { units: 1, batch_input_shape: Array.from({ length: 1e5 }, () => 2) },
  { units: 1, name: 'x'.repeat(1e6) },
  { units: 1, dtype: { class_name: 'DTypePolicy', config: { name: '__proto__' } } },
]

/** Analogues of what has been done to loaders of models: code in Lambda layers, modules, files, prototypes, depth, size. */
const malicious: readonly string[] = [
  // Code where a function is named (Lambda layers, marshalled code, lambdas as objects).
  ...[
    code,
    [code, null, null],
    { class_name: '__lambda__', config: { value: code } },
    `() => { ${code} }`,
  ].flatMap((f) => [
    object('Lambda', { function: f }),
    object('Dense', { units: 1, activation: f }),
    JSON.stringify(f),
  ]),
  object('Lambda', { function: 'eval', arguments: { x: code } }),
  object('Lambda', { function: 'Function', function_type: 'raw', module: 'vm' }),
  object('Lambda', { function: { class_name: 'function', config: 'eval', registered_name: 'eval' } }),
  object('Lambda', { function: 'f', safe_mode: false, trusted: true, allow_code: true }),
  // Names that objects inherit, as classes, functions and keys.
  ...names.flatMap((name) => [
    object(name, {}),
    object('Dense', { units: 1 }, { registered_name: name }),
    object('Dense', { units: 1, kernel_initializer: name }),
    JSON.stringify(name),
  ]),
  '{"__proto__":{"polluted":1},"class_name":"Dense","config":{"units":1}}',
  '{"class_name":"Dense","config":{"units":1,"__proto__":{"polluted":1}}}',
  '{"class_name":"Dense","config":{"units":1,"constructor":{"prototype":{"polluted":1}}}}',
  // Modules to import, and files and addresses to read.
  ...modules.map((module) => object('system', { command: code }, { module })),
  ...modules.map((module) => object('Dense', { units: 1 }, { module, registered_name: `${module}>system` })),
  ...paths.flatMap((path) => [
    object('Dense', { units: 1, kernel_initializer: path }),
    object('StringLookup', { vocabulary: path }),
    object('TorchModuleWrapper', { module: path }),
  ]),
  // Sizes.
  ...bombs.map((config) => object('Dense', config)),
  object('Embedding', { input_dim: 1e15, output_dim: 1e15 }),
  object('Reshape', { target_shape: [1e9, 1e9, -1] }),
  object('ZeroPadding1D', { padding: [1e15, 1e15] }),
  object('UpSampling2D', { size: [1e15, 1e15] }),
  // Depth, and a model in itself.
  `${'['.repeat(1e5)}${']'.repeat(1e5)}`,
  `${'{"config":'.repeat(1e5)}1${'}'.repeat(1e5)}`,
  inside(`{"layers":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
  Array.from({ length: 5000 }).reduce<string>((config) => inside(`{"layers":[${config}]}`), '{}'),
]

/** Whatever a config says: an object, or an error of this library's. */
async function survives(load: () => unknown): Promise<void> {
  try {
    const made = (await load()) as { dispose?: () => void } | null
    if (made !== null && typeof made === 'object') made.dispose?.()
  } catch (error) {
    expect(error).toBeInstanceOf(TapegradError)
    expect((error as Error).message.length).toBeLessThan(3000)
  }
}

const model = new Sequential([new Dense({ units: 1, inputShape: [2] })])
model.compile({ optimizer: new Adam(), loss: 'meanSquaredError', metrics: ['accuracy'] })
const file = await saveModel(model)
const weights = await saveWeights(model)

/** A file with another text in the place of a part of its metadata. */
function withPart(bytes: Uint8Array, part: string, text: string): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = Number(view.getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))
  header['__metadata__'][part] = text
  const next = new TextEncoder().encode(JSON.stringify(header))
  const made = new Uint8Array(8 + next.length + bytes.length - 8 - length)
  new DataView(made.buffer).setBigUint64(0, BigInt(next.length), true)
  made.set(next, 8)
  made.set(bytes.subarray(8 + length), 8 + next.length)
  return made
}

const input = object('InputLayer', { batch_shape: [null, 2], name: 'a' }, { name: 'a', inbound_nodes: [] })
const options = { optimizers: [Adam] }
const fromFile = (part: string, wrap: (text: string) => string) => (text: string) =>
  loadModel(withPart(file, part, wrap(text)), options)
const from = (read: (config: never) => unknown) => (text: string) => read(JSON.parse(text) as never)

const entryPoints: Readonly<Record<string, (text: string) => unknown>> = {
  'loadModel: the model': fromFile('model', (text) => text),
  'loadModel: a layer': fromFile('model', (text) => inside(`{"name":"s","layers":[${text}]}`)),
  'loadModel: the input shape': fromFile('input_shape', (text) => text),
  'loadModel: compile': fromFile('compile', (text) => text),
  'loadModel: the optimizer': fromFile('compile', (text) => `{"optimizer":${text}}`),
  'loadModel: the optimizer’s config': fromFile(
    'compile',
    (text) => `{"optimizer":{"class_name":"Adam","config":${text}}}`,
  ),
  'loadModel: the learning rate': fromFile(
    'compile',
    (text) => `{"optimizer":{"class_name":"Adam","config":{"learning_rate":${text}}}}`,
  ),
  'loadModel: the loss': fromFile(
    'compile',
    (text) => `{"optimizer":{"class_name":"Adam","config":{}},"loss":${text}}`,
  ),
  'loadModel: a metric': fromFile(
    'compile',
    (text) => `{"optimizer":{"class_name":"Adam","config":{}},"loss":"mse","metrics":[${text}]}`,
  ),
  modelFromJSON: (text) => modelFromJSON(text),
  'modelFromJSON: a layer of a functional model': (text) =>
    modelFromJSON(
      `{"module":"keras","class_name":"Functional","config":{"name":"f","layers":[${text}],"input_layers":[["a",0,0]],"output_layers":[["a",0,0]]}}`,
    ),
  'modelFromJSON: calls and places': (text) =>
    modelFromJSON(
      `{"module":"keras","class_name":"Functional","config":{"name":"f","layers":[${input},{"module":"keras.layers","class_name":"Dense","config":{"units":1},"name":"d","inbound_nodes":${text}}],"input_layers":${text},"output_layers":${text}}}`,
    ),
  'modelFromJSON: a layer in another': (text) =>
    modelFromJSON(
      inside(
        `{"name":"s","layers":[${object('TimeDistributed', 0).replace('"config":0', `"config":{"layer":${text}}`)}]}`,
      ),
    ),
  'modelFromJSON: a cell': (text) =>
    modelFromJSON(
      inside(
        `{"name":"s","layers":[${object('RNN', 0).replace('"config":0', `"config":{"cell":${text}}`)}]}`,
      ),
    ),
  loadWeights: (text) => loadWeights(model, withPart(weights, 'names', text), { byName: true }),
  'Sequential.fromConfig': from(Sequential.fromConfig),
  'Dense.fromConfig': from(Dense.fromConfig),
  'Lambda.fromConfig': from(Lambda.fromConfig),
  'Adam.fromConfig': from((config) => Adam.fromConfig(config)),
  'activations.deserialize': from(activations.deserialize),
  'constraints.deserialize': from(constraints.deserialize),
  'initializers.deserialize': from(initializers.deserialize),
  'losses.deserialize': from(losses.deserialize),
  'metrics.deserialize': from(metrics.deserialize),
  'regularizers.deserialize': from(regularizers.deserialize),
  'schedules.deserialize': from((config: Json) => schedules.deserialize(config)),
}

test.each(Object.entries(entryPoints))('%s: no code, no pollution, only typed errors', async (_, load) => {
  expect(malicious.length).toBeGreaterThan(60)
  const before = memory()
  for (const text of malicious) await survives(() => load(text))
  expect(memory()).toEqual(before)
  expect(Reflect.ownKeys(Object.prototype).length).toBe(keysOfObjects)
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  expect((globalThis as { pwned?: unknown }).pwned).toBeUndefined()
})

const keysOfObjects = Reflect.ownKeys(Object.prototype).length

test('a Lambda with code in it is refused, and no option lets it in', async () => {
  const lambda = object('Lambda', { function: code })
  const bytes = withPart(file, 'model', inside(`{"name":"s","layers":[${lambda}]}`))
  await expect(loadModel(bytes, options)).rejects.toThrow(SerializationError)
  await expect(loadModel(bytes, { ...options, safeMode: false } as never)).rejects.toThrow(/safeMode/)
})
