import { type Config, rmsNorm, type Tensor, type Variable } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { type Axes, checkAxes, knownSizes, listAxes, locateAxes } from './axes.ts'
import { readIntegers } from './spatial-options.ts'

export interface RMSNormalizationOptions extends LayerOptions {
  /** One axis, or several whose elements are normalized together. Default: −1, the last. */
  readonly axis?: Axes
  /** What is added to the mean square, at least 0. Default: 1e-6. */
  readonly epsilon?: number
}

/**
 * Divides by the root mean square along the axes: scale · x / √(mean(x²) + epsilon).
 *
 * Any shape with these axes, which is kept. Weights: scale of the sizes of the axes, in ascending order. Masks do not
 * pass through.
 *
 * @throws {@link ArgumentError} for axes that are not whole numbers or an epsilon below 0; {@link ShapeError} for an input
 * that does not have the axes, or whose sizes along them are not known.
 * @see https://keras.io/api/layers/normalization_layers/rms_normalization/
 * @see https://arxiv.org/abs/1910.07467
 * @example
 * ```ts
 * new RMSNormalization({ epsilon: 0 }).apply(tensor([[3, -3]])) // [[1, -1]]
 * ```
 */
export class RMSNormalization extends Layer {
  static override readonly className: string = 'RMSNormalization'
  readonly axis: Axes
  readonly epsilon: number
  #scale: Variable | null = null

  constructor(options: RMSNormalizationOptions = {}) {
    super(options, ['axis', 'epsilon'])
    this.axis = checkAxes('RMSNormalization', options.axis ?? -1)
    this.epsilon = checkNumber('RMSNormalization', 'epsilon', options.epsilon ?? 1e-6, 'nonNegative')
    this.inputSpec = { minNdim: 1 }
  }

  static fromConfig(config: Config): RMSNormalization {
    const read = new ConfigReader('RMSNormalization', config)
    const options = {
      ...readLayerOptions(read),
      axis: readIntegers(read, 'axis', -1),
      epsilon: read.number('epsilon', 1e-6),
    }
    read.done()
    return new RMSNormalization(options)
  }

  get scale(): Variable | null {
    return this.#scale
  }

  override build(inputShape: SymbolicShape): void {
    const axes = locateAxes('RMSNormalization', inputShape, this.axis)
    const sizes = knownSizes('RMSNormalization', inputShape, this.axis)
    const shape = [...axes].sort((a, b) => a - b).map((axis) => inputShape[axis]!)
    this.#scale = this.addWeight({ name: 'scale', shape, initializer: 'ones' })
    this.inputSpec = { axes: Object.fromEntries(listAxes(this.axis).map((axis, i) => [axis, sizes[i]!])) }
  }

  override call(x: Tensor): Tensor {
    return rmsNorm(x, { axis: this.axis, gamma: this.#scale, epsilon: this.epsilon })
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    locateAxes('RMSNormalization', inputShape, this.axis)
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis, epsilon: this.epsilon }
  }
}
