import {
  ArgumentError,
  checkOptionNames,
  SerializationError,
  sameShape,
  tensor,
  type Variable,
} from '@tapegrad/core'
import { type AnyModel, Model } from '../models/model.ts'
import { checkBoolean } from './option-values.ts'
import { storedName, storedNames } from './restore.ts'
import { decodeSafetensors, encodeSafetensors, type Safetensors, type StoredArray } from './safetensors.ts'

const format = { name: 'tapegrad-weights', version: '1' } as const

export interface LoadWeightsOptions {
  /** Whether weights are found by their layers' names, and others keep their values. Default: false: all, in their order. */
  readonly byName?: boolean
  /** Whether weights of another shape or dtype keep their values. Default: false: they are an error. */
  readonly skipMismatch?: boolean
}

/**
 * The weights of a model as one safetensors file, without its architecture.
 *
 * @returns The bytes of the file.
 * @throws {@link ArgumentError} for a model that has no weights yet.
 * @see https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/
 * @example
 * ```ts
 * const bytes = await saveWeights(model)
 * await loadWeights(model, bytes)
 * ```
 */
export async function saveWeights(model: AnyModel): Promise<Uint8Array> {
  checkModel('saveWeights', model)
  const { weights } = model
  const data = await Promise.all(weights.map((weight) => weight.data()))
  const tensors = new Map<string, StoredArray>(
    weights.map((weight, i) => {
      const { dtype, shape } = weight
      return [storedName('weights', i, weight), { dtype, shape, data: data[i]! }]
    }),
  )
  const metadata = new Map<string, string>([
    ['format', format.name],
    ['version', format.version],
    ['names', JSON.stringify(layerNames(model))],
  ])
  return encodeSafetensors({ tensors, metadata })
}

/**
 * Gives a model the weights of a file: all of them or, where something does not fit, none.
 *
 * @param bytes A file that `saveWeights` wrote, or `saveModel` (not with `byName`).
 * @returns Where the weights are that kept their values, such as `dense/kernel`.
 * @throws {@link ArgumentError} for a model that has no weights yet, {@link SerializationError} for a file that is cut off, damaged or another model's.
 * @see https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/
 * @example
 * ```ts
 * const kept = await loadWeights(model, await saveWeights(model), { byName: true, skipMismatch: true })
 * kept.length // 0
 * ```
 */
export async function loadWeights(
  model: AnyModel,
  bytes: Uint8Array,
  options: LoadWeightsOptions = {},
): Promise<readonly string[]> {
  const op = 'loadWeights'
  checkModel(op, model)
  checkOptionNames(op, options, ['byName', 'skipMismatch'])
  const byName = checkBoolean(op, 'byName', options.byName ?? false)
  const skipMismatch = checkBoolean(op, 'skipMismatch', options.skipMismatch ?? false)
  const file = decodeSafetensors(bytes)
  const isKnown = ['tapegrad', format.name].includes(file.metadata.get('format') ?? '')
  if (!isKnown || file.metadata.get('version') !== format.version) {
    throw failure('the file holds no weights of this version', { format: file.metadata.get('format') })
  }
  const { weights } = model
  const found = byName ? findByName(model, file) : findByOrder(weights, file)
  const kept: string[] = []
  const fitting = weights.map((weight, i) => {
    const array = found[i] ?? null
    if (array !== null && array.dtype === weight.dtype && sameShape(array.shape, weight.shape)) return array
    if (array !== null && !skipMismatch) {
      throw failure('a tensor of the file does not fit the model', {
        weight: weight.path,
        file: array,
        model: weight,
      })
    }
    kept.push(weight.path)
    return null
  })
  // One by one: a second copy of all of them would double the peak of memory.
  fitting.forEach((array, i) => {
    if (array === null) return
    const weight = weights[i]!
    using value = tensor(array.data, {
      dtype: array.dtype,
      shape: array.shape,
      backend: weight.storage.backend,
    })
    weight.assign(value)
  })
  return kept
}

function findByOrder(weights: readonly Variable[], { tensors }: Safetensors): readonly StoredArray[] {
  const stored = storedNames('weights', tensors)
  if (stored.length !== weights.length) {
    throw failure('the file has another number of weights than the model', {
      file: stored.length,
      model: weights.length,
    })
  }
  return weights.map((weight, i) => {
    const name = storedName('weights', i, weight)
    const array = tensors.get(name)
    if (array !== undefined) return array
    throw failure('the file lacks a weight', { weight: name })
  })
}

function findByName(model: AnyModel, file: Safetensors): readonly (StoredArray | null)[] {
  const names = readNames(file)
  const arrays = new Map<string, StoredArray>()
  for (const [stored, array] of file.tensors) {
    const position = /^weights\/(\d+)\//.exec(stored)?.[1]
    const name = position === undefined ? undefined : names[Number(position)]
    if (name === undefined) continue
    if (arrays.has(name)) throw failure('the file names a weight twice', { weight: name })
    arrays.set(name, array)
  }
  return layerNames(model).map((name) => arrays.get(name) ?? null)
}

function readNames({ metadata }: Safetensors): readonly string[] {
  const text = metadata.get('names')
  try {
    const names: unknown = JSON.parse(text ?? '')
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  } catch {
    // Told below.
  }
  throw failure('the file does not say whose weights it holds', { names: text })
}

/** For each weight of a model: the layer it belongs to, its place there, and its own name. */
function layerNames(model: AnyModel): readonly string[] {
  const names = new Map<Variable, string>()
  for (const layer of model.layers) {
    layer.weights.forEach((weight, i) => {
      if (!names.has(weight)) names.set(weight, `${layer.name}/${i}/${weight.name}`)
    })
  }
  // What belongs to the model itself: the name of a model changes from program to program.
  return model.weights.map((weight, i) => names.get(weight) ?? `/${i}/${weight.name}`)
}

function checkModel(op: string, model: unknown): void {
  if (!(model instanceof Model)) throw new ArgumentError('this is not a model', { op, received: { model } })
  if (model.built) return
  throw new ArgumentError('the model is not built, and has no weights yet', {
    op,
    received: { model: model.name },
    hint: 'apply it to a tensor, or declare inputShape on the first layer',
  })
}

function failure(what: string, received: Readonly<Record<string, unknown>>): SerializationError {
  return new SerializationError(what, { op: 'loadWeights', received })
}
