import {
  type AdamOptions,
  type AdamSlots,
  adamOptions,
  adamSlots,
  adamStep,
  fuseAdamStep,
} from './adam-rule.ts'
import { defineOptimizer, type OptimizerConstructor } from './define-optimizer.ts'

/**
 * Adam: steps from moving means of the gradients and of their squares.
 *
 * m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), w ← w − α·m / (√v + ε), where α = lr·√(1 − β₂ᵗ) / (1 − β₁ᵗ) in
 * step t. With AMSGrad √v is replaced by its largest value so far.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/adam/
 * @see https://arxiv.org/abs/1412.6980
 * @example
 * ```ts
 * const optimizer = new Adam({ learningRate: 1e-3 })
 * ```
 */
export const Adam: OptimizerConstructor<AdamOptions> = /* @__PURE__ */ defineOptimizer<
  AdamOptions,
  AdamSlots
>({
  className: 'Adam',
  defaults: { learningRate: 0.001, name: 'adam' },
  options: adamOptions,
  slots: adamSlots,
  step: adamStep,
  fuse: fuseAdamStep,
})
export type Adam = InstanceType<typeof Adam>
