import { readFile } from 'node:fs/promises'
import {
  type AnyModel,
  type LoadModelOptions,
  type LoadWeightsOptions,
  loadModel as loadBytes,
  loadWeights as loadWeightBytes,
  type Model,
  saveModel as saveBytes,
  saveWeights as saveWeightBytes,
} from '../index.ts'
import { writeFileSafely } from './write-file.ts'

export { BackupAndRestore, type BackupAndRestoreOptions } from './backup-and-restore.ts'
export { CSVLogger, type CSVLoggerOptions } from './csv-logger.ts'
export { ModelCheckpoint, type ModelCheckpointOptions } from './model-checkpoint.ts'

/**
 * Saves a model in a file.
 *
 * The file is written beside its place and put there when it is whole and on the disk: a crash or a full disk leaves
 * the file that was there before.
 *
 * @param path Where; a file that is there is replaced.
 * @throws {@link SerializationError} for models that cannot be saved, and the file system's errors.
 * @example
 * ```ts
 * import { saveModel } from '@tapegrad/layers/node'
 *
 * await saveModel(model, 'digits.safetensors')
 * ```
 */
export async function saveModel(model: AnyModel, path: string): Promise<void> {
  await writeFileSafely(path, await saveBytes(model))
}

/**
 * Loads a model from a file that `saveModel` wrote.
 *
 * @throws {@link SerializationError} for a file that is cut off, damaged or names something unknown, and the file system's errors.
 * @example
 * ```ts
 * import { loadModel } from '@tapegrad/layers/node'
 *
 * const model = await loadModel('digits.safetensors', { optimizers: [Adam] })
 * ```
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<Model> {
  return loadBytes(await readFile(path), options)
}

/**
 * Saves a model's weights in a file, as safely as `saveModel`.
 *
 * @throws {@link ArgumentError} for a model that has no weights yet, and the file system's errors.
 * @example
 * ```ts
 * import { saveWeights } from '@tapegrad/layers/node'
 *
 * await saveWeights(model, 'digits.weights.safetensors')
 * ```
 */
export async function saveWeights(model: AnyModel, path: string): Promise<void> {
  await writeFileSafely(path, await saveWeightBytes(model))
}

/**
 * Gives a model the weights of a file.
 *
 * @returns Where the weights are that kept their values.
 * @throws {@link SerializationError} for a file that is cut off, damaged or another model's, and the file system's errors.
 * @example
 * ```ts
 * import { loadWeights } from '@tapegrad/layers/node'
 *
 * await loadWeights(model, 'digits.weights.safetensors')
 * ```
 */
export async function loadWeights(
  model: AnyModel,
  path: string,
  options: LoadWeightsOptions = {},
): Promise<readonly string[]> {
  return loadWeightBytes(model, await readFile(path), options)
}
