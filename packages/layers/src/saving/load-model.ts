import {
  ArgumentError,
  type Config,
  checkOptionNames,
  describe,
  type Json,
  type Optimizer,
  type OptimizerClass,
  SerializationError,
} from '@tapegrad/core'
import { whileLoading } from '../engine/loading.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { type AnyModel, Model } from '../models/model.ts'
import { builtInLayers } from './built-in-layers.ts'
import { readCompile } from './compile-config.ts'
import { ConfigReader } from './config-reader.ts'
import { readingFile } from './reading-file.ts'
import { restoreOptimizer, restoreWeights, storedNames } from './restore.ts'
import { decodeSafetensors, type Safetensors } from './safetensors.ts'
import { modelFormat } from './save-model.ts'
import {
  type CustomObjects,
  deserializeObject,
  isConfig,
  withCustomObjects,
  withLayerClasses,
} from './serializable.ts'

export interface LoadModelOptions {
  /** The optimizers that the file may name. Without the right one a compiled model cannot be loaded as such. */
  readonly optimizers?: readonly OptimizerClass[]
  /** Classes and functions of your own by the names that the file gives them, where they are not registered. */
  readonly customObjects?: CustomObjects
  /** Whether to compile the model as it was when it was saved. Default: true where the file says how. */
  readonly compile?: boolean
}

/**
 * Makes the model that a file holds, with its weights and, where it was compiled, its optimizer's state.
 *
 * Only classes and functions that are built in, registered or given are made; nothing in a file is ever run.
 *
 * @param bytes A file that `saveModel` wrote.
 * @throws {@link SerializationError} for a file that is cut off or damaged, or names something unknown.
 * @example
 * ```ts
 * const model = await loadModel(bytes, { optimizers: [Adam] })
 * ```
 */
export async function loadModel(bytes: Uint8Array, options: LoadModelOptions = {}): Promise<Model> {
  checkOptions(options)
  const file = decodeSafetensors(bytes)
  const { metadata } = file
  if (metadata.get('format') !== modelFormat.name || metadata.get('version') !== modelFormat.version) {
    throw failure('the file is not a model of this version', {
      format: metadata.get('format'),
      version: metadata.get('version'),
    })
  }
  return withLayerClasses(builtInLayers, () =>
    withCustomObjects(options.customObjects ?? {}, () =>
      readingFile('loadModel', () => restoreModel(file, options)),
    ),
  )
}

function restoreModel({ tensors, metadata }: Safetensors, options: LoadModelOptions): Model {
  const weightBytes = storedNames('weights', tensors).reduce(
    (sum, name) => sum + tensors.get(name)!.data.byteLength,
    0,
  )
  const model = whileLoading(weightBytes, () => readModel(metadata))
  try {
    restoreWeights(model, tensors)
    if (metadata.has('compile') && options.compile !== false) {
      compile(model, parse(metadata, 'compile'), options)
      restoreOptimizer(model.optimizer, model.trainableVariables, tensors, metadata.get('iterations'))
    }
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

function readModel(metadata: ReadonlyMap<string, string>): Model {
  const model: unknown = deserializeObject('model', parse(metadata, 'model'), builtInLayers)
  if (!(model instanceof Model)) throw failure('the file describes something else than a model', { model })
  try {
    if (!model.built) {
      const json = parse(metadata, 'input_shape')
      const shapeOf = (input_shape: Json): SymbolicShape =>
        new ConfigReader(model.className, { input_shape }).shape('input_shape')
      const several = Array.isArray(json) && json.some((entry) => Array.isArray(entry))
      ;(model as AnyModel).build(several ? (json as readonly Json[]).map(shapeOf) : shapeOf(json))
    }
    return model
  } catch (error) {
    model.dispose()
    throw error
  }
}

function compile(model: Model, json: Json, options: LoadModelOptions): void {
  if (!isConfig(json)) throw failure('the training configuration is not an object', {})
  const read = new ConfigReader('compile', json)
  model.compile({
    optimizer: readOptimizer(read.json('optimizer'), options),
    ...readCompile(read),
  })
  read.done()
}

function readOptimizer(json: Json, { optimizers = [], customObjects = {} }: LoadModelOptions): Optimizer {
  const read = new ConfigReader('optimizer', json as Config)
  const name = read.string('class_name')
  const config = read.json('config')
  read.done()
  if (!isConfig(config)) throw read.error('the config is not an object', 'config')
  const found = optimizers.find(({ className }) => className === name)
  if (found !== undefined) return found.fromConfig(config, customObjects)
  throw new SerializationError(`the file names the optimizer ${describe(name)}, which was not given`, {
    op: 'loadModel',
    hint: 'loadModel(bytes, { optimizers: [its class] }), or { compile: false } to load the weights alone',
  })
}

function parse(metadata: ReadonlyMap<string, string>, key: string): Json {
  const text = metadata.get(key)
  if (text === undefined) throw failure('the file lacks a part of the model', { part: key })
  try {
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new SerializationError('a part of the file is not JSON', {
      op: 'loadModel',
      received: { part: key },
      cause,
    })
  }
}

function failure(what: string, received: Readonly<Record<string, unknown>>): SerializationError {
  return new SerializationError(what, { op: 'loadModel', received })
}

function checkOptions(options: LoadModelOptions): void {
  const op = 'loadModel'
  checkOptionNames(op, options, ['optimizers', 'customObjects', 'compile'])
  const { optimizers = [], customObjects = {}, compile = true } = options
  const fail = (what: string, received: Readonly<Record<string, unknown>>, expected: string): never => {
    throw new ArgumentError(what, { op, received, expected })
  }
  if (!Array.isArray(optimizers) || !optimizers.every((each) => typeof each === 'function'))
    fail('optimizers is not a list of classes', { optimizers }, '[Adam]')
  if (typeof customObjects !== 'object' || customObjects === null)
    fail('customObjects is not an object', { customObjects }, '{ MyLayer }')
  if (typeof compile !== 'boolean') fail('compile is not a boolean', { compile }, 'true or false')
}
