import type { Tensor, Variable } from '@tapegrad/core'
import type { Tensors } from '../engine/symbolic-tensor.ts'
import type { Serializable } from '../saving/serializable.ts'
import type { WeightsOf } from './batch.ts'

/** What weighs and hides samples. */
export interface Weighting {
  readonly sampleWeight?: Tensor
  readonly mask?: Tensor
}

/** What training needs of a loss. */
export interface LossLike extends Serializable {
  readonly name: string
  /** The loss of a batch: a scalar. */
  apply(yTrue: Tensor, yPred: Tensor, weighting?: Weighting): Tensor
}

/** What training needs of a metric. Its state stays on the device. */
export interface MetricLike extends Serializable {
  readonly name: string
  /** The state as far as it was made, in a fixed order: what a run that goes on in mid-epoch sets. */
  readonly variables?: readonly Variable[]
  updateState(yTrue: Tensor, yPred: Tensor, weighting?: Weighting): void
  result(): Tensor
  resetState(): void
  dispose(): void
}

/** What losses and metrics are computed from. The mask, if there is one, comes with the predictions: `getMask(yPred)`. */
export interface Predictions<I extends Tensors = Tensor, O extends Tensors = Tensor> {
  /** The inputs. */
  readonly x: I
  readonly y: O | null
  readonly yPred: O
  readonly sampleWeight: WeightsOf<O>
}

/** A loss or metric as a function of the targets and the predictions: one value for each sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor
