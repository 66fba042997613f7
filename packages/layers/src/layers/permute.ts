import { ArgumentError, type Config, type Tensor, transpose } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'

export interface PermuteOptions extends LayerOptions {
  /** The input's axes in their new order, counted from 1: the batch stays first. */
  readonly dims: readonly number[]
}

/**
 * Puts the axes of each element of the batch in another order.
 *
 * Input [batch, d₁, …, dₙ], output [batch, d at dims[0], …]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} when `dims` is not a permutation of 1 … n.
 * @see https://keras.io/api/layers/reshaping_layers/permute/
 * @example
 * ```ts
 * new Permute({ dims: [2, 1] }).apply(zeros([5, 10, 64])).shape // [5, 64, 10]
 * ```
 */
export class Permute extends Layer {
  static override readonly className: string = 'Permute'
  readonly dims: readonly number[]

  constructor(options: PermuteOptions) {
    super(options, ['dims'])
    const { dims } = options
    const isPermutation =
      Array.isArray(dims) && [...dims].sort((a, b) => a - b).every((axis, i) => axis === i + 1)
    if (!isPermutation) {
      throw new ArgumentError('dims is not a permutation of the axes from 1 on', {
        op: 'Permute',
        received: { dims },
        expected: 'for two axes [1, 2] or [2, 1]; the batch is axis 0 and stays',
      })
    }
    this.dims = Object.freeze([...dims])
    this.inputSpec = { ndim: dims.length + 1 }
  }

  static fromConfig(config: Config): Permute {
    const read = new ConfigReader('Permute', config)
    const options = { ...readLayerOptions(read), dims: read.integers('dims') }
    read.done()
    return new Permute(options)
  }

  override call(x: Tensor): Tensor {
    return transpose(x, [0, ...this.dims])
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return [inputShape[0] ?? null, ...this.dims.map((axis) => inputShape[axis] ?? null)]
  }

  override getConfig(): Config {
    return { ...super.getConfig(), dims: this.dims }
  }
}
