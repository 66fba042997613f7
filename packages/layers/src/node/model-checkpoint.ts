import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { callbacks } from '../index.ts'
import { fillPath } from './path-template.ts'
import { writeFileSafely } from './write-file.ts'

export interface ModelCheckpointOptions extends callbacks.CheckpointOptions {
  /** Where; `{epoch}`, `{batch}` (from 1) and the names of losses and metrics are filled in, as in `{epoch:02d}-{val_loss:.2f}.safetensors`. */
  readonly path: string
}

/**
 * Keeps the model, or its weights, in files as training goes on.
 *
 * A file is put into its place when it is whole and on the disk. Folders that are not there are made.
 *
 * @throws {@link ArgumentError} for options of the wrong kind; in training for a path that names what the logs do not have, and the file system's errors.
 * @see https://keras.io/api/callbacks/model_checkpoint/
 * @example
 * ```ts
 * import { ModelCheckpoint } from '@tapegrad/layers/node'
 *
 * const keep = new ModelCheckpoint({ path: 'runs/{epoch:02d}.safetensors', saveBestOnly: true })
 * await model.fit(x, y, { epochs: 10, validationSplit: 0.1, callbacks: [keep] })
 * ```
 */
export class ModelCheckpoint extends callbacks.ModelCheckpoint {
  readonly path: string

  constructor(options: ModelCheckpointOptions) {
    const op = 'ModelCheckpoint'
    checkOptionNames(op, options, ['path', ...optionNames])
    const { path, ...others } = options
    if (typeof path !== 'string' || path === '') {
      throw new ArgumentError('the path is no text', { op, received: { path } })
    }
    super({
      ...others,
      sink: async (bytes, { epoch, batch, logs }) => {
        const numbers = new Map([...Object.entries(logs), ['epoch', epoch + 1] as const])
        if (batch !== null) numbers.set('batch', batch + 1)
        const place = fillPath(path, numbers)
        await mkdir(dirname(place), { recursive: true })
        await writeFileSafely(place, bytes)
      },
    })
    this.path = path
  }
}

const optionNames: readonly (keyof callbacks.CheckpointOptions)[] = [
  'monitor',
  'verbose',
  'saveBestOnly',
  'saveWeightsOnly',
  'mode',
  'saveFreq',
  'initialValueThreshold',
]
