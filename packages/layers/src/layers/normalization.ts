import {
  ArgumentError,
  add,
  type Config,
  cast,
  div,
  type Json,
  maximum,
  mul,
  reshape,
  ShapeError,
  sqrt,
  sub,
  type Tensor,
  tensor,
  type Variable,
} from '@tapegrad/core'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { checkBoolean } from '../saving/option-values.ts'
import { type AdaptBatch, type AdaptData, batchesOf, readBatch } from './adapt-data.ts'
import { type Axes, checkAxes, knownSizes, listAxes, locateAxes } from './axes.ts'
import { type GivenMoments, givenMoments, type MomentValues, spreadShape } from './given-moments.ts'
import type { HostArray } from './host-array.ts'
import { type RunningMoments, runningMoments } from './running-moments.ts'

export interface NormalizationOptions extends LayerOptions {
  /** The axes whose indices have a mean and variance of their own; null: one of each for all. Default: −1. */
  readonly axis?: Axes | null
  /** The mean, or the means along the axes, instead of those that `adapt` finds; together with `variance`. */
  readonly mean?: MomentValues | null
  readonly variance?: MomentValues | null
  /** Whether it goes back, from normalized values to the original ones. Default: false. */
  readonly invert?: boolean
}

// Keras's: what a standard deviation is at least, so that constant features become 0.
const epsilon = 1e-7

/**
 * Moves and scales features to mean 0 and variance 1: y = (x − mean) / max(√variance, 10⁻⁷); with `invert`
 * y = mean + x · max(√variance, 10⁻⁷).
 *
 * Any shape with a batch, which is kept; integers become the layer's dtype. Without `mean` and `variance` it has
 * weights that no optimizer changes: mean and variance, one for each index along `axis`, which `adapt` finds, and the
 * count of the values that each mean is of. Masks pass through.
 *
 * @throws {@link ArgumentError} for a mean without a variance, moments that are not finite numbers of one shape, or a variance below 0; {@link ShapeError} for inputs that do not have the axes, the batch as an axis, or sizes that are not known or do not fit.
 * @see https://keras.io/api/layers/preprocessing_layers/numerical/normalization/
 * @example
 * ```ts
 * new Normalization({ mean: 3, variance: 4 }).apply(tensor([[1], [3], [5]])) // [[-1], [0], [1]]
 * ```
 */
export class Normalization extends Layer {
  static override readonly className: string = 'Normalization'
  override supportsMasking = true
  readonly axis: readonly number[]
  readonly invert: boolean
  readonly #given: GivenMoments | null
  #mean: Variable | null = null
  #variance: Variable | null = null
  #count: Variable | null = null

  constructor(options: NormalizationOptions = {}) {
    super(options, ['axis', 'mean', 'variance', 'invert'])
    const { axis = -1, mean = null, variance = null } = options
    const isEmpty = axis === null || (Array.isArray(axis) && axis.length === 0)
    this.axis = isEmpty ? [] : listAxes(checkAxes('Normalization', axis))
    this.invert = checkBoolean('Normalization', 'invert', options.invert ?? false)
    this.#given = givenMoments('Normalization', mean, variance, this.axis.length)
    this.inputSpec = { minNdim: 1 }
  }

  static fromConfig(config: Config): Normalization {
    const read = new ConfigReader('Normalization', config)
    const options = {
      ...readLayerOptions(read),
      axis: readAxis(read),
      // The constructor checks what they are.
      mean: read.json('mean', null) as MomentValues | null,
      variance: read.json('variance', null) as MomentValues | null,
      invert: read.boolean('invert', false),
    }
    read.done()
    return new Normalization(options)
  }

  /** The means that `adapt` found, one for each index along `axis`. */
  get mean(): Variable | null {
    return this.#mean
  }

  /** The variances that `adapt` found. */
  get variance(): Variable | null {
    return this.#variance
  }

