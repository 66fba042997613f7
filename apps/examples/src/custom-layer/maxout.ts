import {
  ArgumentError,
  add,
  type Config,
  ConfigReader,
  Layer,
  type LayerOptions,
  matmul,
  max,
  readLayerOptions,
  reshape,
  type SymbolicShape,
  type Tensor,
  type Variable,
} from 'tapegrad'

export interface MaxoutOptions extends LayerOptions {
  /** The size of the output's last axis. */
  readonly units: number
  /** Of how many linear functions each unit is the maximum. Default: 2. */
  readonly pieces?: number
}

/**
 * Units that are each the largest of several linear functions: max over pieces of x · kernel + bias.
 *
 * Input [batch, d], output [batch, units]. Weights: kernel [d, units · pieces], bias [units · pieces].
 *
 * @see https://arxiv.org/abs/1302.4389
 */
export class Maxout extends Layer {
  static override readonly className: string = 'Maxout'
  readonly units: number
  readonly pieces: number
  #kernel!: Variable
  #bias!: Variable

  constructor(options: MaxoutOptions) {
    super(options, ['units', 'pieces'])
    const { units, pieces = 2 } = options
    for (const [name, value] of Object.entries({ units, pieces })) {
      if (Number.isSafeInteger(value) && value > 0) continue
      throw new ArgumentError(`${name} is not a whole number above 0`, {
        op: 'Maxout',
        received: { [name]: value },
      })
    }
    this.units = units
    this.pieces = pieces
    this.inputSpec = { ndim: 2 }
  }

  static fromConfig(config: Config): Maxout {
    const read = new ConfigReader('Maxout', config)
    const options = {
      ...readLayerOptions(read),
      units: read.integer('units'),
      pieces: read.integer('pieces', 2),
    }
    read.done()
    return new Maxout(options)
  }

  override build(inputShape: SymbolicShape): void {
    const size = this.units * this.pieces
    this.#kernel = this.addWeight({ name: 'kernel', shape: [inputShape.at(-1)!, size] })
    this.#bias = this.addWeight({ name: 'bias', shape: [size], initializer: 'zeros' })
  }

  override call(x: Tensor): Tensor {
    const linear = add(matmul(x, this.#kernel), this.#bias)
    return max(reshape(linear, [x.shape[0]!, this.units, this.pieces]), { axis: -1 })
  }

  override computeOutputShape([batch]: SymbolicShape): SymbolicShape {
    return [batch ?? null, this.units]
  }

  override getConfig(): Config {
    return { ...super.getConfig(), units: this.units, pieces: this.pieces }
  }
}
