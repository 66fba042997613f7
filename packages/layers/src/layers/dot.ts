import {
  ArgumentError,
  type Config,
  type Json,
  l2Normalize,
  matmul,
  reshape,
  ShapeError,
  type Tensor,
  transpose,
} from '@tapegrad/core'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean } from '../saving/option-values.ts'
import { checkCount, MergingLayer } from './merge.ts'

export interface DotOptions extends LayerOptions {
  /** The axis to sum over, or one for each input; negative ones count from the last. Not the batch's. */
  readonly axes: number | readonly [first: number, second: number]
  /** Whether vectors along the axes are scaled to length 1 first: the result is their cosine. Default: false. */
  readonly normalize?: boolean
}

/**
 * The dot products of vectors in its two inputs, for each element of the batch.
 *
 * y[b, i…, j…] = Σₖ x₁[b, i…, k] · x₂[b, k, j…], k along `axes`.
 *
 * The output has the axes of the first input but the one summed over, then those of the second but that and the
 * batch; of two matrices it is [batch, 1]. Masks end here, as in Keras.
 *
 * @throws {@link ArgumentError} for axes that are neither one nor two whole numbers, the batch's, or something that is not a list of two tensors.
 * @throws {@link ShapeError} for inputs that do not have the axes, or where their sizes along them differ.
 * @see https://keras.io/api/layers/merging_layers/dot/
 * @example
 * ```ts
 * new Dot({ axes: 1 }).apply([tensor([[1, 2]]), tensor([[3, 4]])]) // [[11]]
 * ```
 */
export class Dot extends MergingLayer {
  static override readonly className: string = 'Dot'
  readonly axes: number | readonly [number, number]
  readonly normalize: boolean

  constructor(options: DotOptions) {
    super(options, ['axes', 'normalize'])
    const { axes, normalize = false } = options
    if (!areAxes(axes)) {
      throw new ArgumentError('axes is neither an axis nor a pair of axes', {
        op: 'Dot',
        received: { axes },
        expected: 'whole numbers but 0, which is the batch',
      })
    }
    this.axes = typeof axes === 'number' ? axes : Object.freeze([...axes] as const)
    this.normalize = checkBoolean('Dot', 'normalize', normalize)
  }

  static fromConfig(config: Config): Dot {
    const read = new ConfigReader('Dot', config)
    const axes = read.json('axes')
    if (!areAxes(axes)) throw read.error('axes is neither an axis nor a pair of axes', 'axes')
    const options = { ...readLayerOptions(read), axes, normalize: read.boolean('normalize', false) }
    read.done()
    return new Dot(options)
  }

  override computeOutputShape(inputShape: readonly SymbolicShape[]): SymbolicShape {
    this.checkShapes(inputShape)
    const [a, b] = inputShape as readonly [SymbolicShape, SymbolicShape]
    const [i, j] = this.#axesOf(a, b)
    const rest = [...without(a, i).slice(1), ...without(b, j).slice(1)]
    return [a[0] ?? null, ...(rest.length === 0 ? [1] : rest)]
  }

  override computeMask(): null {
    return null
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axes: this.axes, normalize: this.normalize }
  }

  protected override checkShapes(shapes: readonly SymbolicShape[]): void {
    super.checkShapes(shapes)
    checkCount('Dot', shapes, 2)
    const [a, b] = shapes as readonly [SymbolicShape, SymbolicShape]
    const [i, j] = this.#axesOf(a, b)
    const sides = [a[i], b[j]]
    if (sides.includes(null) || sides[0] === sides[1]) return
    throw new ShapeError('the sizes of the inputs differ along the axes to sum over', {
      op: 'Dot',
      received: { shapes, axes: this.axes },
    })
  }

  protected override merge([a, b]: readonly [Tensor, Tensor]): Tensor {
    const [i, j] = this.#axesOf(a.shape, b.shape)
    const rows = toMatrices(this.normalize ? l2Normalize(a, { axis: i }) : a, i)
    const columns = toMatrices(this.normalize ? l2Normalize(b, { axis: j }) : b, j)
    const shape = this.computeOutputShape([a.shape, b.shape]) as readonly number[]
    return reshape(matmul(rows, transpose(columns, [0, 2, 1])), shape)
  }

  #axesOf(a: SymbolicShape, b: SymbolicShape): readonly [number, number] {
    const [first, second] = typeof this.axes === 'number' ? [this.axes, this.axes] : this.axes
    return [axisOf(first, a), axisOf(second, b)]
  }
}

function areAxes(axes: Json | undefined): axes is number | [number, number] {
  const isAxis = (axis: unknown): boolean => Number.isSafeInteger(axis) && axis !== 0
  return isAxis(axes) || (Array.isArray(axes) && axes.length === 2 && axes.every(isAxis))
}

function axisOf(axis: number, shape: SymbolicShape): number {
  const found = axis < 0 ? axis + shape.length : axis
  if (found > 0 && found < shape.length) return found
  throw new ShapeError('the input does not have the axis, or it is the batch', {
    op: 'Dot',
    received: { axis, shape },
  })
}

function without<T>(list: readonly T[], position: number): readonly T[] {
  return list.filter((_, i) => i !== position)
}

/** [batch, all other axes, the axis]. */
function toMatrices(x: Tensor, axis: number): Tensor {
  const others = without(
    x.shape.map((_, i) => i),
    axis,
  )
  const count = others.slice(1).reduce((product, i) => product * x.shape[i]!, 1)
  return reshape(transpose(x, [...others, axis]), [x.shape[0]!, count, x.shape[axis]!])
}
