import { ArgumentError } from '@tapegrad/core'
import {
  type AdamOptions,
  type AdamSlots,
  adamOptions,
  adamSlots,
  adamStep,
  fuseAdamStep,
} from './adam-rule.ts'
import { defineOptimizer, type OptimizerConstructor } from './define-optimizer.ts'

export interface AdamWOptions extends AdamOptions {
  /** Before each step a variable loses this fraction of itself, times the learning rate. Default: 0.004. */
  readonly weightDecay?: number
}

/**
 * AdamW: Adam with weight decay, which does not go through its moving means.
 *
 * w ← w − lr·λ·w, and then the step of `Adam`.
 *
 * @throws {@link ArgumentError} for options out of their ranges, and a weight decay of null.
 * @see https://keras.io/api/optimizers/adamw/
 * @see https://arxiv.org/abs/1711.05101
 * @example
 * ```ts
 * const optimizer = new AdamW({ learningRate: 1e-3, weightDecay: 0.01 })
 * optimizer.excludeFromWeightDecay(['bias'])
 * ```
 */
export const AdamW: OptimizerConstructor<AdamWOptions> = /* @__PURE__ */ defineOptimizer<
  AdamWOptions,
  AdamSlots
>({
  className: 'AdamW',
  defaults: { learningRate: 0.001, name: 'adam_w', weightDecay: 0.004 },
  options: adamOptions,
  slots: adamSlots,
  step: adamStep,
  fuse: fuseAdamStep,
  check: ({ weightDecay }: { readonly weightDecay?: number | null }) => {
    if (weightDecay !== null) return
    throw new ArgumentError('weightDecay is null', {
      op: 'AdamW',
      expected: 'a number',
      hint: 'Adam has none',
    })
  },
})
export type AdamW = InstanceType<typeof AdamW>
