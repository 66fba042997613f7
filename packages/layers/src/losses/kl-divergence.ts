import { type Config, checkOptionNames, clip, div, log, mul, sum, type Tensor, tidy } from '@tapegrad/core'
import { ConfigReader } from '../saving/config-reader.ts'
import { matchTargets } from './check-inputs.ts'
import { Loss, type LossOptions, lossOptionNames, readLossOptions } from './loss.ts'
import { epsilon } from './probabilities.ts'

/**
 * The Kullback-Leibler divergence Σ yTrue log(yTrue / yPred) over the last axis, of two distributions.
 *
 * Both are clipped to [1e-7, 1].
 *
 * @param yTrue Targets of the predictions' shape; either may lack or have a last axis of size 1.
 * @returns One value for each sample: the shape without the last axis.
 * @throws {@link ShapeError} for different shapes.
 * @see https://keras.io/api/losses/probabilistic_losses/#kldivergence-class
 * @example
 * ```ts
 * losses.klDivergence(tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]])) // [0.14384]
 * ```
 */
export function klDivergence(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const [targets, predictions] = matchTargets('klDivergence', yTrue, yPred)
    const [t, p] = [clip(targets, epsilon, 1), clip(predictions, epsilon, 1)]
    return sum(mul(t, log(div(t, p))), { axis: -1 })
  })
}

/**
 * The loss Σ yTrue log(yTrue / yPred) over the last axis, of two distributions. Names: `klDivergence`, `kld`.
 *
 * @throws {@link ArgumentError} for an unknown option or reduction.
 * @see https://keras.io/api/losses/probabilistic_losses/#kldivergence-class
 * @example
 * ```ts
 * new losses.KLDivergence().apply(tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]])) // 0.14384
 * ```
 */
export class KLDivergence extends Loss {
  static override readonly className: string = 'KLDivergence'

  constructor(options: LossOptions = {}) {
    checkOptionNames('KLDivergence', options, lossOptionNames)
    super(options)
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    return klDivergence(yTrue, yPred)
  }

  static fromConfig(config: Config): KLDivergence {
    const read = new ConfigReader('KLDivergence', config)
    const options = readLossOptions(read, 'kl_divergence')
    read.done()
    return new KLDivergence(options)
  }
}
