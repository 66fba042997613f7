import { type Config, leakyRelu, type Tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'

export interface LeakyReLUOptions extends LayerOptions {
  /** What numbers below 0 are multiplied by, at least 0. Default: 0.3. */
  readonly negativeSlope?: number
}

/**
 * A rectifier that lets negative numbers through weakened: x where x > 0, else negativeSlope · x.
 *
 * Any shape, which is kept. Masks pass through.
 *
 * @throws {@link ArgumentError} for a slope that is not a number of at least 0.
 * @see https://keras.io/api/layers/activation_layers/leaky_relu/
 * @example
 * ```ts
 * new LeakyReLU({ negativeSlope: 0.5 }).apply(tensor([-3, 2])) // [-1.5, 2]
 * ```
 */
export class LeakyReLU extends Layer {
  static override readonly className: string = 'LeakyReLU'
  override supportsMasking = true
  readonly negativeSlope: number

  constructor(options: LeakyReLUOptions = {}) {
    super(options, ['negativeSlope'])
    this.inputSpec = {}
    const { negativeSlope = 0.3 } = options
    this.negativeSlope = checkNumber('LeakyReLU', 'negativeSlope', negativeSlope, 'nonNegative')
  }

  static fromConfig(config: Config): LeakyReLU {
    const read = new ConfigReader('LeakyReLU', config)
    const options = { ...readLayerOptions(read), negativeSlope: read.number('negative_slope', 0.3) }
    read.done()
    return new LeakyReLU(options)
  }

  override call(x: Tensor): Tensor {
    return leakyRelu(x, { negativeSlope: this.negativeSlope })
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), negative_slope: this.negativeSlope }
  }
}
