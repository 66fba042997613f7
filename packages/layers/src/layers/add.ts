import { add, type Config, type Tensor } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { ElementwiseMerge } from './merge.ts'

/**
 * Adds its inputs element by element.
 *
 * y = x₁ + x₂ + …
 *
 * Inputs [batch, …]; sizes of 1 are stretched, and missing axes are put behind the batch. An element counts in the output's mask where it counts in any input; where an input has no mask, there is none.
 *
 * @throws {@link ArgumentError} for something that is not a list of tensors, {@link ShapeError} for shapes that do not go together.
 * @see https://keras.io/api/layers/merging_layers/add/
 * @example
 * ```ts
 * new Add().apply([tensor([[1, 2]]), tensor([[3, 4]])]) // [[4, 6]]
 * ```
 */
export class Add extends ElementwiseMerge {
  static override readonly className: string = 'Add'

  constructor(options: LayerOptions = {}) {
    super(options)
  }

  static fromConfig(config: Config): Add {
    const read = new ConfigReader('Add', config)
    const options = readLayerOptions(read)
    read.done()
    return new Add(options)
  }

  protected override combine(inputs: readonly Tensor[]): Tensor {
    return inputs.reduce((a, b) => add(a, b))
  }
}
