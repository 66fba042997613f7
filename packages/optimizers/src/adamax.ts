import type { Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor, type OwnOptions } from './define-optimizer.ts'
import { composeFormula, type FormulaRule, fuseFormula } from './formula-rule.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkNonNegative, checkUnitInterval } from './option-checks.ts'

export interface AdamaxOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients moves. Default: 0.9. */
  readonly beta1?: number
  /** How slowly the largest absolute gradient fades. Default: 0.999. */
  readonly beta2?: number
  /** Added to the divisor. Default: 1e-7. */
  readonly epsilon?: number
}

interface AdamaxSlots {
  readonly momentum: Variable
  readonly norm: Variable
}

const rule: FormulaRule<AdamaxSlots, OwnOptions<AdamaxOptions>> = {
  formula: {
    name: 'adamax',
    numbers: 4,
    states: 2,
    compute: (m, { gradient, variable, state: [mean, norm] }, [rate, fraction, beta2, epsilon]) => {
      const moved = m.add(mean!, m.mul(m.sub(gradient, mean!), fraction!))
      const largest = m.maximum(m.mul(norm!, beta2!), m.abs(gradient))
      const step = m.div(m.mul(moved, rate!), m.add(largest, epsilon!))
      return [m.sub(variable, step), moved, largest]
    },
  },
  slots: ['momentum', 'norm'],
  numbers: ({ learningRate, t }, { beta1, beta2, epsilon }) => [
    learningRate / (1 - beta1 ** t),
    1 - beta1,
    beta2,
    epsilon,
  ],
}

/**
 * Adamax: Adam with the largest absolute gradient in the place of the root of their mean square.
 *
 * m ← m + (1 − β₁)(g − m), u ← max(β₂·u, |g|), w ← w − lr / (1 − β₁ᵗ) · m / (u + ε) in step t.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/adamax/
 * @see https://arxiv.org/abs/1412.6980
 * @example
 * ```ts
 * const optimizer = new Adamax({ learningRate: 1e-3 })
 * ```
 */
export const Adamax: OptimizerConstructor<AdamaxOptions> = /* @__PURE__ */ defineOptimizer<
  AdamaxOptions,
  AdamaxSlots
>({
  className: 'Adamax',
  defaults: { learningRate: 0.001, name: 'adamax' },
  options: {
    beta1: { key: 'beta_1', default: 0.9, check: checkUnitInterval },
    beta2: { key: 'beta_2', default: 0.999, check: checkUnitInterval },
    epsilon: { key: 'epsilon', default: 1e-7, check: checkNonNegative },
  },
  slots: () => ({ momentum: {}, norm: {} }),
  step: (step, own) => composeFormula(rule, step, own),
  fuse: (step, own, decay) => fuseFormula(rule, step, own, decay),
})
export type Adamax = InstanceType<typeof Adamax>
