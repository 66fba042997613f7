import { ArgumentError, type Config, groupNorm, ShapeError, type Tensor } from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { knownSizes, locateAxes } from './axes.ts'
import { BaseNormalization, type BaseNormalizationOptions, readNormalization } from './base-normalization.ts'

export interface GroupNormalizationOptions extends BaseNormalizationOptions {
  /** Into how many groups the channels are divided; −1 for as many as there are channels. Default: 32. */
  readonly groups?: number
  /** The axis of the channels, not that of the batch. Default: −1, the last. */
  readonly axis?: number
}

/**
 * Normalizes groups of channels of each sample: gamma · (x − mean) / √(variance + epsilon) + beta, with the mean and the
 * variance of the group over all places.
 *
 * Any shape [batch, …] of at least two dimensions, which is kept. Weights: gamma [channels], beta [channels]. With as
 * many groups as channels it is instance normalization. Masks pass through.
 *
 * @throws {@link ArgumentError} for groups that are neither a whole number of at least 1 nor −1, or an epsilon below 0;
 * {@link ShapeError} for an input without the axis, or with channels that are not known or that the groups do not divide.
 * @see https://keras.io/api/layers/normalization_layers/group_normalization/
 * @see https://arxiv.org/abs/1803.08494
 * @example
 * ```ts
 * new GroupNormalization({ groups: 2, epsilon: 0 }).apply(tensor([[1, 3, 10, 30]])) // [[-1, 1, -1, 1]]
 * ```
 */
export class GroupNormalization extends BaseNormalization {
  static override readonly className: string = 'GroupNormalization'
  readonly groups: number
  readonly axis: number

  constructor(options: GroupNormalizationOptions = {}) {
    super(options, ['groups', 'axis'])
    const { groups = 32 } = options
    if (!Number.isSafeInteger(groups) || (groups < 1 && groups !== -1)) {
      throw new ArgumentError('groups is not a number of groups', {
        op: this.className,
        received: { groups },
        expected: 'a whole number of at least 1, or -1 for as many as there are channels',
      })
    }
    this.groups = groups
    this.axis = checkNumber(this.className, 'axis', options.axis ?? -1, 'integer')
    this.inputSpec = { minNdim: 2 }
  }

  static fromConfig(config: Config): GroupNormalization {
    const read = new ConfigReader('GroupNormalization', config)
    const options = {
      ...readNormalization(read),
      groups: read.integer('groups', 32),
      axis: read.integer('axis', -1),
    }
    read.done()
    return new GroupNormalization(options)
  }

  override build(inputShape: SymbolicShape): void {
    const [channels] = knownSizes(this.className, inputShape, this.axis) as readonly [number]
    const [axis] = locateAxes(this.className, inputShape, this.axis) as readonly [number]
    if (axis === 0) {
      throw new ShapeError('the first axis holds the samples', {
        op: this.className,
        received: { inputShape, axis: this.axis },
        expected: 'another axis for the channels',
      })
    }
    if (this.groups !== -1 && channels % this.groups !== 0) {
      throw new ShapeError('the groups do not divide the channels', {
        op: this.className,
        received: { inputShape, axis: this.axis, groups: this.groups },
        expected: `a divisor of ${channels}, or -1`,
      })
    }
    this.addGammaAndBeta([channels])
    this.inputSpec = { ndim: inputShape.length, axes: { [this.axis]: channels } }
  }

  override call(x: Tensor): Tensor {
    const { axis, epsilon, gamma, beta } = this
    // Without channels there is nothing to divide.
    const groups = this.groups === -1 ? Math.max(1, x.shape.at(axis)!) : this.groups
    return groupNorm(x, { groups, axis, epsilon, gamma, beta })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), groups: this.groups }
  }
}
