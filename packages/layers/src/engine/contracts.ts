import type { Backend, FloatDType, Shape, Tensor } from '@tapegrad/core'
import type { Serializable } from '../saving/serializable.ts'

/** What makes the first value of a weight. */
export interface InitializerLike extends Serializable {
  apply(shape: Shape, options?: { readonly dtype?: FloatDType; readonly backend?: Backend }): Tensor
}

/** A penalty: a scalar computed from a weight or an output. */
export interface RegularizerLike extends Serializable {
  apply(x: Tensor): Tensor
}

/** Maps a weight to an allowed value, after each optimizer step. */
export interface ConstraintLike extends Serializable {
  apply(weight: Tensor): Tensor
}
