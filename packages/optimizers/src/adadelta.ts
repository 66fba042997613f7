import { add, div, mul, sqrt, square, sub, type Tensor, type Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor } from './define-optimizer.ts'
import { mix } from './means.ts'
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
  step: ({ gradient, variable, slots, learningRate }, { rho, epsilon }) => {
    const root = (x: Tensor): Tensor => sqrt(add(x, epsilon))
    const squares = mix(slots.accumulated_grad, square(gradient), rho)
    const delta = div(mul(root(slots.accumulated_delta_var), gradient), root(squares))
    return {
      value: sub(variable, mul(delta, learningRate)),
      slots: {
        accumulated_grad: squares,
        accumulated_delta_var: mix(slots.accumulated_delta_var, square(delta), rho),
      },
    }
  },
})
export type Adadelta = InstanceType<typeof Adadelta>
