import { add, type Config, mul, random, type Tensor, where } from '@tapegrad/core'
import { readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { checkNoiseShape, NoiseLayer, type NoiseOptions, noiseShapeFor } from './noise-layer.ts'

export interface AlphaDropoutOptions extends NoiseOptions {
  /** The probability that an element is dropped, at least 0 and below 1. */
  readonly rate: number
  /** The shape of the random choice, which is broadcast; null takes the input's size. Default: the input's shape. */
  readonly noiseShape?: SymbolicShape | null
}

// Those of the activation selu, for which the layer is made.
const alpha = 1.6732632423543772
const scale = 1.0507009873554805

/** What dropped elements become: the limit of selu on the negative side. */
const dropped = -alpha * scale

/**
 * Sets random elements to the least value of `selu` in training, and moves and scales all so that mean 0 and variance 1
 * stay.
 *
 * y = a · (x where kept, else d) + b with d = −αλ, a = ((1 − rate) · (1 + rate · d²))^−½, b = −a · d · rate; α and λ
 * are those of `selu`.
 *
 * Any shape, which is kept; outside training the input itself. Each call draws new numbers; a new layer with the same
 * seed begins again. Masks pass through.
 *
 * @throws {@link ArgumentError} for a rate outside [0, 1) (Keras allows 1, and fails when it is applied) or sizes of `noiseShape` that are not whole numbers of at least 1.
 * @see https://keras.io/api/layers/regularization_layers/alpha_dropout/
 * @see https://arxiv.org/abs/1706.02515
 * @example
 * ```ts
 * new AlphaDropout({ rate: 0.1, seed: 1 }).apply(ones([2, 3]), { training: true })
 * ```
 */
export class AlphaDropout extends NoiseLayer {
  static override readonly className: string = 'AlphaDropout'
  readonly rate: number
  readonly noiseShape: SymbolicShape | null

  constructor(options: AlphaDropoutOptions) {
    super(options, ['rate', 'noiseShape'])
    this.rate = checkNumber('AlphaDropout', 'rate', options.rate, 'belowOne')
    this.noiseShape = checkNoiseShape('AlphaDropout', options.noiseShape ?? null)
  }

  static fromConfig(config: Config): AlphaDropout {
    const read = new ConfigReader('AlphaDropout', config)
    const options = {
      ...readLayerOptions(read),
      rate: read.number('rate'),
      seed: read.integer('seed', null),
      noiseShape: read.shape('noise_shape', null),
    }
    read.done()
    return new AlphaDropout(options)
  }

  override getConfig(): Config {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed, noise_shape: this.noiseShape }
  }

  protected override get disturbs(): boolean {
    return this.rate > 0
  }

  protected override disturb(x: Tensor): Tensor {
    const { rate, generator } = this
    const shape = noiseShapeFor('AlphaDropout', this.noiseShape, x)
    const { backend } = x.storage
    const kept = random.bernoulli(shape, { probability: 1 - rate, generator, backend })
    const a = ((1 - rate) * (1 + rate * dropped ** 2)) ** -0.5
    return add(mul(where(kept, x, dropped), a), -a * dropped * rate)
  }
}
