import type { Tensor } from '@tapegrad/core'
import type { Serializable } from '../saving/serializable.ts'

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
  updateState(yTrue: Tensor, yPred: Tensor, weighting?: Weighting): void
  result(): Tensor
  resetState(): void
  dispose(): void
}

/** What losses and metrics are computed from. The mask, if there is one, comes with the predictions: `getMask(yPred)`. */
export interface Predictions {
  /** The inputs. */
  readonly x: Tensor
  readonly y: Tensor | null
  readonly yPred: Tensor
  readonly sampleWeight: Tensor | null
}

/** A loss or metric as a function of the targets and the predictions: one value for each sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor
