import { type Config, maximum, type Tensor } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { ElementwiseMerge, type Masks } from './merge.ts'
import { reduceUnmasked } from './reduce-unmasked.ts'

/**
 * The greatest of its inputs, element by element.
 *
 * y = max(x₁, x₂, …)
 *
 * Inputs [batch, …]; sizes of 1 are stretched, and missing axes are put behind the batch. What a mask leaves out in some of the inputs has no influence. An element counts in the output's mask where it counts in any input; where an input has no mask, there is none.
 *
 * @throws {@link ArgumentError} for something that is not a list of tensors, {@link ShapeError} for shapes that do not go together.
 * @see https://keras.io/api/layers/merging_layers/maximum/
 * @example
 * ```ts
 * new Maximum().apply([tensor([[1, 5]]), tensor([[3, 4]])]) // [[3, 5]]
 * ```
 */
export class Maximum extends ElementwiseMerge {
  static override readonly className: string = 'Maximum'

  constructor(options: LayerOptions = {}) {
    super(options)
  }

  static fromConfig(config: Config): Maximum {
    const read = new ConfigReader('Maximum', config)
    const options = readLayerOptions(read)
    read.done()
    return new Maximum(options)
  }

  protected override combine(inputs: readonly Tensor[], masks: Masks): Tensor {
    return reduceUnmasked(maximum, inputs, masks)
  }
}
