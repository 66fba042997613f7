import {
  add,
  div,
  greater,
  mul,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Variable,
  where,
} from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor } from './define-optimizer.ts'
import { moveToward } from './means.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkNonNegative, checkUnitInterval } from './option-checks.ts'

export interface LambOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients moves. Default: 0.9. */
  readonly beta1?: number
  /** How slowly the mean of the squared gradients moves. Default: 0.999. */
  readonly beta2?: number
  /** Added to the root. Default: 1e-7. */
  readonly epsilon?: number
}

interface LambSlots {
  readonly momentum: Variable
  readonly velocity: Variable
}

/**
 * LAMB: Adam whose steps are in proportion to the norm of each variable, for large batches.
 *
 * m ← m + (1 − β₁)(g − m), v ← v + (1 − β₂)(g² − v), u = m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε) in step t, and
 * w ← w − lr · ‖w‖ / ‖u‖ · u; where one of the norms is 0 the ratio is 1.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/lamb/
 * @see https://arxiv.org/abs/1904.00962
 * @example
 * ```ts
 * const optimizer = new Lamb({ learningRate: 1e-2, weightDecay: 0.01 })
 * ```
 */
export const Lamb: OptimizerConstructor<LambOptions> = /* @__PURE__ */ defineOptimizer<
  LambOptions,
  LambSlots
>({
  className: 'Lamb',
  defaults: { learningRate: 0.001, name: 'lamb' },
  options: {
    beta1: { key: 'beta_1', default: 0.9, check: checkUnitInterval },
    beta2: { key: 'beta_2', default: 0.999, check: checkUnitInterval },
    epsilon: { key: 'epsilon', default: 1e-7, check: checkNonNegative },
  },
  slots: () => ({ momentum: {}, velocity: {} }),
  step: ({ gradient, variable, slots, learningRate, t }, { beta1, beta2, epsilon }) => {
    const momentum = moveToward(slots.momentum, gradient, beta1)
    const velocity = moveToward(slots.velocity, square(gradient), beta2)
    const root = add(sqrt(div(velocity, 1 - beta2 ** t)), epsilon)
    const update = div(div(momentum, 1 - beta1 ** t), root)
    const step = mul(update, mul(trustRatio(variable, update), learningRate))
    return { value: sub(variable, step), slots: { momentum, velocity } }
  },
})
export type Lamb = InstanceType<typeof Lamb>

function trustRatio(variable: Tensor, update: Tensor): Tensor {
  const [size, length] = [variable, update].map((x) => sqrt(sum(square(x)))) as [Tensor, Tensor]
  return where(greater(size, 0), where(greater(length, 0), div(size, length), 1), 1)
}
