import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { Callback } from './callback.ts'

type Hook = Exclude<keyof Callback, 'model' | 'params' | 'setModel' | 'setParams'>

/** Functions for some of the hooks of {@link Callback}. */
export type LambdaCallbackOptions = { readonly [H in Hook]?: Callback[H] }

/**
 * A callback made of functions; a function that returns a promise is waited for.
 *
 * @throws {@link ArgumentError} for a hook that there is not, and something that is not a function.
 * @see https://keras.io/api/callbacks/lambda_callback/
 * @example
 * ```ts
 * const losses: number[] = []
 * const note = new LambdaCallback({ onEpochEnd: (_epoch, logs) => void losses.push(logs['loss']!) })
 * await model.fit(x, y, { callbacks: [note], verbose: 0 })
 * ```
 */
export class LambdaCallback extends Callback {
  constructor(options: LambdaCallbackOptions = {}) {
    super()
    const op = 'LambdaCallback'
    checkOptionNames(op, options, hooks)
    for (const [name, hook] of Object.entries(options)) {
      if (hook === undefined) continue
      if (typeof hook === 'function') Object.assign(this, { [name]: hook })
      else throw new ArgumentError('a hook is not a function', { op, received: { [name]: hook } })
    }
  }
}

const hooks: readonly Hook[] = [
  'onTrainBegin',
  'onTrainEnd',
  'onEpochBegin',
  'onEpochEnd',
  'onTrainBatchBegin',
  'onTrainBatchEnd',
  'onTestBegin',
  'onTestEnd',
  'onTestBatchBegin',
  'onTestBatchEnd',
  'onPredictBegin',
  'onPredictEnd',
  'onPredictBatchBegin',
  'onPredictBatchEnd',
]
