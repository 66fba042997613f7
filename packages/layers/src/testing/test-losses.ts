/** A small loss and a small metric, so that training is tested apart from the real ones. */
import { add, type Config, full, keep, mul, sum, type Tensor, tidy } from '@tapegrad/core'
import type { LossLike, MetricLike, Weighting } from '../training/contracts.ts'

/** Σ (yTrue − yPred)² of a row, then the mean over rows, with weights and a mask. */
export class SquaredError implements LossLike {
  readonly name: string = 'squared_error'
  apply(yTrue: Tensor, yPred: Tensor, { sampleWeight, mask }: Weighting = {}): Tensor {
    const difference = add(yTrue, mul(yPred, -1))
    let errors = sum(mul(difference, difference), { axis: -1 })
    if (sampleWeight !== undefined) errors = mul(errors, sampleWeight)
    if (mask !== undefined) errors = mul(errors, mask)
    return mul(sum(errors), 1 / errors.size)
  }
  getConfig(): Config {
    return {}
  }
}

/** Counts samples (or their weights) on the device. */
export class SampleCount implements MetricLike {
  readonly name: string
  #count: Tensor | null = null
  constructor(name = 'count') {
    this.name = name
  }
  updateState(yTrue: Tensor, _yPred: Tensor, { sampleWeight, mask }: Weighting = {}): void {
    const added = tidy(() => {
      const weights = sampleWeight ?? full([yTrue.shape[0]!], 1)
      const counted = sum(mask === undefined ? weights : mul(weights, mask))
      return this.#count === null ? counted : add(this.#count, counted)
    })
    this.#count?.dispose()
    this.#count = keep(added)
  }
  result(): Tensor {
    return mul(this.#count!, 1)
  }
  resetState(): void {
    this.#count?.dispose()
    this.#count = null
  }
  dispose(): void {
    this.resetState()
  }
  getConfig(): Config {
    return {}
  }
}
