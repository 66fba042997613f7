import { ArgumentError, type Config, cast, type FloatDType, type Tensor, tidy } from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import { toSnakeCase } from '../engine/naming.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkFloatDType, checkOneOf } from '../saving/option-values.ts'
import type { Serializable } from '../saving/serializable.ts'
import { toCamelCase } from '../saving/wire-names.ts'
import { checkTensors, checkValues, toFloat } from './check-inputs.ts'
import { type Reduction, reduceWeighted, wireReductions } from './reduction.ts'
import { checkWeighting, combineMasks, spreadScalar, type Weighting } from './weighting.ts'

/** The options that every loss takes. */
export interface LossOptions {
  /** What logs call it. Default: the class's name in snake_case. */
  readonly name?: string
  /** Default: sumOverBatchSize. */
  readonly reduction?: Reduction
  /** What the loss is computed in. Default: the predictions' dtype, float32 for integers. */
  readonly dtype?: FloatDType
}

export const lossOptionNames: readonly (keyof LossOptions)[] = ['name', 'reduction', 'dtype']

/**
 * The base of losses. Those of your own override `call`, which gives one value for each sample; `apply` weighs, masks
 * and reduces the values.
 *
 * @throws {@link ArgumentError} for an unknown reduction or an empty name, {@link DTypeError} for a dtype that is not one of fractions.
 * @see https://keras.io/api/losses/#base-loss-api
 * @example
 * ```ts
 * class CubicError extends losses.Loss {
 *   static readonly className: string = 'CubicError'
 *   override call(yTrue: Tensor, yPred: Tensor): Tensor {
 *     return mean(pow(abs(sub(yTrue, yPred)), 3), { axis: -1 })
 *   }
 * }
 * ```
 */
export abstract class Loss implements Serializable {
  static readonly className: string = 'Loss'
  readonly name: string
  readonly reduction: Reduction
  readonly dtype: FloatDType | null

  constructor({ name, reduction = 'sumOverBatchSize', dtype }: LossOptions = {}) {
    const { className } = this.constructor as typeof Loss
    this.name = name ?? toSnakeCase(className)
    if (typeof this.name !== 'string' || this.name === '') {
      throw new ArgumentError('the name is no text', { op: className, received: { name } })
    }
    this.reduction = checkOneOf(className, 'reduction', reduction, [
      'sumOverBatchSize',
      'sum',
      'mean',
      'meanWithSampleWeight',
      null,
    ])
    this.dtype = dtype === undefined ? null : checkFloatDType(className, dtype)
  }

  /** The loss of each sample: the last axis is reduced. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor

  /**
   * The loss.
   *
   * @returns A scalar; without a reduction, one value for each sample.
   * @throws {@link ShapeError} when targets, predictions, weights or mask do not fit each other, {@link ArgumentError} for what is no tensor.
   */
  apply(yTrue: Tensor, yPred: Tensor, weighting: Weighting = {}): Tensor {
    const op = this.name
    checkTensors(op, yTrue, yPred)
    checkWeighting(op, weighting)
    const { sampleWeight = null, mask } = weighting
    return tidy(() => {
      const predictions = this.dtype === null ? toFloat(yPred) : cast(yPred, this.dtype)
      const own = this.call(yTrue, predictions)
      checkValues(op, own)
      const masks = [mask === undefined ? getMask(yPred) : mask, getMask(own)]
      const values = spreadScalar(own, [sampleWeight, ...masks])
      return reduceWeighted(
        op,
        values,
        { sampleWeight, mask: combineMasks(op, masks, values) },
        this.reduction,
      )
    })
  }

  /** Keras reads a dtype but writes none: it is written where one was given. */
  getConfig(): Config {
    return {
      name: this.name,
      reduction: this.reduction === null ? null : toSnakeCase(this.reduction),
      ...(this.dtype === null ? {} : { dtype: this.dtype }),
    }
  }
}

/** The options of every loss, as a file holds them. */
export function readLossOptions(read: ConfigReader, name: string): LossOptions {
  const reduction = read.oneOf('reduction', wireReductions, null)
  const isMissing = !read.has('reduction')
  return {
    name: read.string('name', name),
    ...(isMissing
      ? {}
      : { reduction: reduction === null || reduction === 'none' ? null : toCamelCase(reduction) }),
    ...(read.has('dtype') ? { dtype: read.dtype('dtype', 'float32') } : {}),
  }
}
