import { type Config, logicalOr, mul, type Tensor, where } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { ElementwiseMerge, type Masks } from './merge.ts'

/**
 * Multiplies its inputs element by element.
 *
 * y = x₁ · x₂ · …
 *
 * Inputs [batch, …]; sizes of 1 are stretched, and missing axes are put behind the batch. What a mask leaves out counts as 1, and what all leave out is 0. An element counts in the output's mask where it counts in any input; where an input has no mask, there is none.
 *
 * @throws {@link ArgumentError} for something that is not a list of tensors, {@link ShapeError} for shapes that do not go together.
 * @see https://keras.io/api/layers/merging_layers/multiply/
 * @example
 * ```ts
 * new Multiply().apply([tensor([[1, 2]]), tensor([[3, 4]])]) // [[3, 8]]
 * ```
 */
export class Multiply extends ElementwiseMerge {
  static override readonly className: string = 'Multiply'

  constructor(options: LayerOptions = {}) {
    super(options)
  }

  static fromConfig(config: Config): Multiply {
    const read = new ConfigReader('Multiply', config)
    const options = readLayerOptions(read)
    read.done()
    return new Multiply(options)
  }

  protected override combine(inputs: readonly Tensor[], masks: Masks): Tensor {
    const product = inputs.map((x, i) => (masks[i] ? where(masks[i], x, 1) : x)).reduce((a, b) => mul(a, b))
    const given = masks.filter((mask) => mask !== null)
    if (given.length < inputs.length) return product
    return where(
      given.reduce((a, b) => logicalOr(a, b)),
      product,
      0,
    )
  }
}