  /**
   * Finds the mean and variance of data, in one pass and in double precision.
   *
   * Each call begins anew. Layers in a model are adapted before the model is trained.
   *
   * @param data A tensor, nested arrays or a typed array; or an iterable, asynchronous or not, of batches: of these, of lists that begin with a tensor ([x, y]), or of objects with `x`.
   * @throws {@link ArgumentError} for no samples, what is not data, or a layer that was given its mean; {@link ShapeError} for batches of different shapes.
   * @example
   * ```ts
   * const layer = new Normalization()
   * await layer.adapt([[0, 7], [2, 9]])
   * layer.apply(tensor([[0, 9]])) // [[-1, 1]]
   * ```
   */
  async adapt(data: AdaptData): Promise<void> {
    const op = 'Normalization.adapt'
    if (this.#given !== null) {
      throw new ArgumentError('the layer was given its mean and variance', {
        op,
        received: { layer: this.name },
      })
    }
    let moments: RunningMoments | null = null
    for await (const batch of batchesOf(op, data) as AsyncIterable<AdaptBatch>) {
      const values = await readBatch(op, batch)
      if (values.shape.length === 0)
        throw new ShapeError('the data has no batch', { op, received: { batch } })
      if (values.data.length === 0) continue
      this.build([null, ...values.shape.slice(1)])
      moments ??= runningMoments(this.#keptAxes(values.shape), this.#mean!.size)
      this.#checkBatch(op, values.shape)
      moments.add(values)
    }
    if (moments === null || moments.count === 0)
      throw new ArgumentError('there are no samples', { op, received: { data } })
    assign(this.#mean!, moments.mean)
    assign(this.#variance!, moments.variance)
    assign(this.#count!, Float64Array.of(moments.count))
  }

  override build(inputShape: SymbolicShape): void {
    const kept = this.#keptAxes(inputShape)
    const shape = knownSizes('Normalization', inputShape, kept)
    if (this.#given === null) {
      this.#mean = this.addWeight({ name: 'mean', shape, initializer: 'zeros', trainable: false })
      this.#variance = this.addWeight({ name: 'variance', shape, initializer: 'ones', trainable: false })
      this.#count = this.addWeight({ name: 'count', shape: [], initializer: 'zeros', trainable: false })
    } else {
      spreadShape('Normalization', this.#given.mean, inputShape.length, kept, shape)
    }
    this.inputSpec = {
      ndim: inputShape.length,
      axes: Object.fromEntries(kept.map((axis, i) => [axis, shape[i]!])),
    }
  }

  override call(x: Tensor): Tensor {
    const [mean, variance] = this.#moments(x)
    const deviation = maximum(sqrt(variance), epsilon)
    const values = cast(x, this.dtype)
    return this.invert ? add(mean, mul(values, deviation)) : div(sub(values, mean), deviation)
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    const { mean, variance } = this.#given ?? { mean: null, variance: null }
    return {
      ...super.getConfig(),
      axis: this.axis,
      invert: this.invert,
      mean: mean && nested(mean),
      variance: variance && nested(variance),
    }
  }

  /** The axes counted from the first, in order: moments are not transposed. */
  #keptAxes(shape: SymbolicShape): readonly number[] {
    const axes = locateAxes('Normalization', shape, this.axis).toSorted((a, b) => a - b)
    if (axes[0] !== 0) return axes
    throw new ShapeError('the batch is not an axis to normalize apart', {
      op: 'Normalization',
      received: { axis: this.axis, shape },
      hint: 'axis: null has one mean for all',
    })
  }

  #checkBatch(op: string, shape: readonly number[]): void {
    const built = this.buildInputShape!
    const kept = this.#keptAxes(built)
    if (shape.length === built.length && kept.every((axis) => shape[axis] === built[axis])) return
    throw new ShapeError('the data has another shape than the layer was built for', {
      op,
      received: { shape },
      expected: `${built.length} axes, with ${kept.map((axis) => built[axis]).join(', ') || 'any sizes'} along those of the layer`,
    })
  }

  /** The mean and variance in shapes that broadcast to an input. */
  #moments(x: Tensor): readonly [mean: Tensor, variance: Tensor] {
    const kept = this.#keptAxes(x.shape)
    if (this.#given === null) {
      const shape = x.shape.map((side, axis) => (kept.includes(axis) ? side : 1))
      return [reshape(this.#mean!, shape), reshape(this.#variance!, shape)]
    }
    const sizes = kept.map((axis) => x.shape[axis]!)
    const { mean, variance } = this.#given
    const shape = spreadShape('Normalization', mean, x.rank, kept, sizes)
    const options = { shape, dtype: this.dtype, backend: x.storage.backend }
    return [tensor(mean.data, options), tensor(variance.data, options)]
  }
}

/** Axes as Keras writes them: a list that may be empty. */
function readAxis(read: ConfigReader): Axes | null {
  const axis: Json = read.json('axis', -1)
  if (axis === null || typeof axis === 'number') return axis === null ? null : read.integer('axis')
  return read.integers('axis')
}

function assign(weight: Variable, values: Float64Array): void {
  const { shape, dtype, storage } = weight
  using value = tensor(values, { shape, dtype, backend: storage.backend })
  weight.assign(value)
}

/** Numbers as nested lists. */
function nested({ shape, data }: HostArray): Json {
  const list = (start: number, axis: number): Json => {
    if (axis === shape.length) return data[start]!
    const inner = shape.slice(axis + 1).reduce((size, side) => size * side, 1)
    return Array.from({ length: shape[axis]! }, (_, i) => list(start + i * inner, axis + 1))
  }
  return list(0, 0)
}
