import type { Config, Tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'

/**
 * Returns its input.
 *
 * Any shape, which is kept. Masks pass through.
 *
 * @see https://keras.io/api/layers/core_layers/identity/
 * @example
 * ```ts
 * new Identity().apply(tensor([1, 2])) // [1, 2]
 * ```
 */
export class Identity extends Layer {
  static override readonly className: string = 'Identity'
  override supportsMasking = true

  constructor(options: LayerOptions = {}) {
    super(options)
    this.inputSpec = {}
  }

  static fromConfig(config: Config): Identity {
    const read = new ConfigReader('Identity', config)
    const options = readLayerOptions(read)
    read.done()
    return new Identity(options)
  }

  override call(x: Tensor): Tensor {
    return x
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }
}
