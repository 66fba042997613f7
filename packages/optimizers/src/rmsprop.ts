import { add, div, mul, rmspropKernel, sqrt, square, sub, type Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor } from './define-optimizer.ts'
import { fusedStep } from './fused-step.ts'
import { mix } from './means.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkBoolean, checkNonNegative, checkUnitInterval } from './option-checks.ts'

export interface RMSpropOptions extends OptimizerOptions {
  /** How slowly the mean of squared gradients moves, from 0 to 1. Default: 0.9. */
  readonly rho?: number
  /** The part of the last step that the next one keeps. Default: 0. */
  readonly momentum?: number
  /** Added under the root. Default: 1e-7. */
  readonly epsilon?: number
  /** Whether to divide by the variance of the gradients instead of their mean square. Default: false. */
  readonly centered?: boolean
}

interface RMSpropSlots {
  readonly velocity: Variable
  readonly momentum?: Variable
  readonly average_gradient?: Variable
}

/**
 * RMSprop: steps divided by the root of a moving mean of squared gradients.
 *
 * v ← ρ·v + (1 − ρ)·g², d = v (centered: v − a², with a ← ρ·a + (1 − ρ)·g), step = lr·g / √(d + ε), and with
 * momentum μ: m ← μ·m + step, w ← w − m.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/rmsprop/
 * @see https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 * @example
 * ```ts
 * const optimizer = new RMSprop({ learningRate: 1e-3 })
 * ```
 */
export const RMSprop: OptimizerConstructor<RMSpropOptions> = /* @__PURE__ */ defineOptimizer<
  RMSpropOptions,
  RMSpropSlots
>({
  className: 'RMSprop',
  defaults: { learningRate: 0.001, name: 'rm_sprop' },
  options: {
    rho: { key: 'rho', default: 0.9, check: checkUnitInterval },
    momentum: { key: 'momentum', default: 0, check: checkUnitInterval },
    epsilon: { key: 'epsilon', default: 1e-7, check: checkNonNegative },
    centered: { key: 'centered', default: false, check: checkBoolean },
  },
  slots: (_variable, { momentum, centered }) => ({
    velocity: {},
    momentum: momentum === 0 ? null : {},
    average_gradient: centered ? {} : null,
  }),
  step: ({ gradient, variable, slots, learningRate }, { rho, momentum, epsilon }) => {
    const velocity = mix(slots.velocity, square(gradient), rho)
    const average = slots.average_gradient && mix(slots.average_gradient, gradient, rho)
    const denominator = average === undefined ? velocity : sub(velocity, square(average))
    const step = div(mul(gradient, learningRate), sqrt(add(denominator, epsilon)))
    const move = slots.momentum && add(mul(slots.momentum, momentum), step)
    return {
      value: sub(variable, move ?? step),
      slots: {
        velocity,
        ...(move === undefined ? {} : { momentum: move }),
        ...(average === undefined ? {} : { average_gradient: average }),
      },
    }
  },
  fuse: ({ gradient, variable, slots, learningRate }, { rho, momentum, epsilon }, decay) => {
    const fused = fusedStep(rmspropKernel, gradient, variable)
    fused?.kernel(
      fused.gradient,
      variable.prepareWrite(),
      slots.velocity.prepareWrite(),
      slots.momentum?.prepareWrite() ?? null,
      slots.average_gradient?.prepareWrite() ?? null,
      { learningRate, rho, momentum, epsilon, decay },
    )
    return fused !== undefined
  },
})
export type RMSprop = InstanceType<typeof RMSprop>
