import {
  add,
  batchNorm,
  type Config,
  cast,
  type Moments,
  moments,
  mul,
  reshape,
  type Tensor,
  UnsupportedError,
  type Variable,
} from '@tapegrad/core'
import type { CallOptions } from '../engine/layer.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import * as initializers from '../initializers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean, checkNumber } from '../saving/option-values.ts'
import { knownSizes, locateAxes } from './axes.ts'
import { BaseNormalization, type BaseNormalizationOptions, readNormalization } from './base-normalization.ts'
import {
  addRenormWeights,
  checkRenormClipping,
  type RenormClipping,
  type RenormWeights,
  readRenormClipping,
  renormalization,
  updateRenormWeights,
} from './batch-renormalization.ts'
import { moveTowards } from './moving-average.ts'

export interface BatchNormalizationOptions extends BaseNormalizationOptions {
  /** The axis of the channels: 1 after a convolution with the channels first. Default: −1, the last. */
  readonly axis?: number
  /** How much of the moving statistics stays at each step of training, from 0 to 1. Default: 0.99. */
  readonly momentum?: number
  /** Default: zeros. */
  readonly movingMeanInitializer?: initializers.InitializerIdentifier
  /** Default: ones. */
  readonly movingVarianceInitializer?: initializers.InitializerIdentifier
  /** Statistics of several devices together: there is one device, so it can only be false. Default: false. */
  readonly synchronized?: false
  /** Whether training corrects the batch's statistics towards the moving ones. Default: false. */
  readonly renorm?: boolean
  /** The bounds of these corrections. Default: none. */
  readonly renormClipping?: RenormClipping | null
  /** How much of the moving statistics of these corrections stays at each step. Default: 0.99. */
  readonly renormMomentum?: number
}

const optionNames: readonly (keyof BatchNormalizationOptions)[] = [
  'axis',
  'momentum',
  'movingMeanInitializer',
  'movingVarianceInitializer',
  'synchronized',
  'renorm',
  'renormClipping',
  'renormMomentum',
]

/**
 * Normalizes each channel: gamma · (x − mean) / √(variance + epsilon) + beta, in training with the mean and the variance
 * of the batch, else with moving averages of them.
 *
 * Any shape with the axis, which is kept. Weights: gamma, beta [channels]; not trainable: moving mean and moving
 * variance [channels], of which each call in training replaces `m` by `m · momentum + batch's · (1 − momentum)`. A
 * layer with `trainable = false` works as outside training. Masks pass through; in training only what they let through
 * counts in the statistics.
 *
 * With `renorm` the batch that is normalized in training becomes x · r + d, where r is the ratio of its standard
 * deviation to a moving one, and d how many of those its mean lies above a moving one; there are three further weights
 * then, and the moving variance is the square of a moving standard deviation.
 *
 * @throws {@link ArgumentError} for a momentum outside [0, 1], an epsilon below 0 or bounds that exclude each other;
 * {@link ShapeError} for an input without the axis or whose number of channels is not known.
 * @see https://keras.io/api/layers/normalization_layers/batch_normalization/
 * @see https://arxiv.org/abs/1502.03167
 * @see https://arxiv.org/abs/1702.03275
 * @example
 * ```ts
 * const layer = new BatchNormalization({ momentum: 0.5, epsilon: 0 })
 * layer.apply(tensor([[1], [3]]), { training: true }) // [[-1], [1]]
 * layer.movingMean // [1]
 * ```
 */
export class BatchNormalization extends BaseNormalization {
  static override readonly className: string = 'BatchNormalization'
  readonly axis: number
  readonly momentum: number
  readonly movingMeanInitializer: initializers.Initializer
  readonly movingVarianceInitializer: initializers.Initializer
  readonly renorm: boolean
  readonly renormClipping: RenormClipping | null
  readonly renormMomentum: number
  #movingMean: Variable | null = null
  #movingVariance: Variable | null = null
  #renormWeights: RenormWeights | null = null

  constructor(options: BatchNormalizationOptions = {}) {
    super(options, optionNames)
    const op = this.className
    this.axis = checkNumber(op, 'axis', options.axis ?? -1, 'integer')
    this.momentum = checkNumber(op, 'momentum', options.momentum ?? 0.99, 'unitInterval')
    this.movingMeanInitializer = initializers.get(options.movingMeanInitializer ?? 'zeros')
    this.movingVarianceInitializer = initializers.get(options.movingVarianceInitializer ?? 'ones')
    this.renorm = checkBoolean(op, 'renorm', options.renorm ?? false)
    this.renormClipping = checkRenormClipping(op, options.renormClipping ?? null)
    this.renormMomentum = checkNumber(op, 'renormMomentum', options.renormMomentum ?? 0.99, 'unitInterval')
    if (checkBoolean(op, 'synchronized', options.synchronized ?? false)) {
      throw new UnsupportedError('there are no other devices to synchronize the statistics with', {
        op,
        received: { synchronized: true },
      })
    }
  }

