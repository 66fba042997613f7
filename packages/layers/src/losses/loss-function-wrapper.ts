import { ArgumentError, type Config, checkOptionNames, type Tensor } from '@tapegrad/core'
import { toSnakeCase } from '../engine/naming.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { deserializeFunction, serializeFunction } from '../saving/functions.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'

/** A loss as a function: one value for each sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor

export interface LossFunctionWrapperOptions extends LossOptions {
  readonly fn: LossFunction
}

/**
 * A function as a loss, with weights, masks and reductions. Files hold it only if `registerSerializable` knows the
 * function.
 *
 * @throws {@link ArgumentError} when `fn` is no function.
 * @see https://keras.io/api/losses/#creating-custom-losses
 * @example
 * ```ts
 * new losses.LossFunctionWrapper({ fn: (yTrue, yPred) => mean(abs(sub(yTrue, yPred)), { axis: -1 }) })
 * ```
 */
export class LossFunctionWrapper extends Loss {
  static override readonly className: string = 'LossFunctionWrapper'
  readonly fn: LossFunction

  constructor(options: LossFunctionWrapperOptions) {
    checkOptionNames('LossFunctionWrapper', options, ['fn', ...lossOptionNames])
    const { fn, ...lossOptions } = options
    if (typeof fn !== 'function') {
      throw new ArgumentError('fn is not a function', { op: 'LossFunctionWrapper', received: { fn } })
    }
    super(fn.name === '' ? lossOptions : { name: toSnakeCase(fn.name), ...lossOptions })
    this.fn = fn
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return this.fn(yTrue, yPred)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), fn: serializeFunction('loss', this.fn) }
  }

  static fromConfig(config: Config): LossFunctionWrapper {
    const read = new ConfigReader('LossFunctionWrapper', config)
    const fn = read.object('fn', (json) => deserializeFunction('loss', json) as LossFunction)
    const options = { ...readLossOptions(read, 'loss_function_wrapper'), fn }
    read.done()
    return new LossFunctionWrapper(options)
  }
}
