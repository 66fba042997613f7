import { broadcastTo, type Config, expandDims, type Tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'

export interface RepeatVectorOptions extends LayerOptions {
  /** How often, at least once. */
  readonly n: number
}

/**
 * Repeats each vector of the batch along a new axis.
 *
 * Input [batch, features], output [batch, n, features]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for an n that is not a whole number of at least 1.
 * @see https://keras.io/api/layers/reshaping_layers/repeat_vector/
 * @example
 * ```ts
 * new RepeatVector({ n: 3 }).apply(zeros([5, 32])).shape // [5, 3, 32]
 * ```
 */
export class RepeatVector extends Layer {
  static override readonly className: string = 'RepeatVector'
  readonly n: number

  constructor(options: RepeatVectorOptions) {
    super(options, ['n'])
    this.n = checkNumber('RepeatVector', 'n', options.n, 'positiveInteger')
    this.inputSpec = { ndim: 2 }
  }

  static fromConfig(config: Config): RepeatVector {
    const read = new ConfigReader('RepeatVector', config)
    const options = { ...readLayerOptions(read), n: read.integer('n') }
    read.done()
    return new RepeatVector(options)
  }

  override call(x: Tensor): Tensor {
    const [batch, features] = x.shape as [number, number]
    return broadcastTo(expandDims(x, { axis: 1 }), [batch, this.n, features])
  }

  override computeOutputShape([batch, features]: SymbolicShape): SymbolicShape {
    return [batch ?? null, this.n, features ?? null]
  }

  override getConfig(): Config {
    return { ...super.getConfig(), n: this.n }
  }
}
