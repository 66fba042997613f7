import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  type AnyModel,
  type LoadModelOptions,
  loadModel as loadBytes,
  type Model,
  saveModel as saveBytes,
} from '../index.ts'

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
  const bytes = await saveBytes(model)
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
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

// What systems say of folders that cannot be synchronised: the rename lasts in their own time.
const cannotSync: ReadonlySet<unknown> = new Set(['EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF'])

/** Makes a rename last. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => null)
  if (folder === null) return
  try {
    await folder.sync()
  } catch (error) {
    if (!cannotSync.has((error as NodeJS.ErrnoException).code)) throw error
  } finally {
    await folder.close()
  }
}
