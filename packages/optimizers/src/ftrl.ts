import { add, clip, div, mul, pow, square, sub, type Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor } from './define-optimizer.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkNonNegative, checkNotPositive } from './option-checks.ts'

export interface FtrlOptions extends OptimizerOptions {
  /** How the step size falls with the sum of squared gradients, at most 0; 0 keeps it. Default: -0.5. */
  readonly learningRatePower?: number
  /** What the sums of squared gradients begin with. Default: 0.1. */
  readonly initialAccumulatorValue?: number
  /** λ₁: how far a variable must be pulled to be another number than 0. Default: 0. */
  readonly l1RegularizationStrength?: number
  /** λ₂: how strongly variables are held near 0. Default: 0. */
  readonly l2RegularizationStrength?: number
  /** λₛ: a penalty λₛ·w² on the loss. Default: 0. */
  readonly l2ShrinkageRegularizationStrength?: number
  /** β of the paper, which makes the first steps smaller. Default: 0. */
  readonly beta?: number
}

interface FtrlSlots {
  readonly accumulator: Variable
  readonly linear: Variable
}

/**
 * FTRL, "follow the regularized leader": a variable is the minimum of all past gradients' sum with penalties, and 0
 * where they say little.
 *
 * With p = −learningRatePower: n′ = n + g², z ← z + g + 2λₛ·w − (n′ᵖ − nᵖ) / lr · w, n ← n′ and
 * w ← (clip(z, −λ₁, λ₁) − z) / (n′ᵖ / lr + 2λ₂ + β / lr). A step with a learning rate of 0 changes nothing.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/ftrl/
 * @see https://research.google.com/pubs/archive/41159.pdf
 * @example
 * ```ts
 * const optimizer = new Ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.01 })
 * ```
 */
export const Ftrl: OptimizerConstructor<FtrlOptions> = /* @__PURE__ */ defineOptimizer<
  FtrlOptions,
  FtrlSlots
>({
  className: 'Ftrl',
  defaults: { learningRate: 0.001, name: 'ftrl' },
  options: {
    learningRatePower: { key: 'learning_rate_power', default: -0.5, check: checkNotPositive },
    initialAccumulatorValue: { key: 'initial_accumulator_value', default: 0.1, check: checkNonNegative },
    l1RegularizationStrength: { key: 'l1_regularization_strength', default: 0, check: checkNonNegative },
    l2RegularizationStrength: { key: 'l2_regularization_strength', default: 0, check: checkNonNegative },
    l2ShrinkageRegularizationStrength: {
      key: 'l2_shrinkage_regularization_strength',
      default: 0,
      check: checkNonNegative,
    },
    beta: { key: 'beta', default: 0, check: checkNonNegative },
  },
  slots: (_variable, { initialAccumulatorValue }) => ({
    accumulator: { initial: initialAccumulatorValue },
    linear: {},
  }),
  step: ({ gradient, variable, slots, learningRate }, own) => {
    // The formula divides by it, and a warm-up may begin with 0.
    if (learningRate === 0) return { value: variable }
    const { l1RegularizationStrength: l1, l2RegularizationStrength: l2, beta } = own
    const power = -own.learningRatePower
    const accumulator = add(slots.accumulator, square(gradient))
    const raised = pow(accumulator, power)
    const shrunk = add(gradient, mul(variable, 2 * own.l2ShrinkageRegularizationStrength))
    const sigma = div(sub(raised, pow(slots.accumulator, power)), learningRate)
    const linear = add(slots.linear, sub(shrunk, mul(sigma, variable)))
    const quadratic = add(div(raised, learningRate), 2 * l2 + beta / learningRate)
    return {
      value: div(sub(clip(linear, -l1, l1), linear), quadratic),
      slots: { accumulator, linear },
    }
  },
})
export type Ftrl = InstanceType<typeof Ftrl>
