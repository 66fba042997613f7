import type { Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor, type OwnOptions } from './define-optimizer.ts'
import { composeFormula, type FormulaRule, fuseFormula } from './formula-rule.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkNonNegative } from './option-checks.ts'

export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squared gradients begin with. Default: 0.1. */
  readonly initialAccumulatorValue?: number
  /** Added under the root. Default: 1e-7. */
  readonly epsilon?: number
}

interface AdagradSlots {
  readonly accumulator: Variable
}

const rule: FormulaRule<AdagradSlots, OwnOptions<AdagradOptions>> = {
  formula: {
    name: 'adagrad',
    numbers: 2,
    states: 1,
    compute: (m, { gradient, variable, state: [before] }, [learningRate, epsilon]) => {
      const accumulator = m.add(before!, m.mul(gradient, gradient))
      const root = m.sqrt(m.add(accumulator, epsilon!))
      return [m.sub(variable, m.div(m.mul(gradient, learningRate!), root)), accumulator]
    },
  },
  slots: ['accumulator'],
  numbers: ({ learningRate }, { epsilon }) => [learningRate, epsilon],
}

/**
 * Adagrad: steps divided by the root of the sum of all squared gradients so far.
 *
 * n ← n + g², w ← w − lr·g / √(n + ε).
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/adagrad/
 * @see https://jmlr.org/papers/v12/duchi11a.html
 * @example
 * ```ts
 * const optimizer = new Adagrad({ learningRate: 0.05 })
 * ```
 */
export const Adagrad: OptimizerConstructor<AdagradOptions> = /* @__PURE__ */ defineOptimizer<
  AdagradOptions,
  AdagradSlots
>({
  className: 'Adagrad',
  defaults: { learningRate: 0.001, name: 'adagrad' },
  options: {
    initialAccumulatorValue: { key: 'initial_accumulator_value', default: 0.1, check: checkNonNegative },
    epsilon: { key: 'epsilon', default: 1e-7, check: checkNonNegative },
  },
  slots: (_variable, { initialAccumulatorValue }) => ({ accumulator: { initial: initialAccumulatorValue } }),
  step: (step, own) => composeFormula(rule, step, own),
  fuse: (step, own, decay) => fuseFormula(rule, step, own, decay),
})
export type Adagrad = InstanceType<typeof Adagrad>
