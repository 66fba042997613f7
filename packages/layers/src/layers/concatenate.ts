import { any, broadcastTo, type Config, concat, ones, reshape, ShapeError, type Tensor } from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkNumber } from '../saving/option-values.ts'
import { type Masks, MergingLayer } from './merge.ts'

export interface ConcatenateOptions extends LayerOptions {
  /** The axis to join along; negative ones count from the last. Default: −1. */
  readonly axis?: number
}

/**
 * Puts its inputs one after the other along an axis.
 *
 * Inputs of one shape but for the axis, whose size in the output is the sum. The masks are joined as well, where
 * inputs without one count throughout; a step of the output counts where any element along its last axis does.
 *
 * @throws {@link ArgumentError} for an axis that is no whole number or something that is not a list of tensors, {@link ShapeError} for shapes that differ along other axes or have no such axis.
 * @see https://keras.io/api/layers/merging_layers/concatenate/
 * @example
 * ```ts
 * new Concatenate().apply([tensor([[1, 2]]), tensor([[3]])]) // [[1, 2, 3]]
 * ```
 */
export class Concatenate extends MergingLayer {
  static override readonly className: string = 'Concatenate'
  readonly axis: number

  constructor(options: ConcatenateOptions = {}) {
    super(options, ['axis'])
    this.axis = checkNumber('Concatenate', 'axis', options.axis ?? -1, 'integer')
  }

  static fromConfig(config: Config): Concatenate {
    const read = new ConfigReader('Concatenate', config)
    const options = { ...readLayerOptions(read), axis: read.integer('axis', -1) }
    read.done()
    return new Concatenate(options)
  }

  override computeOutputShape(inputShape: readonly SymbolicShape[]): SymbolicShape {
    this.checkShapes(inputShape)
    const [first] = inputShape as readonly [SymbolicShape]
    const axis = this.#axisOf(first)
    const sides: readonly (number | null)[] = inputShape.map((shape) => shape[axis] ?? null)
    const length = sides.reduce((sum, side) => (sum === null || side === null ? null : sum + side))
    return first.map((side, i) => (i === axis ? length : side))
  }

  override computeMask(inputs: readonly Tensor[], masks: Masks): Tensor | null {
    if (masks.every((mask) => mask === null)) return null
    const whole = inputs.map((x, i) => wholeMask(masks[i] ?? null, x))
    return any(concat(whole, { axis: this.axis }), { axis: -1 })
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis }
  }

  protected override checkShapes(shapes: readonly SymbolicShape[]): void {
    super.checkShapes(shapes)
    const [first] = shapes as readonly [SymbolicShape]
    const axis = this.#axisOf(first)
    const fits = (shape: SymbolicShape): boolean =>
      shape.length === first.length &&
      shape.every((side, i) => i === axis || side === null || first[i] === null || side === first[i])
    if (shapes.every(fits)) return
    throw new ShapeError('the shapes of the inputs differ along other axes than the one to join', {
      op: 'Concatenate',
      received: { shapes, axis: this.axis },
    })
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return concat(inputs, { axis: this.axis })
  }

  #axisOf(shape: SymbolicShape): number {
    const axis = this.axis < 0 ? this.axis + shape.length : this.axis
    if (axis >= 0 && axis < shape.length) return axis
    throw new ShapeError('the inputs do not have the axis', {
      op: 'Concatenate',
      received: { axis: this.axis, shape },
    })
  }
}

/** A mask that says of each element of a tensor whether it counts. */
function wholeMask(mask: Tensor | null, x: Tensor): Tensor {
  if (mask === null) return ones(x.shape, { dtype: 'bool', backend: x.storage.backend })
  const { shape } = mask
  return broadcastTo(
    reshape(mask, [...shape, ...Array.from({ length: x.rank - shape.length }, () => 1)]),
    x.shape,
  )
}
