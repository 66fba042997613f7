import {
  ArgumentError,
  type Config,
  cast,
  expandDims,
  minimum,
  mul,
  oneHot,
  ShapeError,
  squeeze,
  sum,
  type Tensor,
} from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import { asList } from '../engine/lists.ts'
import type { SymbolicShape, Tensors } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber, checkOneOf } from '../saving/option-values.ts'
import { toCamelCase } from '../saving/wire-names.ts'

export interface CategoryEncodingOptions extends LayerOptions {
  /** How many categories there are: tokens are from 0 to one below. */
  readonly numTokens: number
  /** One vector for each token, or for each sample: which tokens it has, or how often. Default: multiHot. */
  readonly outputMode?: 'multiHot' | 'oneHot' | 'count'
}

const outputModes = { multiHot: 'multi_hot', oneHot: 'one_hot', count: 'count' } as const

/**
 * Turns whole numbers that stand for categories into vectors.
 *
 * - `oneHot`: 1 at the position of the token. Input [batch, …], output [batch, …, numTokens]; a last axis of size 1 is
 *   left out.
 * - `multiHot`: 1 at the positions of all tokens along the last axis. Input [batch, tokens], output [batch, numTokens].
 * - `count`: how often each token is there. The same shapes; of a list `[tokens, weights]`, two tensors of one shape,
 *   the weights are summed, which get gradients.
 *
 * Fractions are cut off; tokens out of range are left out. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for a number of tokens below 1, an unknown mode, or weights in another mode than `count`.
 * @throws {@link ShapeError} for scalars, or weights of another shape than the tokens.
 * @see https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/
 * @example
 * ```ts
 * new CategoryEncoding({ numTokens: 4, outputMode: 'count' }).apply(tensor([[0, 1, 1]])) // [[1, 2, 0, 0]]
 * ```
 */
export class CategoryEncoding extends Layer<Tensors> {
  static override readonly className: string = 'CategoryEncoding'
  readonly numTokens: number
  readonly outputMode: 'multiHot' | 'oneHot' | 'count'

  constructor(options: CategoryEncodingOptions) {
    super(options, ['numTokens', 'outputMode'])
    const op = 'CategoryEncoding'
    this.numTokens = checkNumber(op, 'numTokens', options.numTokens, 'positiveInteger')
    const { outputMode = 'multiHot' } = options
    this.outputMode = checkOneOf(op, 'outputMode', outputMode, ['multiHot', 'oneHot', 'count'])
  }

  static fromConfig(config: Config): CategoryEncoding {
    const read = new ConfigReader('CategoryEncoding', config)
    const mode = read.oneOf('output_mode', ['multi_hot', 'one_hot', 'count', 'binary'], 'multi_hot')
    const options = {
      ...readLayerOptions(read),
      numTokens: read.integer('num_tokens'),
      // Keras's former name.
      outputMode: mode === 'binary' ? 'multiHot' : toCamelCase(mode),
    }
    read.unsupported('sparse', false)
    read.done()
    return new CategoryEncoding(options)
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    this.#checkShapes(shapesOf(inputShape))
  }

  override call(inputs: Tensors): Tensor {
    const [tokens, weights] = asList<Tensor>(inputs)
    this.#checkShapes(asList<Tensor>(inputs).map(({ shape }) => shape))
    const whole = cast(tokens!, 'int32')
    const ones = (x: Tensor): Tensor => oneHot(x, this.numTokens, { dtype: this.dtype })
    if (this.outputMode === 'oneHot')
      return ones(dropsLast(whole.shape) ? squeeze(whole, { axis: -1 }) : whole)
    const each =
      weights === undefined
        ? ones(whole)
        : mul(ones(whole), expandDims(cast(weights, this.dtype), { axis: -1 }))
    const counts = sum(each, { axis: -2 })
    return this.outputMode === 'count' ? counts : minimum(counts, 1)
  }

  override computeOutputShape(inputShape: SymbolicShape | readonly SymbolicShape[]): SymbolicShape {
    const shapes = shapesOf(inputShape)
    this.#checkShapes(shapes)
    const [tokens] = shapes as readonly [SymbolicShape]
    const perToken = this.outputMode === 'oneHot' && !dropsLast(tokens)
    return [...(perToken ? tokens : tokens.slice(0, -1)), this.numTokens]
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      num_tokens: this.numTokens,
      output_mode: outputModes[this.outputMode],
      sparse: false,
    }
  }

  #checkShapes(shapes: readonly SymbolicShape[]): void {
    const op = 'CategoryEncoding'
    const [tokens, weights] = shapes
    if (shapes.length > (this.outputMode === 'count' ? 2 : 1)) {
      throw new ArgumentError('the layer takes another number of inputs', {
        op,
        received: { inputs: shapes.length, outputMode: this.outputMode },
        expected: "tokens; where outputMode is 'count', also [tokens, weights]",
      })
    }
    if (tokens!.length === 0) throw new ShapeError('the tokens have no batch', { op, received: { shapes } })
    const fits = (side: number | null, i: number): boolean => {
      const other = weights?.[i] ?? null
      return side === null || other === null || side === other
    }
    if (weights === undefined || (weights.length === tokens!.length && tokens!.every(fits))) return
    throw new ShapeError('the weights have another shape than the tokens', {
      op,
      received: { tokens, weights },
    })
  }
}

/** Whether `oneHot` leaves out the last axis. */
function dropsLast(shape: SymbolicShape): boolean {
  return shape.length > 1 && shape.at(-1) === 1
}

function shapesOf(shape: SymbolicShape | readonly SymbolicShape[]): readonly SymbolicShape[] {
  const isList = shape.some((entry) => Array.isArray(entry))
  return (isList ? shape : [shape]) as readonly SymbolicShape[]
}
