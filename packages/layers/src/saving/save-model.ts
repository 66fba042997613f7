import { ArgumentError, type Variable } from '@tapegrad/core'
import { type AnyModel, Model } from '../models/model.ts'
import { writeCompile } from './compile-config.ts'
import { storedName } from './restore.ts'
import { encodeSafetensors, type StoredArray } from './safetensors.ts'
import { serializeObject } from './serializable.ts'

/** What the metadata of a model file says, besides the architecture. */
export const modelFormat = { name: 'tapegrad', version: '1' } as const

/**
 * A model as one safetensors file: the weights, the architecture in the metadata, and, where the model is compiled,
 * the optimizer with its state.
 *
 * Files hold names of classes and functions, never code.
 *
 * @returns The bytes of the file.
 * @throws {@link ArgumentError} for a model that has no weights yet, {@link SerializationError} for functions that are not registered.
 * @see https://github.com/huggingface/safetensors#format
 * @example
 * ```ts
 * const bytes = await saveModel(model)
 * const copy = await loadModel(bytes, { optimizers: [Adam] })
 * ```
 */
export async function saveModel(model: AnyModel): Promise<Uint8Array> {
  if (!(model instanceof Model)) {
    throw new ArgumentError('this is not a model', { op: 'saveModel', received: { model } })
  }
  if (!model.built) {
    throw new ArgumentError('the model is not built, and has no weights to save', {
      op: 'saveModel',
      received: { model: model.name },
      hint: 'apply it to a tensor, or declare inputShape on the first layer',
    })
  }
  const metadata = new Map<string, string>([
    ['format', modelFormat.name],
    ['version', modelFormat.version],
    ['model', JSON.stringify(serializeObject('keras', model))],
    ['input_shape', JSON.stringify(model.inputShape)],
  ])
  const tensors = new Map<string, StoredArray>()
  await store(tensors, 'weights', model.weights)
  if (model.compileOptions !== null) {
    metadata.set('compile', JSON.stringify(writeCompile(model.compileOptions)))
    const { iterations, stepCount = iterations, variables } = model.optimizer
    metadata.set('iterations', String(stepCount))
    await store(tensors, 'optimizer', variables)
  }
  return encodeSafetensors({ tensors, metadata })
}

async function store(
  tensors: Map<string, StoredArray>,
  group: string,
  variables: readonly Variable[],
): Promise<void> {
  const data = await Promise.all(variables.map((variable) => variable.data()))
  variables.forEach((variable, i) => {
    const { dtype, shape } = variable
    tensors.set(storedName(group, i, variable), { dtype, shape, data: data[i]! })
  })
}
