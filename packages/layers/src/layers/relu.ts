import { type Config, clip, greater, leakyRelu, mul, relu, sub, type Tensor, where } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'

export interface ReLUOptions extends LayerOptions {
  /** What larger numbers are cut to, at least 0; null for no limit. Default: null. */
  readonly maxValue?: number | null
  /** The slope below the threshold, at least 0. Default: 0. */
  readonly negativeSlope?: number
  /** Where numbers begin to pass, at least 0. Default: 0. */
  readonly threshold?: number
}

/**
 * The rectifier, element by element.
 *
 * y = maxValue where x ≥ maxValue, x where threshold < x < maxValue, else negativeSlope · (x − threshold).
 *
 * Any shape, which is kept. Masks pass through.
 *
 * @throws {@link ArgumentError} for a limit, slope or threshold that is not a number of at least 0.
 * @see https://keras.io/api/layers/activation_layers/relu/
 * @example
 * ```ts
 * new ReLU({ maxValue: 6 }).apply(tensor([-3, 2, 8])) // [0, 2, 6]
 * ```
 */
export class ReLU extends Layer {
  static override readonly className: string = 'ReLU'
  override supportsMasking = true
  readonly maxValue: number | null
  readonly negativeSlope: number
  readonly threshold: number

  constructor(options: ReLUOptions = {}) {
    super(options, ['maxValue', 'negativeSlope', 'threshold'])
    this.inputSpec = {}
    const { maxValue = null, negativeSlope = 0, threshold = 0 } = options
    this.maxValue = maxValue === null ? null : checkNumber('ReLU', 'maxValue', maxValue, 'nonNegative')
    this.negativeSlope = checkNumber('ReLU', 'negativeSlope', negativeSlope, 'nonNegative')
    this.threshold = checkNumber('ReLU', 'threshold', threshold, 'nonNegative')
  }

  static fromConfig(config: Config): ReLU {
    const read = new ConfigReader('ReLU', config)
    const options = {
      ...readLayerOptions(read),
      maxValue: read.number('max_value', null),
      negativeSlope: read.number('negative_slope', 0),
      threshold: read.number('threshold', 0),
    }
    read.done()
    return new ReLU(options)
  }

  override call(x: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this
    if (maxValue === null && threshold === 0) return leakyRelu(x, { negativeSlope })
    const passed = threshold === 0 ? relu(x) : where(greater(x, threshold), x, 0)
    const cut = maxValue === null ? passed : clip(passed, 0, maxValue)
    return negativeSlope === 0 ? cut : sub(cut, mul(relu(sub(threshold, x)), negativeSlope))
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      max_value: this.maxValue,
      negative_slope: this.negativeSlope,
      threshold: this.threshold,
    }
  }
}
