import { ArgumentError, checkOptionNames, stopGradient, type Tensor } from '@tapegrad/core'
import { checkBoolean } from '../saving/option-values.ts'
import { Callback, type CallbackState } from './callback.ts'

export interface SwapEMAWeightsOptions {
  /** Whether the model has the averages at the end of every epoch, for callbacks that save it. Default: false. */
  readonly swapOnEpoch?: boolean
}

/**
 * Evaluates and predicts with the moving averages of the weights, which an optimizer with `useEma` keeps, and trains on
 * with the weights themselves.
 *
 * With `swapOnEpoch` put it before the callbacks that save the model.
 *
 * @throws {@link ArgumentError} for options of the wrong kind, and in a run where the optimizer keeps no averages.
 * @see https://keras.io/api/callbacks/swap_ema_weights/
 */
export class SwapEMAWeights extends Callback {
  readonly swapOnEpoch: boolean
  /** The weights, while the model has their averages. */
  #weights: readonly Tensor[] | null = null

  constructor(options: SwapEMAWeightsOptions = {}) {
    super()
    checkOptionNames('SwapEMAWeights', options, ['swapOnEpoch'])
    this.swapOnEpoch = checkBoolean('SwapEMAWeights', 'swapOnEpoch', options.swapOnEpoch ?? false)
  }

  override getState(): CallbackState {
    return { values: {}, tensors: this.#weights ?? [] }
  }

  override setState({ tensors = [] }: CallbackState): void {
    this.#drop()
    if (tensors.length > 0) this.#weights = copies(tensors)
  }

  override onEpochBegin(): void {
    if (this.swapOnEpoch) this.#swapBack()
  }

  override onEpochEnd(): void {
    if (this.swapOnEpoch) this.#swapIn()
  }

  override onTrainEnd(): void {
    // `fit` has given the weights their averages for good.
    this.#drop()
  }

  override onTestBegin(): void {
    this.#swapIn()
  }

  override onTestEnd(): void {
    this.#swapBack()
  }

  override onPredictBegin(): void {
    this.#swapIn()
  }

  override onPredictEnd(): void {
    this.#swapBack()
  }

  #swapIn(): void {
    if (this.#weights !== null) return
    const { optimizer } = this.model
    if (optimizer.swapMovingAverages === undefined) {
      throw new ArgumentError('the optimizer keeps no moving averages', {
        op: 'SwapEMAWeights',
        received: { optimizer: optimizer.className },
        hint: 'give it useEma: true',
      })
    }
    const averages = copies(optimizer.movingAverages ?? [])
    optimizer.swapMovingAverages()
    this.#weights = copies(optimizer.movingAverages ?? [])
    // The averages stay averages, whatever ends the run now.
    optimizer.movingAverages?.forEach((each, i) => each.assign(averages[i]!))
    for (const each of averages) each.dispose()
  }

  #swapBack(): void {
    const weights = this.#weights
    if (weights === null) return
    const { optimizer } = this.model
    optimizer.movingAverages?.forEach((each, i) => each.assign(weights[i]!))
    optimizer.swapMovingAverages?.()
    this.#drop()
  }

  #drop(): void {
    for (const each of this.#weights ?? []) each.dispose()
    this.#weights = null
  }
}

function copies(variables: readonly Tensor[]): Tensor[] {
  return variables.map((each) => stopGradient(each))
}
