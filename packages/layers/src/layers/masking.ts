import { any, type Config, notEqual, squeeze, type Tensor, where } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { setMask } from '../engine/masks.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'

export interface MaskingOptions extends LayerOptions {
  /** A step is skipped where all its features have this value. Default: 0. */
  readonly maskValue?: number
}

/**
 * Marks the time steps whose features all equal a value: layers after it skip them.
 *
 * Input [batch, steps, features]; the output is the input with skipped steps set to 0, and its mask is
 * any(x ≠ maskValue) over the features.
 *
 * @throws {@link ArgumentError} for a value that is not a finite number.
 * @see https://keras.io/api/layers/core_layers/masking/
 * @example
 * ```ts
 * const y = new Masking({ maskValue: 0 }).apply(tensor([[[1, 2], [0, 0], [0, 3]]]))
 * getMask(y) // [[true, false, true]]
 * ```
 */
export class Masking extends Layer {
  static override readonly className: string = 'Masking'
  override supportsMasking = true
  readonly maskValue: number

  constructor(options: MaskingOptions = {}) {
    super(options, ['maskValue'])
    this.maskValue = checkNumber('Masking', 'maskValue', options.maskValue ?? 0, 'finite')
    this.inputSpec = { minNdim: 2 }
  }

  static fromConfig(config: Config): Masking {
    const read = new ConfigReader('Masking', config)
    const options = { ...readLayerOptions(read), maskValue: read.number('mask_value', 0) }
    read.done()
    return new Masking(options)
  }

  override call(x: Tensor): Tensor {
    const isKept = any(notEqual(x, this.maskValue), { axis: -1, keepDims: true })
    // A selection, not a product: infinities and NaN in skipped steps must not spread.
    const out = where(isKept, x, 0)
    setMask(out, squeeze(isKept, { axis: -1 }))
    return out
  }

  override computeMask(x: Tensor): Tensor {
    return any(notEqual(x, this.maskValue), { axis: -1 })
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), mask_value: this.maskValue }
  }
}
