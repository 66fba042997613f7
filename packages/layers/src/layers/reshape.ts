import { ArgumentError, type Config, reshape, type Shape, ShapeError, type Tensor } from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'

export interface ReshapeOptions extends LayerOptions {
  /** The shape without the batch. One size may be −1: it follows from the others. */
  readonly targetShape: Shape
}

/**
 * Gives each element of the batch another shape.
 *
 * Input [batch, …], output [batch, …targetShape]. Masks do not pass through.
 *
 * @throws {@link ArgumentError} for sizes that are neither −1 (once) nor whole numbers of at least 1, {@link ShapeError} when the sizes do not multiply to the input's.
 * @see https://keras.io/api/layers/reshaping_layers/reshape/
 * @example
 * ```ts
 * new Reshape({ targetShape: [-1, 2, 2] }).apply(zeros([5, 6, 2])).shape // [5, 3, 2, 2]
 * ```
 */
export class Reshape extends Layer {
  static override readonly className: string = 'Reshape'
  readonly targetShape: Shape

  constructor(options: ReshapeOptions) {
    super(options, ['targetShape'])
    const { targetShape } = options
    const isSize = (side: unknown): boolean => Number.isInteger(side) && ((side as number) > 0 || side === -1)
    if (!Array.isArray(targetShape) || !targetShape.every(isSize)) {
      throw new ArgumentError('targetShape is not a list of sizes', {
        op: 'Reshape',
        received: { targetShape },
        expected: 'whole numbers of at least 1, and -1 for a size that follows from the others',
      })
    }
    if (targetShape.indexOf(-1) !== targetShape.lastIndexOf(-1)) {
      throw new ArgumentError('targetShape has more than one -1', {
        op: 'Reshape',
        received: { targetShape },
      })
    }
    this.inputSpec = {}
    this.targetShape = Object.freeze([...targetShape])
  }

  static fromConfig(config: Config): Reshape {
    const read = new ConfigReader('Reshape', config)
    const options = { ...readLayerOptions(read), targetShape: read.integers('target_shape') }
    read.done()
    return new Reshape(options)
  }

  override call(x: Tensor): Tensor {
    // From the shape, not from the number of elements: a batch of 0 has sizes too.
    return reshape(x, [x.shape[0]!, ...(this.#resolve(x.shape.slice(1)) as Shape)])
  }

  override computeOutputShape([batch, ...others]: SymbolicShape): SymbolicShape {
    return [batch ?? null, ...this.#resolve(others)]
  }

  override getConfig(): Config {
    return { ...super.getConfig(), target_shape: this.targetShape }
  }

  #resolve(input: SymbolicShape): SymbolicShape {
    const { targetShape } = this
    const known = targetShape.reduce((product, side) => (side === -1 ? product : product * side), 1)
    const isOpen = targetShape.includes(-1)
    if (input.includes(null)) return targetShape.map((side) => (side === -1 ? null : side))
    const size = (input as Shape).reduce((product, side) => product * side, 1)
    if (isOpen ? size % known !== 0 : size !== known) {
      throw new ShapeError('targetShape does not hold the elements of the input', {
        op: 'Reshape',
        received: { targetShape, input },
        expected: `${size} elements, the batch left out`,
      })
    }
    return targetShape.map((side) => (side === -1 ? size / known : side))
  }
}
