import type { Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor, type OwnOptions } from './define-optimizer.ts'
import { composeFormula, type FormulaRule, fuseFormula } from './formula-rule.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkNonNegative, checkUnitInterval } from './option-checks.ts'

export interface AdadeltaOptions extends OptimizerOptions {
  /** How slowly the means of squares move. Default: 0.95. */
  readonly rho?: number
  /** Added under the roots. Default: 1e-7. */
  readonly epsilon?: number
}

interface AdadeltaSlots {
  readonly accumulated_grad: Variable
  readonly accumulated_delta_var: Variable
}

const rule: FormulaRule<AdadeltaSlots, OwnOptions<AdadeltaOptions>> = {
  formula: {
    name: 'adadelta',
    numbers: 4,
    states: 2,
    compute: (m, { gradient, variable, state: [squares, deltas] }, [learningRate, rho, rest, epsilon]) => {
      const mix = (past: typeof gradient, x: typeof gradient): typeof gradient =>
        m.add(m.mul(past, rho!), m.mul(m.mul(x, x), rest!))
      const root = (x: typeof gradient): typeof gradient => m.sqrt(m.add(x, epsilon!))
      const mean = mix(squares!, gradient)
      const delta = m.div(m.mul(root(deltas!), gradient), root(mean))
      return [m.sub(variable, m.mul(delta, learningRate!)), mean, mix(deltas!, delta)]
    },
  },
  slots: ['accumulated_grad', 'accumulated_delta_var'],
  numbers: ({ learningRate }, { rho, epsilon }) => [learningRate, rho, 1 - rho, epsilon],
}

/**
 * Adadelta: steps whose size follows from those before.
 *
 * n ← ρ·n + (1 − ρ)·g², d = √(x + ε) / √(n + ε) · g, x ← ρ·x + (1 − ρ)·d², w ← w − lr·d. The paper has a learning rate
 * of 1; the default is Keras's.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/adadelta/
 * @see https://arxiv.org/abs/1212.5701
 * @example
 * ```ts
 * const optimizer = new Adadelta({ learningRate: 1 })
 * ```
 */
export const Adadelta: OptimizerConstructor<AdadeltaOptions> = /* @__PURE__ */ defineOptimizer<
  AdadeltaOptions,
  AdadeltaSlots
>({
  className: 'Adadelta',
  defaults: { learningRate: 0.001, name: 'adadelta' },
  options: {
    rho: { key: 'rho', default: 0.95, check: checkUnitInterval },
    epsilon: { key: 'epsilon', default: 1e-7, check: checkNonNegative },
  },
  slots: () => ({ accumulated_grad: {}, accumulated_delta_var: {} }),
  step: (step, own) => composeFormula(rule, step, own),
  fuse: (step, own, decay) => fuseFormula(rule, step, own, decay),
})
export type Adadelta = InstanceType<typeof Adadelta>
