import { ArgumentError, type Config, dropout, random, type Tensor, zerosLike } from '@tapegrad/core'
import { type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'

export interface DropoutOptions extends LayerOptions {
  /** The probability that an element is dropped, from 0 to 1. */
  readonly rate: number
  /** The shape of the random mask, which is broadcast; null takes the input's size. Default: the input's shape. */
  readonly noiseShape?: SymbolicShape | null
  /** Makes the layer's random numbers repeat. Default: drawn from the generator that `setSeed` seeds. */
  readonly seed?: number | null
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
export class Dropout extends Layer {
  static override readonly className: string = 'Dropout'
  override supportsMasking = true
  readonly rate: number
  readonly noiseShape: SymbolicShape | null
  readonly seed: number | null
  #generator: random.Generator | null = null

  constructor(options: DropoutOptions) {
    super(options, ['rate', 'noiseShape', 'seed'])
    const { rate, noiseShape = null, seed = null } = options
    const isSize = (side: number | null): boolean => side === null || (Number.isInteger(side) && side > 0)
    if (noiseShape !== null && !(Array.isArray(noiseShape) && noiseShape.every(isSize))) {
      throw new ArgumentError('noiseShape is not a list of sizes', {
        op: 'Dropout',
        received: { noiseShape },
        expected: 'whole numbers of at least 1, or null for the size of the input',
      })
    }
    this.rate = checkNumber('Dropout', 'rate', rate, 'unitInterval')
    this.noiseShape = noiseShape && Object.freeze([...noiseShape])
    this.seed = seed
    this.inputSpec = {}
    if (seed !== null) this.#generator = new random.Generator(seed)
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

  override call(x: Tensor, { training }: CallOptions): Tensor {
    if (!training || this.rate === 0) return x
    if (this.rate === 1) return zerosLike(x)
    this.#generator ??= random.defaultGenerator().split(1)[0]!
    return dropout(x, this.rate, { noiseShape: this.noiseShape, generator: this.#generator })
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed, noise_shape: this.noiseShape }
  }
}
