import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { type BatchLogs, Callback, type Logs } from '../callbacks/callback.ts'
import { hasFiniteState } from '../callbacks/finite-state.ts'
import { checkBoolean } from '../saving/option-values.ts'
import { checkCount } from '../training/run-options.ts'
import { encodeCheckpoint, type RunParts, restoreCheckpoint } from './checkpoint.ts'
import { CheckpointFiles } from './checkpoint-files.ts'

export interface BackupAndRestoreOptions {
  /** The folder of the checkpoints, of this run alone; it is made where it is not there. */
  readonly backupDir: string
  /** After every epoch, or after so many batches. Default: 'epoch'. */
  readonly saveFreq?: 'epoch' | number
  /** Whether the checkpoint before the newest is kept, too, for the case that the newest is damaged. Default: true (Keras: false). */
  readonly doubleCheckpoint?: boolean
  /** Whether the checkpoints are deleted when training has ended. Default: true. */
  readonly deleteCheckpoint?: boolean
  /** Whether Ctrl-C (SIGINT) saves after the step that runs, and then ends the process with status 130. Default: false. */
  readonly saveOnInterrupt?: boolean
}

/**
 * Saves a run of `fit` as it goes on. The same call of `fit`, made again after a crash, goes on where the last
 * checkpoint was made, also in mid-epoch, and ends with the very numbers that it would have had.
 *
 * A checkpoint holds the weights, the optimizer's state, random generators (the default one and those of layers), the
 * place in the shuffled data, the running loss and metrics, the states of stateful layers and of callbacks, and a
 * SHA-256 of it all. Whenever the process ends, a whole one is there. A state that is not finite is not saved.
 *
 * It is called after all other callbacks, wherever it is in the list. Model, data, options and callbacks must be those
 * of the run before, and an iterable must give the same batches again. Generators of your own are not known to it.
 *
 * @throws {@link ArgumentError} for options of the wrong kind, in training for the checkpoint of a run with other callbacks or other data; {@link SerializationError} for checkpoints that are all damaged or another model's; and the file system's errors.
 * @see https://keras.io/api/callbacks/backup_and_restore/
 * @example
 * ```ts
 * import { BackupAndRestore } from '@tapegrad/layers/node'
 *
 * const backup = new BackupAndRestore({ backupDir: 'runs/digits', saveFreq: 100, saveOnInterrupt: true })
 * await model.fit(x, y, { epochs: 20, callbacks: [backup] })
 * ```
 */
export class BackupAndRestore extends Callback {
  readonly backupDir: string
  readonly saveFreq: 'epoch' | number
  readonly doubleCheckpoint: boolean
  readonly deleteCheckpoint: boolean
  readonly saveOnInterrupt: boolean
  override readonly runsLast: boolean = true
  readonly #files: CheckpointFiles
  #batches = 0
  #interrupted = false
  readonly #interrupt = (): void => {
    this.#interrupted = true
  }

  constructor(options: BackupAndRestoreOptions) {
    super()
    const op = 'BackupAndRestore'
    checkOptionNames(op, options, optionNames)
    const { backupDir, saveFreq = 'epoch' } = options
    if (typeof backupDir !== 'string' || backupDir === '') {
      throw new ArgumentError('backupDir is not the name of a folder', { op, received: { backupDir } })
    }
    if (saveFreq !== 'epoch') checkCount(op, 'saveFreq', saveFreq, 1)
    this.backupDir = backupDir
    this.saveFreq = saveFreq
    this.doubleCheckpoint = checkBoolean(op, 'doubleCheckpoint', options.doubleCheckpoint ?? true)
    this.deleteCheckpoint = checkBoolean(op, 'deleteCheckpoint', options.deleteCheckpoint ?? true)
    this.saveOnInterrupt = checkBoolean(op, 'saveOnInterrupt', options.saveOnInterrupt ?? false)
    this.#files = new CheckpointFiles(backupDir, this.doubleCheckpoint)
  }

  override async onTrainBegin(): Promise<void> {
    this.#batches = 0
    this.#interrupted = false
    // Once: a second Ctrl-C ends the process at once.
    if (this.saveOnInterrupt) process.once('SIGINT', this.#interrupt)
    const checkpoint = await this.#files.read()
    if (checkpoint !== null) restoreCheckpoint(checkpoint, this.#run())
  }

  override async onTrainBatchEnd(_batch: number, _logs: BatchLogs): Promise<void> {
    this.#batches++
    if (this.#interrupted) return this.#saveAndExit()
    if (this.saveFreq === 'epoch' || this.#batches < this.saveFreq) return
    this.#batches = 0
    await this.#save()
  }

  override async onEpochEnd(_epoch: number, _logs: Logs): Promise<void> {
    if (this.#interrupted) return this.#saveAndExit()
    if (this.saveFreq === 'epoch') await this.#save()
  }

  override async onTrainEnd(_logs: Logs): Promise<void> {
    this.#stopListening()
    if (this.deleteCheckpoint) await this.#files.delete()
  }

  override onRunError(_error: unknown): void {
    this.#stopListening()
  }

  #run(): RunParts {
    const { training, callbacks = [] } = this.params
    return { model: this.model, training: training!, callbacks }
  }

  async #save(): Promise<void> {
    if (await hasFiniteState(this.model)) return this.#files.write(await encodeCheckpoint(this.#run()))
    console.warn('BackupAndRestore: the state is not finite and is not saved.')
  }

  async #saveAndExit(): Promise<void> {
    await this.#save()
    process.exit(130)
  }

  #stopListening(): void {
    process.off('SIGINT', this.#interrupt)
  }
}

const optionNames: readonly (keyof BackupAndRestoreOptions)[] = [
  'backupDir',
  'saveFreq',
  'doubleCheckpoint',
  'deleteCheckpoint',
  'saveOnInterrupt',
]
