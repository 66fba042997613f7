import { type Config, l2Normalize, type Tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { type Axes, checkAxes, locateAxes } from './axes.ts'
import { readIntegers } from './spatial-options.ts'

export interface UnitNormalizationOptions extends LayerOptions {
  /** One axis, or several whose elements share one norm. Default: −1, the last. */
  readonly axis?: Axes
}

/**
 * Scales to unit length along the axes: x / √max(Σ x², 1e-12).
 *
 * Any shape with these axes, which is kept. Masks pass through.
 *
 * @throws {@link ArgumentError} for axes that are not whole numbers; {@link ShapeError} for an input without them.
 * @see https://keras.io/api/layers/normalization_layers/unit_normalization/
 * @example
 * ```ts
 * new UnitNormalization().apply(tensor([[3, 4]])) // [[0.6, 0.8]]
 * ```
 */
export class UnitNormalization extends Layer {
  static override readonly className: string = 'UnitNormalization'
  override supportsMasking = true
  readonly axis: Axes

  constructor(options: UnitNormalizationOptions = {}) {
    super(options, ['axis'])
    this.axis = checkAxes('UnitNormalization', options.axis ?? -1)
    this.inputSpec = { minNdim: 1 }
  }

  static fromConfig(config: Config): UnitNormalization {
    const read = new ConfigReader('UnitNormalization', config)
    const options = { ...readLayerOptions(read), axis: readIntegers(read, 'axis', -1) }
    read.done()
    return new UnitNormalization(options)
  }

  override call(x: Tensor): Tensor {
    locateAxes('UnitNormalization', x.shape, this.axis)
    return l2Normalize(x, { axis: this.axis })
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    locateAxes('UnitNormalization', inputShape, this.axis)
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis }
  }
}
