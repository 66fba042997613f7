import {
  ArgumentError,
  bytesPerElement,
  checkOptionNames,
  type FloatDType,
  getBackend,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  Tensor,
  type TensorValues,
  tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tapegrad/core'
import * as constraints from '../constraints/index.ts'
import * as initializers from '../initializers/index.ts'
import * as regularizers from '../regularizers/index.ts'
import type { RegularizerLike } from './contracts.ts'
import { chargeWeight, isLoading } from './loading.ts'

/** A weight and what belongs to it besides its value. */
export interface Weight {
  readonly variable: Variable
  readonly regularizer: RegularizerLike | null
  /** Whether optimizers change it while its layer is trainable. */
  readonly trainable: boolean
}

export interface WeightOptions {
  /** What files and messages call it. Default: `weight_0`, `weight_1`, … in the order in which a layer makes them. */
  readonly name?: string
  readonly shape: Shape
  /** Default: Glorot's uniform. */
  readonly initializer?: initializers.InitializerIdentifier
  /** A penalty on the weight, which becomes part of the loss. */
  readonly regularizer?: regularizers.RegularizerIdentifier | null
  /** Applied to the weight after each step of the optimizer. */
  readonly constraint?: constraints.ConstraintIdentifier | null
  /** Whether optimizers change it while the layer is trainable. Default: true. */
  readonly trainable?: boolean
  /** Default: the layer's. */
  readonly dtype?: FloatDType
}

const weightOptionNames = ['name', 'shape', 'initializer', 'regularizer', 'constraint', 'trainable', 'dtype']

/** Makes a weight on the current backend; what its initializer leaves behind is disposed. */
export function makeWeight(
  op: string,
  options: WeightOptions & { readonly name: string },
  layerName: string,
  layerDType: FloatDType,
  layerTrainable: boolean,
): Weight {
  checkOptionNames(op, options, weightOptionNames)
  const { name, shape, trainable = true, dtype = layerDType } = options
  if (typeof name !== 'string' || name === '') {
    throw new ArgumentError('the weight has no name', { op, received: { name } })
  }
  if (!Array.isArray(shape)) {
    throw new ShapeError('the shape of the weight is not a list of sizes', { op, received: { name, shape } })
  }
  const initializer = initializers.get(options.initializer ?? 'glorotUniform')
  const regularizer = regularizers.get(options.regularizer ?? null)
  const constraint = constraints.get(options.constraint ?? null)
  chargeWeight(op, sizeOf(shape) * bytesPerElement(dtype))
  const made = tidy(() =>
    variable(initialValue(initializer, shape, dtype), {
      name,
      path: `${layerName}/${name}`,
      dtype,
      trainable: trainable && layerTrainable,
      constraint: constraint === null ? null : (value) => constraint.apply(value),
    }),
  )
  return { variable: made, regularizer, trainable }
}

function initialValue(initializer: initializers.Initializer, shape: Shape, dtype: FloatDType): Tensor {
  const options = { dtype, backend: getBackend() }
  return isLoading() ? zeros(shape, options) : initializer.apply(shape, options)
}

/**
 * Assigns values to weights: all of them or, when one does not fit, none.
 *
 * @throws {@link ArgumentError} for another number of values, {@link ShapeError} for another shape.
 */
export function assignWeights(
  weights: readonly Variable[],
  values: readonly (Tensor | TensorValues)[],
  hint: string | undefined,
): void {
  const op = 'setWeights'
  if (!Array.isArray(values) || values.length !== weights.length) {
    throw new ArgumentError('the number of values is not the number of weights', {
      op,
      received: { values: Array.isArray(values) ? values.length : values },
      expected: `${weights.length} values`,
      ...(hint === undefined ? {} : { hint }),
    })
  }
  const made: Tensor[] = []
  try {
    const tensors = (values as readonly (Tensor | TensorValues)[]).map((value, i) => {
      const weight = weights[i]!
      const next =
        value instanceof Tensor
          ? value
          : tensor(value, { dtype: weight.dtype, backend: weight.storage.backend })
      if (next !== value) made.push(next)
      if (sameShape(next.shape, weight.shape)) return next
      throw new ShapeError(`the value for ${weight.name} has another shape`, {
        op,
        received: { weight, value: next },
      })
    })
    weights.forEach((weight, i) => weight.assign(tensors[i]!))
  } finally {
    for (const each of made) each.dispose()
  }
}
