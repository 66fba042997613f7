import { type Config, dropout, type Tensor, zerosLike } from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { checkNoiseShape, NoiseLayer, type NoiseOptions } from './noise-layer.ts'

export interface DropoutOptions extends NoiseOptions {
  /** The probability that an element is dropped, from 0 to 1. */
  readonly rate: number
  /** The shape of the random mask, which is broadcast; null takes the input's size. Default: the input's shape. */
  readonly noiseShape?: SymbolicShape | null
}

/**
 * Sets random elements to 0 in training and divides the others by 1 − rate, so that the mean stays.
 *
 * Any shape, which is kept; outside training the input itself. Rate 1 gives zeros. Each call draws new numbers; a
 * new layer with the same seed begins again. Masks pass through.
 *
 * @throws {@link ArgumentError} for a rate outside [0, 1] or sizes of `noiseShape` that are not whole numbers of at least 1.
 * @see https://keras.io/api/layers/regularization_layers/dropout/
 * @see https://jmlr.org/papers/v15/srivastava14a.html
 * @example
 * ```ts
 * new Dropout({ rate: 0.5, seed: 1 }).apply(ones([2, 3]), { training: true }) // elements 0 and 2
 * ```
 */
export class Dropout extends NoiseLayer {
  static override readonly className: string = 'Dropout'
  readonly rate: number
  readonly noiseShape: SymbolicShape | null

  constructor(options: DropoutOptions) {
    super(options, ['rate', 'noiseShape'])
    this.rate = checkNumber('Dropout', 'rate', options.rate, 'unitInterval')
    this.noiseShape = checkNoiseShape('Dropout', options.noiseShape ?? null)
  }

  static fromConfig(config: Config): Dropout {
    const read = new ConfigReader('Dropout', config)
    const options = {
      ...readLayerOptions(read),
      rate: read.number('rate'),
      seed: read.integer('seed', null),
      noiseShape: read.shape('noise_shape', null),
    }
    read.done()
    return new Dropout(options)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed, noise_shape: this.noiseShape }
  }

  protected override get disturbs(): boolean {
    return this.rate > 0
  }

  protected override disturb(x: Tensor): Tensor {
    if (this.rate === 1) return zerosLike(x)
    return dropout(x, this.rate, { noiseShape: this.noiseShape, generator: this.generator })
  }
}
