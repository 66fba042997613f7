import { type Config, minimum, type Tensor } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { ElementwiseMerge, type Masks } from './merge.ts'
import { reduceUnmasked } from './reduce-unmasked.ts'

/**
 * The least of its inputs, element by element.
 *
 * y = min(x₁, x₂, …)
 *
 * Inputs [batch, …]; sizes of 1 are stretched, and missing axes are put behind the batch. What a mask leaves out in some of the inputs has no influence. An element counts in the output's mask where it counts in any input; where an input has no mask, there is none.
 *
 * @throws {@link ArgumentError} for something that is not a list of tensors, {@link ShapeError} for shapes that do not go together.
 * @see https://keras.io/api/layers/merging_layers/minimum/
 * @example
 * ```ts
 * new Minimum().apply([tensor([[1, 5]]), tensor([[3, 4]])]) // [[1, 4]]
 * ```
 */
export class Minimum extends ElementwiseMerge {
  static override readonly className: string = 'Minimum'

  constructor(options: LayerOptions = {}) {
    super(options)
  }

  static fromConfig(config: Config): Minimum {
    const read = new ConfigReader('Minimum', config)
    const options = readLayerOptions(read)
    read.done()
    return new Minimum(options)
  }

  protected override combine(inputs: readonly Tensor[], masks: Masks): Tensor {
    return reduceUnmasked(minimum, inputs, masks)
  }
}
