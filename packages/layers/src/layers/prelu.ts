import {
  ArgumentError,
  type Config,
  mul,
  neg,
  relu,
  ShapeError,
  sub,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import * as constraints from '../constraints/index.ts'
import { Layer } from '../engine/layer.ts'
import { type LayerOptions, readLayerOptions } from '../engine/layer-options.ts'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import * as initializers from '../initializers/index.ts'
import * as regularizers from '../regularizers/index.ts'
import { ConfigReader } from '../saving/config-reader.ts'
import { readIntegers } from './spatial-options.ts'

export interface PReLUOptions extends LayerOptions {
  /** Default: zeros. */
  readonly alphaInitializer?: initializers.InitializerIdentifier
  readonly alphaRegularizer?: regularizers.RegularizerIdentifier | null
  readonly alphaConstraint?: constraints.ConstraintIdentifier | null
  /** The axes along which all elements have one slope, counted from 1: the batch is 0. Default: none. */
  readonly sharedAxes?: number | readonly number[] | null
}

/**
 * A rectifier whose slope on the negative side is learned: x where x > 0, else alpha · x.
 *
 * Any shape, which is kept; `alpha` has that of one element of the batch, with 1 for `sharedAxes`. Masks pass through.
 *
 * @throws {@link ArgumentError} for axes that are not whole numbers of at least 1, {@link ShapeError} for inputs that do not have them or whose sizes along other axes are not known.
 * @see https://keras.io/api/layers/activation_layers/prelu/
 * @see https://arxiv.org/abs/1502.01852
 * @example
 * ```ts
 * new PReLU({ alphaInitializer: new initializers.Constant({ value: 0.5 }) }).apply(tensor([[-3, 2]])) // [[-1.5, 2]]
 * ```
 */
export class PReLU extends Layer {
  static override readonly className: string = 'PReLU'
  override supportsMasking = true
  readonly alphaInitializer: initializers.Initializer
  readonly alphaRegularizer: regularizers.Regularizer | null
  readonly alphaConstraint: constraints.Constraint | null
  readonly sharedAxes: readonly number[] | null
  #alpha: Variable | null = null

  constructor(options: PReLUOptions = {}) {
    super(options, ['alphaInitializer', 'alphaRegularizer', 'alphaConstraint', 'sharedAxes'])
    this.alphaInitializer = initializers.get(options.alphaInitializer ?? 'zeros')
    this.alphaRegularizer = regularizers.get(options.alphaRegularizer ?? null)
    this.alphaConstraint = constraints.get(options.alphaConstraint ?? null)
    this.sharedAxes = checkSharedAxes(options.sharedAxes ?? null)
    this.inputSpec = { minNdim: 1 }
  }

  static fromConfig(config: Config): PReLU {
    const read = new ConfigReader('PReLU', config)
    const options = {
      ...readLayerOptions(read),
      alphaInitializer: read.object('alpha_initializer', initializers.deserialize, 'zeros'),
      alphaRegularizer: read.object('alpha_regularizer', regularizers.deserialize, null),
      alphaConstraint: read.object('alpha_constraint', constraints.deserialize, null),
      sharedAxes: readIntegers(read, 'shared_axes', null),
    }
    read.done()
    return new PReLU(options)
  }

  /** The slopes on the negative side; null before the layer is built. */
  get alpha(): Variable | null {
    return this.#alpha
  }

  override build(inputShape: SymbolicShape): void {
    const shared = this.sharedAxes ?? []
    const sides = inputShape.map((side, axis) => (shared.includes(axis) ? 1 : side)).slice(1)
    if (!sides.every((side) => side !== null) || shared.some((axis) => axis >= inputShape.length)) {
      throw new ShapeError('the shape of alpha cannot be told from the input', {
        op: 'PReLU',
        received: { inputShape, sharedAxes: this.sharedAxes },
        expected: 'sharedAxes that the input has, and known sizes along the others but the batch',
      })
    }
    this.#alpha = this.addWeight({
      name: 'alpha',
      shape: sides,
      initializer: this.alphaInitializer,
      regularizer: this.alphaRegularizer,
      constraint: this.alphaConstraint,
    })
    const kept = inputShape.flatMap((side, axis) =>
      axis === 0 || shared.includes(axis) ? [] : [[axis, side]],
    )
    this.inputSpec = { ndim: inputShape.length, axes: Object.fromEntries(kept) as Record<number, number> }
  }

  override call(x: Tensor): Tensor {
    return sub(relu(x), mul(this.#alpha!, relu(neg(x))))
  }

  override computeOutputShape(inputShape: SymbolicShape): SymbolicShape {
    return inputShape
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      alpha_initializer: initializers.serialize(this.alphaInitializer),
      alpha_regularizer: regularizers.serialize(this.alphaRegularizer),
      alpha_constraint: constraints.serialize(this.alphaConstraint),
      shared_axes: this.sharedAxes,
    }
  }
}

function checkSharedAxes(axes: number | readonly number[] | null): readonly number[] | null {
  if (axes === null) return null
  const list = typeof axes === 'number' ? [axes] : axes
  if (Array.isArray(list) && list.every((axis) => Number.isSafeInteger(axis) && axis >= 1))
    return Object.freeze([...list])
  throw new ArgumentError('sharedAxes is not made of axes', {
    op: 'PReLU',
    received: { sharedAxes: axes },
    expected: 'whole numbers of at least 1; the batch is axis 0',
  })
}
