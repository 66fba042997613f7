import type { Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor, type OwnOptions } from './define-optimizer.ts'
import { composeFormula, type FormulaRule, fuseFormula } from './formula-rule.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkNonNegative, checkUnitInterval } from './option-checks.ts'

export interface NadamOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients moves. Default: 0.9. */
  readonly beta1?: number
  /** How slowly the mean of the squared gradients moves. Default: 0.999. */
  readonly beta2?: number
  /** Added to the root. Default: 1e-7. */
  readonly epsilon?: number
}

interface NadamSlots {
  readonly momentum: Variable
  readonly velocity: Variable
}

const rule: FormulaRule<NadamSlots, OwnOptions<NadamOptions>> = {
  formula: {
    name: 'nadam',
    numbers: 7,
    states: 2,
    compute: (
      m,
      { gradient, variable, state: [mean, meanSquare] },
      [learningRate, fraction1, fraction2, ahead, present, correction, epsilon],
    ) => {
      const moved = m.add(mean!, m.mul(m.sub(gradient, mean!), fraction1!))
      const square = m.mul(gradient, gradient)
      const spread = m.add(meanSquare!, m.mul(m.sub(square, meanSquare!), fraction2!))
      const direction = m.add(m.mul(moved, ahead!), m.mul(gradient, present!))
      const root = m.add(m.sqrt(m.div(spread, correction!)), epsilon!)
      return [m.sub(variable, m.div(m.mul(direction, learningRate!), root)), moved, spread]
    },
  },
  slots: ['momentum', 'velocity'],
  numbers: ({ learningRate, t }, { beta1, beta2, epsilon }) => {
    const factor = (k: number): number => beta1 * (1 - 0.5 * 0.96 ** k)
    const product = beta1 ** t * warmUp(t)
    return [
      learningRate,
      1 - beta1,
      1 - beta2,
      factor(t + 1) / (1 - product * factor(t + 1)),
      (1 - factor(t)) / (1 - product),
      1 - beta2 ** t,
      epsilon,
    ]
  },
}

/**
 * Nadam: Adam with Nesterov's look-ahead.
 *
 * m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), w ← w − lr·m̂ / (√(v / (1 − β₂ᵗ)) + ε) in step t, where
 * m̂ = uₜ₊₁·m / (1 − Uₜ₊₁) + (1 − uₜ)·g / (1 − Uₜ), uₖ = β₁(1 − ½·0.96ᵏ) and Uₖ = u₁·…·uₖ.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/Nadam/
 * @see https://cs229.stanford.edu/proj2015/054_report.pdf
 * @example
 * ```ts
 * const optimizer = new Nadam({ learningRate: 1e-3 })
 * ```
 */
export const Nadam: OptimizerConstructor<NadamOptions> = /* @__PURE__ */ defineOptimizer<
  NadamOptions,
  NadamSlots
>({
  className: 'Nadam',
  defaults: { learningRate: 0.001, name: 'nadam' },
  options: {
    beta1: { key: 'beta_1', default: 0.9, check: checkUnitInterval },
    beta2: { key: 'beta_2', default: 0.999, check: checkUnitInterval },
    epsilon: { key: 'epsilon', default: 1e-7, check: checkNonNegative },
  },
  slots: () => ({ momentum: {}, velocity: {} }),
  step: (step, own) => composeFormula(rule, step, own),
  fuse: (step, own, decay) => fuseFormula(rule, step, own, decay),
})
export type Nadam = InstanceType<typeof Nadam>

/** The product of 1 − ½·0.96ᵏ for k from 1 to t; it is computed anew in each step, so that files need not hold it. */
function warmUp(t: number): number {
  let product = 1
  // The factors after these are 1 in float64.
  for (let k = 1; k <= Math.min(t, 1000); k++) product *= 1 - 0.5 * 0.96 ** k
  return product
}
