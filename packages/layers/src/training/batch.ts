import type { Tensor } from '@tapegrad/core'
import type { Tensors } from '../engine/symbolic-tensor.ts'

/** How much samples count: one tensor, or one for each output, null for outputs whose samples all count 1. */
export type WeightsOf<O extends Tensors> = O extends Tensor
  ? Tensor | null
  : readonly (Tensor | null)[] | null

/**
 * What a training, test or prediction step works on.
 *
 * @typeParam I One tensor, or a list for a model of several inputs.
 * @typeParam O One tensor, or a list for a model of several outputs.
 */
export interface Batch<I extends Tensors = Tensor, O extends Tensors = Tensor> {
  readonly x: I
  readonly y: O | null
  readonly sampleWeight: WeightsOf<O>
  /** The number of samples. */
  readonly size: number
}

/** A batch of any model. */
export type AnyBatch = Batch<Tensors, Tensors>
