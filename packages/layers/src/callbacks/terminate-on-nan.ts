import { ArgumentError, checkOptionNames, stopGradient, type Tensor } from '@tapegrad/core'
import { checkOneOf } from '../saving/option-values.ts'
import { type BatchLogs, Callback, type CallbackState } from './callback.ts'
import { hasFiniteState } from './finite-state.ts'
import { StateReader } from './state-reader.ts'

export interface TerminateOnNaNOptions {
  /**
   * What to do after a step with a loss that is NaN or infinite: end training; throw; take the step back; or go back to
   * the last epoch's beginning. The latter two go on with the next batch, and look at weights and the optimizer's state, too.
   * Default: 'stop'.
   */
  readonly policy?: 'stop' | 'throw' | 'skip' | 'rollBack'
}

/** What a step changes. */
interface Snapshot {
  readonly weights: readonly Tensor[]
  readonly state: readonly Tensor[]
  readonly stepCount: number
}

/**
 * Ends training when the loss is NaN or infinite, or undoes what led to it.
 *
 * It reads the loss after every step, for which the device is waited for. What was taken back is also taken out of the
 * running loss and metrics, which start anew.
 *
 * @throws {@link ArgumentError} for an unknown policy, and in training where the policy is 'throw'.
 * @see https://keras.io/api/callbacks/terminate_on_nan/
 * @example
 * ```ts
 * await model.fit(x, y, { callbacks: [new TerminateOnNaN({ policy: 'skip' })], verbose: 0 })
 * ```
 */
export class TerminateOnNaN extends Callback {
  readonly policy: 'stop' | 'throw' | 'skip' | 'rollBack'
  #good: Snapshot | null = null

  constructor(options: TerminateOnNaNOptions = {}) {
    super()
    const op = 'TerminateOnNaN'
    checkOptionNames(op, options, ['policy'])
    this.policy = checkOneOf(op, 'policy', options.policy ?? 'stop', ['stop', 'throw', 'skip', 'rollBack'])
  }

  override getState(): CallbackState {
    if (this.#good === null || this.policy !== 'rollBack') return { values: { weights: 0, stepCount: 0 } }
    const { weights, state, stepCount } = this.#good
    return { values: { weights: weights.length, stepCount }, tensors: [...weights, ...state] }
  }

  override setState(saved: CallbackState): void {
    const read = new StateReader('TerminateOnNaN', saved)
    const weights = read.number('weights')
    const stepCount = read.number('stepCount')
    this.#drop()
    if (weights === 0) return
    const tensors = read.tensors.map((each) => stopGradient(each))
    const state = tensors.splice(weights)
    this.#good = { weights: tensors, state, stepCount }
  }

  override async onEpochBegin(): Promise<void> {
    // A run that goes on in mid-epoch has the state from before the epoch.
    if (this.#good !== null && (this.params.training?.state().step ?? 0) > 0) return
    if (this.policy === 'rollBack' && (await hasFiniteState(this.model))) this.#take()
  }

  override onTrainBatchBegin(): void {
    if (this.policy === 'skip') this.#take()
  }

  override async onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> {
    const { loss } = await logs.read()
    const undoes = this.policy === 'skip' || this.policy === 'rollBack'
    const isGood = Number.isFinite(loss) && (!undoes || (await hasFiniteState(this.model)))
    if (isGood) return
    if (undoes) return this.#undo()
    if (this.policy === 'throw') {
      throw new ArgumentError('the loss is not finite', { op: 'TerminateOnNaN', received: { batch, loss } })
    }
    console.warn(`TerminateOnNaN: the loss is ${loss} after batch ${batch}; training ends.`)
    this.model.stopTraining = true
  }

  override onTrainEnd(): void {
    this.#drop()
  }

  #take(): void {
    this.#drop()
    const { model } = this
    const { optimizer } = model
    // The optimizer's state must be there to be kept; weights are made with the first batch at the latest.
    if (!model.built) return
    optimizer.build(model.trainableVariables)
    this.#good = {
      weights: model.getWeights(),
      state: optimizer.variables.map((each) => stopGradient(each as Tensor)),
      stepCount: optimizer.stepCount ?? optimizer.iterations,
    }
  }

  #undo(): void {
    if (this.#good === null) {
      throw new ArgumentError('the loss is not finite, and there is no state to go back to', {
        op: 'TerminateOnNaN',
        hint: 'build the model before fit, or declare inputShape on its first layer',
      })
    }
    const { weights, state, stepCount } = this.#good
    this.model.setWeights(weights)
    this.model.optimizer.restore(stepCount, state)
    this.model.resetMetrics()
  }

  #drop(): void {
    for (const each of [...(this.#good?.weights ?? []), ...(this.#good?.state ?? [])]) each.dispose()
    this.#good = null
  }
}
