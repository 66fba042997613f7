import { type Config, cast, expandDims, globalAveragePool, moments, type Tensor } from '@tapegrad/core'
import type { CallOptions } from '../engine/layer.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { BaseGlobalPooling, type GlobalPoolingOptions, readGlobalPooling } from './base-global-pooling.ts'

/**
 * The mean of each channel, over all steps.
 *
 * Input [batch, steps, channels], output [batch, channels], with `keepdims` [batch, 1, channels]; with `channelsFirst` the channels
 * come second in all of them.
 * With a mask [batch, steps] only steps where it is true count, whatever is in the others; where none counts, the mean is
 * 0. The mask ends here: the output has none.
 *
 * @throws {@link ArgumentError} for another data format; {@link ShapeError} for an input of another rank.
 * @see https://keras.io/api/layers/pooling_layers/global_average_pooling1d/
 * @example
 * ```ts
 * new GlobalAveragePooling1D().apply(tensor([[[1, 8], [5, 2]]])) // [[3, 5]]
 * ```
 */
export class GlobalAveragePooling1D extends BaseGlobalPooling {
  static override readonly className: string = 'GlobalAveragePooling1D'
  override supportsMasking = true
  protected override readonly maskAxes: readonly number[] | null

  constructor(options: GlobalPoolingOptions = {}) {
    super(1, options)
    this.maskAxes = this.dataFormat === 'channelsFirst' ? [0, 2] : null
  }

  static fromConfig(config: Config): GlobalAveragePooling1D {
    return new GlobalAveragePooling1D(readGlobalPooling(new ConfigReader('GlobalAveragePooling1D', config)))
  }

  override call(x: Tensor, { mask }: CallOptions): Tensor {
    if (mask === null) return globalAveragePool(x, this.places)
    const isFirst = this.dataFormat === 'channelsFirst'
    const counts = expandDims(cast(mask, 'bool'), { axis: isFirst ? 1 : 2 })
    return moments(x, { axis: isFirst ? 2 : 1, keepDims: this.keepdims, mask: counts }).mean
  }

  override computeMask(): null {
    return null
  }
}
