import { type Config, elu, type Tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'

export interface ELUOptions extends LayerOptions {
  /** Minus the limit on the negative side. Default: 1. */
  readonly alpha?: number
}

/**
 * The exponential linear unit, element by element: x where x > 0, else alpha · (eˣ − 1).
 *
 * Any shape, which is kept. Masks pass through.
 *
 * @throws {@link ArgumentError} for an alpha that is not a finite number.
 * @see https://keras.io/api/layers/activation_layers/elu/
 * @example
 * ```ts
 * new ELU().apply(tensor([-1, 2])) // [-0.6321, 2]
 * ```
 */
export class ELU extends Layer {
  static override readonly className: string = 'ELU'
  override supportsMasking = true
  readonly alpha: number

  constructor(options: ELUOptions = {}) {
    super(options, ['alpha'])
    this.inputSpec = {}
    this.alpha = checkNumber('ELU', 'alpha', options.alpha ?? 1, 'finite')
  }

  static fromConfig(config: Config): ELU {
    const read = new ConfigReader('ELU', config)
    const options = { ...readLayerOptions(read), alpha: read.number('alpha', 1) }
    read.done()
    return new ELU(options)
  }

  override call(x: Tensor): Tensor {
    return elu(x, { alpha: this.alpha })
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), alpha: this.alpha }
  }
}
