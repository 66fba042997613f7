import {
  add,
  type Config,
  layerNorm,
  mul,
  reshape,
  rsqrt,
  type Tensor,
  type Variable,
  variance,
} from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean } from '../saving/option-values.ts'
import { type Axes, checkAxes, knownSizes, listAxes, locateAxes } from './axes.ts'
import { BaseNormalization, type BaseNormalizationOptions, readNormalization } from './base-normalization.ts'
import { readIntegers } from './spatial-options.ts'

export interface LayerNormalizationOptions extends BaseNormalizationOptions {
  /** One axis, or several whose elements are normalized together. Default: −1, the last. */
  readonly axis?: Axes
  /**
   * Whether the input is only scaled, by gamma and the inverse of its standard deviation; then `center` and `scale` do
   * not count. Default: false.
   */
  readonly rmsScaling?: boolean
}

/**
 * Normalizes each sample by itself: gamma · (x − mean) / √(variance + epsilon) + beta, with the mean and the variance
 * along the axes.
 *
 * Any shape with these axes, which is kept. Weights: gamma and beta of the sizes of the axes. Masks pass through.
 *
 * @throws {@link ArgumentError} for axes that are not whole numbers or an epsilon below 0; {@link ShapeError} for an input
 * that does not have the axes, or whose sizes along them are not known.
 * @see https://keras.io/api/layers/normalization_layers/layer_normalization/
 * @see https://arxiv.org/abs/1607.06450
 * @example
 * ```ts
 * new LayerNormalization({ epsilon: 0 }).apply(tensor([[1, 3], [10, 30]])) // [[-1, 1], [-1, 1]]
 * ```
 */
export class LayerNormalization extends BaseNormalization {
  static override readonly className: string = 'LayerNormalization'
  readonly axis: Axes
  readonly rmsScaling: boolean

  constructor(options: LayerNormalizationOptions = {}) {
    super(options, ['axis', 'rmsScaling'])
    this.axis = checkAxes(this.className, options.axis ?? -1)
    this.rmsScaling = checkBoolean(this.className, 'rmsScaling', options.rmsScaling ?? false)
  }

  static fromConfig(config: Config): LayerNormalization {
    const read = new ConfigReader('LayerNormalization', config)
    const options = {
      ...readNormalization(read),
      axis: readIntegers(read, 'axis', -1),
      rmsScaling: read.boolean('rms_scaling', false),
    }
    read.done()
    return new LayerNormalization(options)
  }

  override build(inputShape: SymbolicShape): void {
    const sizes = knownSizes(this.className, inputShape, this.axis)
    this.addGammaAndBeta(sizes, this.rmsScaling ? { scale: true, center: false } : this)
    this.inputSpec = { axes: Object.fromEntries(listAxes(this.axis).map((axis, i) => [axis, sizes[i]!])) }
  }

  override call(x: Tensor): Tensor {
    const { epsilon } = this
    const axes = [...locateAxes(this.className, x.shape, this.axis)].sort((a, b) => a - b)
    const sizes = axes.map((axis) => x.shape[axis]!)
    // The weights have the sizes in the order in which the axes were given, but Keras reads them in ascending order.
    const inOrder = (weight: Variable | null): Tensor | null => weight && reshape(weight, sizes)
    if (!this.rmsScaling) {
      return layerNorm(x, { axis: axes, gamma: inOrder(this.gamma), beta: inOrder(this.beta), epsilon })
    }
    const inverse = rsqrt(add(variance(x, { axis: axes, keepDims: true }), epsilon))
    const broadcast = x.shape.map((side, axis) => (axes.includes(axis) ? side : 1))
    return mul(mul(x, inverse), reshape(this.gamma!, broadcast))
  }

  override getConfig(): Config {
    return { ...super.getConfig(), rms_scaling: this.rmsScaling }
  }
}
