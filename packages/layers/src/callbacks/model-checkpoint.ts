import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { checkBoolean, checkOneOf } from '../saving/option-values.ts'
import { saveModel } from '../saving/save-model.ts'
import { saveWeights } from '../saving/weights-file.ts'
import { checkCount } from '../training/run-options.ts'
import type { BatchLogs, CallbackState, Logs } from './callback.ts'
import { hasFiniteState } from './finite-state.ts'
import { MonitorCallback, type MonitorOptions } from './monitor-callback.ts'
import { StateReader } from './state-reader.ts'

/** When a checkpoint was made. */
export interface CheckpointInfo {
  /** The number of the epoch; the first is 0. */
  readonly epoch: number
  /** The number of the batch, for a checkpoint within an epoch; else null. */
  readonly batch: number | null
  /** The losses and metrics. */
  readonly logs: Logs
}

/** Keeps a checkpoint; a run waits for the promise. */
export type CheckpointSink = (bytes: Uint8Array, info: CheckpointInfo) => void | Promise<void>

/** The options of checkpoints, wherever they are kept. */
export interface CheckpointOptions extends MonitorOptions {
  /** 1 prints what it does. Default: 0. */
  readonly verbose?: 0 | 1
  /** Whether only what is better than all before is kept. Default: false. */
  readonly saveBestOnly?: boolean
  /** Whether the weights alone are kept, as `saveWeights` writes them. Default: false, the whole model. */
  readonly saveWeightsOnly?: boolean
  /** After every epoch, or after so many batches. Default: 'epoch'. */
  readonly saveFreq?: 'epoch' | number
  /** What the first checkpoint must be better than. Default: null. */
  readonly initialValueThreshold?: number | null
}

export interface ModelCheckpointOptions extends CheckpointOptions {
  /** Keeps the bytes. */
  readonly sink: CheckpointSink
}

/**
 * Keeps the model, or its weights, as training goes on: after every epoch or so many batches, or only when a loss or
 * metric is the best so far.
 *
 * A model whose weights or optimizer's state are not finite is not kept: it must not take the place of one that is. In Node,
 * `ModelCheckpoint` of `@tapegrad/layers/node` takes a path.
 *
 * @throws {@link ArgumentError} for options of the wrong kind.
 * @see https://keras.io/api/callbacks/model_checkpoint/
 * @example
 * ```ts
 * let best: Uint8Array | null = null
 * const keep = new ModelCheckpoint({ sink: (bytes) => void (best = bytes), monitor: 'loss', saveBestOnly: true })
 * await model.fit(x, y, { callbacks: [keep], verbose: 0 })
 * ```
 */
export class ModelCheckpoint extends MonitorCallback {
  readonly saveBestOnly: boolean
  readonly saveWeightsOnly: boolean
  readonly saveFreq: 'epoch' | number
  readonly #sink: CheckpointSink
  readonly #verbose: 0 | 1
  #epoch = 0
  #batches = 0

  constructor(options: ModelCheckpointOptions) {
    const op = 'ModelCheckpoint'
    checkOptionNames(op, options, ['sink', ...checkpointOptionNames])
    super(op, options, 0, options.initialValueThreshold ?? null)
    const { sink, saveFreq = 'epoch' } = options
    if (typeof sink !== 'function') {
      throw new ArgumentError('the sink is not a function', {
        op,
        received: { sink },
        expected: '(bytes, { epoch, batch, logs }) => …',
      })
    }
    if (saveFreq !== 'epoch') checkCount(op, 'saveFreq', saveFreq, 1)
    this.saveFreq = saveFreq
    this.saveBestOnly = checkBoolean(op, 'saveBestOnly', options.saveBestOnly ?? false)
    this.saveWeightsOnly = checkBoolean(op, 'saveWeightsOnly', options.saveWeightsOnly ?? false)
    this.#verbose = checkOneOf(op, 'verbose', options.verbose ?? 0, [0, 1])
    this.#sink = sink
  }

  override getState(): CallbackState {
    return { values: { ...super.getState().values, batches: this.#batches } }
  }

  override setState(state: CallbackState): void {
    super.setState(state)
    this.#batches = new StateReader('ModelCheckpoint', state).number('batches')
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch
  }

  override async onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> {
    if (this.saveFreq === 'epoch') return
    this.#batches++
    if (this.#batches < this.saveFreq) return
    this.#batches = 0
    await this.#keep({ epoch: this.#epoch, batch, logs: await logs.read() })
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (this.saveFreq === 'epoch') await this.#keep({ epoch, batch: null, logs: { ...logs } })
  }

  async #keep(info: CheckpointInfo): Promise<void> {
    const current = this.saveBestOnly ? this.currentValue(info.logs) : null
    if (current !== null && !this.improves(current, this.best)) return
    if (!(await hasFiniteState(this.model))) {
      console.warn(`ModelCheckpoint: the state after epoch ${info.epoch + 1} is not finite and is not kept.`)
      return
    }
    const bytes = await (this.saveWeightsOnly ? saveWeights(this.model) : saveModel(this.model))
    await this.#sink(bytes, info)
    // What could not be kept is not the best that was kept.
    if (current !== null) this.best = current
    if (this.#verbose === 1) console.log(`Epoch ${info.epoch + 1}: the model is kept.`)
  }
}

const checkpointOptionNames: readonly (keyof CheckpointOptions)[] = [
  'monitor',
  'verbose',
  'saveBestOnly',
  'saveWeightsOnly',
  'mode',
  'saveFreq',
  'initialValueThreshold',
]
