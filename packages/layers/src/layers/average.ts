import { add, type Config, div, type Tensor } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { ElementwiseMerge } from './merge.ts'

/**
 * Averages its inputs element by element.
 *
 * y = (x₁ + x₂ + … + xₙ) / n
 *
 * Inputs [batch, …]; sizes of 1 are stretched, and missing axes are put behind the batch. An element counts in the output's mask where it counts in any input; where an input has no mask, there is none.
 *
 * @throws {@link ArgumentError} for something that is not a list of tensors, {@link ShapeError} for shapes that do not go together.
 * @see https://keras.io/api/layers/merging_layers/average/
 * @example
 * ```ts
 * new Average().apply([tensor([[1, 2]]), tensor([[3, 4]])]) // [[2, 3]]
 * ```
 */
export class Average extends ElementwiseMerge {
  static override readonly className: string = 'Average'

  constructor(options: LayerOptions = {}) {
    super(options)
  }

  static fromConfig(config: Config): Average {
    const read = new ConfigReader('Average', config)
    const options = readLayerOptions(read)
    read.done()
    return new Average(options)
  }

  protected override combine(inputs: readonly Tensor[]): Tensor {
    return div(
      inputs.reduce((a, b) => add(a, b)),
      inputs.length,
    )
  }
}
