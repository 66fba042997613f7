import { checkInput } from '../autodiff/inputs.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkFactor } from './activation-options.ts'
import { add } from './add.ts'
import { mul } from './mul.ts'
import { checkParameter, fitToAxes, scaleAndShift } from './norm-parameters.ts'
import { rsqrt } from './rsqrt.ts'
import { inFloat } from './standardize.ts'
import { sub } from './sub.ts'

/** What {@link batchNorm} normalizes with. */
export interface BatchNormOptions {
  /** The mean of each channel. */
  readonly mean: Tensor
  /** The variance of each channel. */
  readonly variance: Tensor
  /** The axis of the channels. Default: −1, the last. */
  readonly axis?: number
  /** The scale of each channel. Default: 1. */
  readonly gamma?: Tensor | null
  /** The offset of each channel. Default: 0. */
  readonly beta?: Tensor | null
  /** What is added to the variance, at least 0. Default: 1e-3. */
  readonly epsilon?: number
}

/**
 * A tensor whose channels are normalized with given statistics, gamma · (x − mean) / √(variance + epsilon) + beta.
 *
 * Gradients flow to all five tensors: with the {@link moments} of x itself they are those of training.
 *
 * @param x A tensor of any dtype and a rank of at least 1; integers and bools are cast to float32.
 * @param options `mean` and `variance`, which must be given, `gamma` and `beta` (default: 1 and 0), each with one number for each channel; `axis`, that of the channels (default: −1); `epsilon` (default: 1e-3).
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} for an axis that the tensor does not have, or statistics or parameters of another shape.
 * @throws {@link ArgumentError} for what is not a tensor or an epsilon that is not a finite number of at least 0, {@link BackendMismatchError} for tensors of different backends.
 * @see https://arxiv.org/abs/1502.03167
 * @see https://keras.io/api/layers/normalization_layers/batch_normalization/
 * @example
 * ```ts
 * const x = tensor([[1, 10], [3, 30]])
 * batchNorm(x, { ...moments(x, { axis: 0 }), epsilon: 0 }) // [[-1, -1], [1, 1]]
 * ```
 */
export function batchNorm(x: Tensor, options: BatchNormOptions): Tensor {
  const op = 'batchNorm'
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['mean', 'variance', 'axis', 'gamma', 'beta', 'epsilon'])
  const axis = normalizeAxis(op, options.axis ?? -1, x.shape.length)
  const channels = [x.shape[axis]!]
  checkInput(op, 'mean', options.mean)
  checkInput(op, 'variance', options.variance)
  const mean = checkParameter(op, 'mean', options.mean, x, channels)!
  const variance = checkParameter(op, 'variance', options.variance, x, channels)!
  const gamma = checkParameter(op, 'gamma', options.gamma, x, channels)
  const beta = checkParameter(op, 'beta', options.beta, x, channels)
  const epsilon = checkFactor(op, 'epsilon', options.epsilon ?? 1e-3, 'notNegative')
  return tidy(() => {
    const inverse = rsqrt(add(variance, epsilon))
    const scale = gamma === null ? inverse : mul(inverse, gamma)
    // Not x · scale + (beta − mean · scale): where the mean is far from 0, that is the difference of large numbers.
    const deviations = sub(inFloat(x), fitToAxes(mean, x, [axis]))
    return scaleAndShift(deviations, scale, beta, [axis])
  })
}
