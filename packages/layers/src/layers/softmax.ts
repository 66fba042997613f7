import {
  ArgumentError,
  type Config,
  cast,
  isFloat,
  reshape,
  softmax,
  type Tensor,
  where,
} from '@tapegrad/core'
import { type CallOptions, Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { readIntegers } from './spatial-options.ts'

export interface SoftmaxLayerOptions extends LayerOptions {
  /** One axis, or several that share one sum; negative ones count from the last. Default: −1. */
  readonly axis?: number | readonly number[]
}

// Keras's: finite, so that gradients are, too.
const leftOut = -1e9

/**
 * Turns numbers into probabilities, eˣ / Σ eˣ along an axis.
 *
 * Any shape, which is kept. What a mask leaves out has no part in the sum and gets 0; a mask of fewer axes than the
 * input leaves out whole steps. Masks pass through.
 *
 * @throws {@link ArgumentError} for an axis that is not made of whole numbers, {@link ShapeError} for inputs that do not have it.
 * @see https://keras.io/api/layers/activation_layers/softmax/
 * @example
 * ```ts
 * new Softmax().apply(tensor([[1, 2, 3]])) // [[0.0900, 0.2447, 0.6652]]
 * ```
 */
export class Softmax extends Layer {
  static override readonly className: string = 'Softmax'
  override supportsMasking = true
  readonly axis: number | readonly number[]

  constructor(options: SoftmaxLayerOptions = {}) {
    super(options, ['axis'])
    this.inputSpec = {}
    const { axis = -1 } = options
    if (!areAxes(axis)) {
      throw new ArgumentError('axis is neither an axis nor a list of axes', {
        op: 'Softmax',
        received: { axis },
        expected: 'whole numbers',
      })
    }
    this.axis = typeof axis === 'number' ? axis : Object.freeze([...axis])
  }

  static fromConfig(config: Config): Softmax {
    const read = new ConfigReader('Softmax', config)
    const options = { ...readLayerOptions(read), axis: readIntegers(read, 'axis', -1) }
    read.done()
    return new Softmax(options)
  }

  override call(x: Tensor, { mask }: CallOptions): Tensor {
    if (mask === null) return softmax(x, { axis: this.axis })
    const kept = alignMask(mask, x)
    const probabilities = softmax(where(kept, isFloat(x.dtype) ? x : cast(x, this.dtype), leftOut), {
      axis: this.axis,
    })
    // Where all is left out, they would be even.
    return where(kept, probabilities, 0)
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis }
  }
}

function areAxes(axis: unknown): axis is number | readonly number[] {
  const list: readonly unknown[] = Array.isArray(axis) ? axis : [axis]
  return list.length > 0 && list.every((each) => Number.isSafeInteger(each))
}

/** The mask with axes of size 1, so that it broadcasts to the input. */
function alignMask(mask: Tensor, x: Tensor): Tensor {
  const { shape } = mask
  return reshape(mask, [...shape, ...Array.from({ length: x.rank - shape.length }, () => 1)])
}
