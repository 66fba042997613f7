import { type Config, sub, type Tensor } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkCount, ElementwiseMerge } from './merge.ts'

/**
 * Subtracts its second input from its first.
 *
 * y = x₁ − x₂
 *
 * Inputs [batch, …]; sizes of 1 are stretched, and missing axes are put behind the batch. An element counts in the output's mask where it counts in any input; where an input has no mask, there is none.
 *
 * @throws {@link ArgumentError} for something that is not a list of two tensors, {@link ShapeError} for shapes that do not go together.
 * @see https://keras.io/api/layers/merging_layers/subtract/
 * @example
 * ```ts
 * new Subtract().apply([tensor([[5, 2]]), tensor([[3, 4]])]) // [[2, -2]]
 * ```
 */
export class Subtract extends ElementwiseMerge {
  static override readonly className: string = 'Subtract'

  constructor(options: LayerOptions = {}) {
    super(options)
  }

  static fromConfig(config: Config): Subtract {
    const read = new ConfigReader('Subtract', config)
    const options = readLayerOptions(read)
    read.done()
    return new Subtract(options)
  }

  protected override checkShapes(shapes: readonly SymbolicShape[]): void {
    super.checkShapes(shapes)
    checkCount('Subtract', shapes, 2)
  }

  protected override combine([a, b]: readonly Tensor[]): Tensor {
    return sub(a!, b!)
  }
}
