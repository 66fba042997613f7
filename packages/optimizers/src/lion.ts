import { ArgumentError, type Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor, type OwnOptions } from './define-optimizer.ts'
import { composeFormula, type FormulaRule, fuseFormula } from './formula-rule.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkUnitInterval } from './option-checks.ts'

export interface LionOptions extends OptimizerOptions {
  /** How much of a step's direction the past decides, above 0 and at most 1. Default: 0.9. */
  readonly beta1?: number
  /** How slowly the mean of the gradients moves. Default: 0.99. */
  readonly beta2?: number
}

interface LionSlots {
  readonly momentum: Variable
}

const rule: FormulaRule<LionSlots, OwnOptions<LionOptions>> = {
  formula: {
    name: 'lion',
    numbers: 5,
    states: 1,
    compute: (m, { gradient, variable, state: [mean] }, [learningRate, beta1, rest1, beta2, rest2]) => {
      const mix = (weight: typeof gradient, rest: typeof gradient): typeof gradient =>
        m.add(m.mul(mean!, weight), m.mul(gradient, rest))
      const step = m.mul(m.sign(mix(beta1!, rest1!)), learningRate!)
      return [m.sub(variable, step), mix(beta2!, rest2!)]
    },
  },
  slots: ['momentum'],
  numbers: ({ learningRate }, { beta1, beta2 }) => [learningRate, beta1, 1 - beta1, beta2, 1 - beta2],
}

/**
 * Lion: steps of one size in the direction of the sign.
 *
 * w ← w − lr · sign(β₁·m + (1 − β₁)·g), then m ← β₂·m + (1 − β₂)·g. Learning rates are smaller than Adam's, three to ten
 * times, and weight decay is larger.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/lion/
 * @see https://arxiv.org/abs/2302.06675
 * @example
 * ```ts
 * const optimizer = new Lion({ learningRate: 1e-4, weightDecay: 0.1 })
 * ```
 */
export const Lion: OptimizerConstructor<LionOptions> = /* @__PURE__ */ defineOptimizer<
  LionOptions,
  LionSlots
>({
  className: 'Lion',
  defaults: { learningRate: 0.001, name: 'lion' },
  options: {
    beta1: { key: 'beta_1', default: 0.9, check: checkPast },
    beta2: { key: 'beta_2', default: 0.99, check: checkUnitInterval },
  },
  slots: () => ({ momentum: {} }),
  step: (step, own) => composeFormula(rule, step, own),
  fuse: (step, own, decay) => fuseFormula(rule, step, own, decay),
})
export type Lion = InstanceType<typeof Lion>

function checkPast(op: string, name: string, value: unknown): number {
  if (value !== 0) return checkUnitInterval(op, name, value)
  throw new ArgumentError(`${name} is 0: only the sign of the gradient would count`, { op })
}
