import type { Config, Tensor } from '@tapegrad/core'
import * as activations from '../activations/index.ts'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'

export interface ActivationOptions extends LayerOptions {
  /** A name such as `'relu'`, or any function of a tensor. */
  readonly activation: activations.ActivationIdentifier | null
}

/**
 * Applies an activation function to its input, element by element for most of them.
 *
 * Any shape, which is kept. Masks pass through.
 *
 * @throws {@link ArgumentError} for an unknown name.
 * @see https://keras.io/api/layers/core_layers/activation/
 * @example
 * ```ts
 * new Activation({ activation: 'relu' }).apply(tensor([-3, -1, 0, 2])) // [0, 0, 0, 2]
 * ```
 */
export class Activation extends Layer {
  static override readonly className: string = 'Activation'
  override supportsMasking = true
  readonly activation: activations.Activation

  constructor(options: ActivationOptions) {
    super(options, ['activation'])
    this.inputSpec = {}
    this.activation = activations.get(options.activation)
  }

  static fromConfig(config: Config): Activation {
    const read = new ConfigReader('Activation', config)
    const options = {
      ...readLayerOptions(read),
      activation: read.object('activation', activations.deserialize),
    }
    read.done()
    return new Activation(options)
  }

  override call(x: Tensor): Tensor {
    return this.activation(x)
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), activation: activations.serialize(this.activation) }
  }
}