  static fromConfig(config: Config): BatchNormalization {
    const read = new ConfigReader('BatchNormalization', config)
    const options = {
      ...readNormalization(read),
      axis: read.integer('axis', -1),
      momentum: read.number('momentum', 0.99),
      movingMeanInitializer: read.object('moving_mean_initializer', initializers.deserialize, 'zeros'),
      movingVarianceInitializer: read.object('moving_variance_initializer', initializers.deserialize, 'ones'),
      renorm: read.boolean('renorm', false),
      renormClipping: readRenormClipping(read),
      renormMomentum: read.number('renorm_momentum', 0.99),
    }
    read.unsupported('synchronized', false)
    read.done()
    return new BatchNormalization(options)
  }

  get movingMean(): Variable | null {
    return this.#movingMean
  }

  get movingVariance(): Variable | null {
    return this.#movingVariance
  }

  override build(inputShape: SymbolicShape): void {
    const shape = knownSizes(this.className, inputShape, this.axis)
    this.addGammaAndBeta(shape)
    const addMoving = (name: string, initializer: initializers.InitializerIdentifier): Variable =>
      this.addWeight({ name, shape, initializer, trainable: false })
    this.#movingMean = addMoving('moving_mean', this.movingMeanInitializer)
    this.#movingVariance = addMoving('moving_variance', this.movingVarianceInitializer)
    if (this.renorm) {
      this.#renormWeights = addRenormWeights(
        addMoving,
        this.movingMeanInitializer,
        this.movingVarianceInitializer,
      )
    }
    this.inputSpec = { ndim: inputShape.length, axes: { [this.axis]: shape[0]! } }
  }

  override call(x: Tensor, { training, mask }: CallOptions): Tensor {
    const { axis, epsilon, gamma, beta } = this
    if (!(training && this.trainable)) {
      const moving = { mean: this.#movingMean!, variance: this.#movingVariance! }
      return batchNorm(x, { ...moving, axis, gamma, beta, epsilon })
    }
    const batch = this.#batchMoments(x, mask)
    if (this.#renormWeights === null) {
      this.#update(batch)
      return batchNorm(x, { ...batch, axis, gamma, beta, epsilon })
    }
    const settings = { epsilon, clipping: this.renormClipping }
    const corrections = renormalization(batch, this.#renormWeights, settings)
    const affine = correctedAffine(corrections, gamma, beta)
    this.#updateRenorm(batch, this.#renormWeights)
    return batchNorm(x, { ...batch, axis, epsilon, ...affine })
  }

  #batchMoments(x: Tensor, mask: Tensor | null): Moments {
    const [channels] = locateAxes(this.className, x.shape, this.axis)
    const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== channels)
    if (mask === null) return moments(x, { axis: others })
    // A mask has the first axes of the input.
    const broadcast = [...mask.shape, ...new Array<number>(x.rank - mask.rank).fill(1)]
    return moments(x, { axis: others, mask: reshape(cast(mask, 'bool'), broadcast) })
  }

  #update({ mean, variance }: Moments): void {
    moveTowards(this.#movingMean!, mean, this.momentum)
    moveTowards(this.#movingVariance!, variance, this.momentum)
  }

  #updateRenorm(batch: Moments, weights: RenormWeights): void {
    const { epsilon, momentum, renormMomentum } = this
    moveTowards(this.#movingMean!, batch.mean, momentum)
    this.#movingVariance!.assign(updateRenormWeights(batch, weights, { epsilon, momentum, renormMomentum }))
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      momentum: this.momentum,
      moving_mean_initializer: initializers.serialize(this.movingMeanInitializer),
      moving_variance_initializer: initializers.serialize(this.movingVarianceInitializer),
      synchronized: false,
      renorm: this.renorm,
      renorm_clipping: this.renormClipping === null ? null : { ...this.renormClipping },
      renorm_momentum: this.renormMomentum,
    }
  }
}

/** gamma and beta that also apply the corrections: (x · r + d) · gamma + beta = x · (r · gamma) + (d · gamma + beta). */
function correctedAffine(
  { r, d }: { readonly r: Tensor; readonly d: Tensor },
  gamma: Tensor | null,
  beta: Tensor | null,
): { readonly gamma: Tensor; readonly beta: Tensor } {
  const offset = gamma === null ? d : mul(d, gamma)
  return {
    gamma: gamma === null ? r : mul(r, gamma),
    beta: beta === null ? offset : add(offset, beta),
  }
}
