import { checkInput } from '../autodiff/inputs.ts'
import { checkFlag } from '../errors/flag.ts'
import { ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { broadcastShape, normalizeAxes, sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { div } from './div.ts'
import { checkMask } from './mask-arguments.ts'
import { maximum } from './maximum.ts'
import { mean } from './mean.ts'
import { mul } from './mul.ts'
import { type ReductionOptions, reductionOptionNames } from './reduction.ts'
import { reshape } from './reshape.ts'
import { square } from './square.ts'
import { inFloat } from './standardize.ts'
import { sub } from './sub.ts'
import { sum } from './sum.ts'
import { removeAxes } from './unit-axes.ts'
import { variance } from './variance.ts'
import { where } from './where.ts'

/** How {@link moments} reduces. */
export interface MomentsOptions extends ReductionOptions {
  /** Which elements count: a bool tensor that broadcasts to x. Default: all. */
  readonly mask?: Tensor | null
}

/** Mean and variance of the same elements. */
export interface Moments {
  readonly mean: Tensor
  readonly variance: Tensor
}

/**
 * The mean and the variance of the elements along axes, Σ xᵢ / n and Σ (xᵢ − mean)² / n.
 *
 * With a mask only elements where it is true count: the others, NaN included, have no influence and get no gradient. Where
 * none counts, both are 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: all), `keepDims` (default: false) and `mask`, bool, of a shape that broadcasts to that of x (default: all elements count).
 * @returns Two float tensors; NaN where there is nothing along the axes and no mask.
 * @throws {@link ShapeError} for an axis that the tensor does not have or a mask that does not broadcast to x, {@link DTypeError} for a mask that is not bool.
 * @throws {@link ArgumentError} for what is not a tensor, {@link BackendMismatchError} for tensors of different backends.
 * @see https://www.tensorflow.org/api_docs/python/tf/nn/moments
 * @example
 * ```ts
 * const x = tensor([[1, 10], [3, 30]])
 * moments(x, { axis: 0 }).mean // [2, 20]
 * moments(x, { axis: 0 }).variance // [1, 100]
 * moments(x, { mask: tensor([[true], [false]]) }).mean // 5.5
 * ```
 */
export function moments(x: Tensor, options: MomentsOptions = {}): Moments {
  checkInput('moments', 'x', x)
  checkOptionNames('moments', options, [...reductionOptionNames, 'mask'])
  const axes = normalizeAxes('moments', options.axis, x.shape.length)
  const { mask } = options
  const keepDims = checkFlag('moments', 'keepDims', options.keepDims)
  if (mask !== undefined && mask !== null) checkMomentsMask(mask, x)
  return tidy(() => {
    const f = inFloat(x)
    if (mask === undefined || mask === null) {
      const along = { axis: axes, keepDims }
      return { mean: mean(f, along), variance: variance(f, along) }
    }
    const kept = maskedMoments(f, mask, axes)
    if (keepDims) return kept
    return { mean: removeAxes(kept.mean, axes), variance: removeAxes(kept.variance, axes) }
  })
}

function checkMomentsMask(mask: Tensor, x: Tensor): void {
  checkMask('moments', mask, x)
  const common = broadcastShape(mask.shape, x.shape)
  if (common !== undefined && sameShape(common, x.shape)) return
  throw new ShapeError('the mask does not broadcast to x', { op: 'moments', received: { x, mask } })
}

function maskedMoments(x: Tensor, mask: Tensor, axes: readonly number[]): Moments {
  const along = { axis: axes, keepDims: true }
  const aligned = [...x.shape.slice(mask.shape.length).map(() => 1), ...mask.shape]
  // Each of the mask's elements stands for as many as it is repeated along the axes.
  const repeats = axes.reduce((n, axis) => (aligned[axis] === 1 ? n * x.shape[axis]! : n), 1)
  const count = mul(sum(reshape(cast(mask, x.dtype), aligned), along), repeats)
  const divisor = maximum(count, 1)
  const average = div(sum(where(mask, x, 0), along), divisor)
  const deviations = where(mask, sub(x, average), 0)
  return { mean: average, variance: div(sum(square(deviations), along), divisor) }
}
