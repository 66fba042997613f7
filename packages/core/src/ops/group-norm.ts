import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { normalizeAxis, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkFactor } from './activation-options.ts'
import { layerNorm } from './layer-norm.ts'
import { checkParameter, scaleAndShift } from './norm-parameters.ts'
import { reshape } from './reshape.ts'

/** How {@link groupNorm} normalizes. */
export interface GroupNormOptions {
  /** Into how many groups of neighbours the channels are divided: 1, a divisor of their number, or all of them. */
  readonly groups: number
  /** The axis of the channels, not the first. Default: −1, the last. */
  readonly axis?: number
  /** The scale of each channel. Default: 1. */
  readonly gamma?: Tensor | null
  /** The offset of each channel. Default: 0. */
  readonly beta?: Tensor | null
  /** What is added to the variance, at least 0. Default: 1e-3. */
  readonly epsilon?: number
}

/**
 * Samples whose channels are normalized in groups, gamma · (x − mean) / √(variance + epsilon) + beta, with the mean and
 * the variance of each sample's group of channels over all places.
 *
 * As many groups as channels normalize every channel by itself (instance normalization). Gradients flow to x, gamma and
 * beta.
 *
 * @param x A tensor of any dtype and a rank of at least 2, samples along the first axis; integers and bools are cast to float32.
 * @param options `groups`, which must be given; `axis`, that of the channels (default: −1); `gamma` and `beta`, one number for each channel (default: 1 and 0); `epsilon` (default: 1e-3).
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} for an axis that the tensor does not have or the first, channels that the groups do not divide, or a gamma or beta of another shape.
 * @throws {@link ArgumentError} for what is not a tensor, groups that are not a whole number of at least 1, or an epsilon that is not a finite number of at least 0, {@link BackendMismatchError} for tensors of different backends.
 * @see https://arxiv.org/abs/1803.08494
 * @see https://keras.io/api/layers/normalization_layers/group_normalization/
 * @example
 * ```ts
 * groupNorm(tensor([[1, 3, 10, 30]]), { groups: 2, epsilon: 0 }) // [[-1, 1, -1, 1]]
 * ```
 */
export function groupNorm(x: Tensor, options: GroupNormOptions): Tensor {
  const op = 'groupNorm'
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['groups', 'axis', 'gamma', 'beta', 'epsilon'])
  const { shape } = x
  const axis = normalizeAxis(op, options.axis ?? -1, shape.length)
  const channels = shape[axis]!
  const groups = checkGroups(options.groups, x, axis)
  const gamma = checkParameter(op, 'gamma', options.gamma, x, [channels])
  const beta = checkParameter(op, 'beta', options.beta, x, [channels])
  const epsilon = checkFactor(op, 'epsilon', options.epsilon ?? 1e-3, 'notNegative')
  return tidy(() => {
    const [samples] = shape as readonly [number]
    const before = sizeOf(shape.slice(1, axis))
    const after = (channels / groups) * sizeOf(shape.slice(axis + 1))
    // Without places before the channels, a group lies in one row.
    const split =
      before === 1 ? reshape(x, [samples, groups, after]) : reshape(x, [samples, before, groups, after])
    const normal = layerNorm(split, { axis: before === 1 ? 2 : [1, 3], epsilon })
    return scaleAndShift(reshape(normal, shape), gamma, beta, [axis])
  })
}

function checkGroups(groups: number, x: Tensor, axis: number): number {
  const op = 'groupNorm'
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ArgumentError('groups is not a whole number of at least 1', { op, received: { groups } })
  }
  if (axis === 0) {
    throw new ShapeError('the first axis holds the samples', {
      op,
      received: { x, axis },
      expected: 'another axis for the channels',
    })
  }
  if (x.shape[axis]! % groups === 0) return groups
  throw new ShapeError('the groups do not divide the channels', {
    op,
    received: { x, axis, groups },
    expected: `a divisor of ${x.shape[axis]}`,
  })
}
