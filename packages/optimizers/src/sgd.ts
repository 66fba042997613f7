import { add, mul, sgdKernel, sub, type Variable } from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor } from './define-optimizer.ts'
import { fusedStep } from './fused-step.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkBoolean, checkUnitInterval } from './option-checks.ts'

export interface SGDOptions extends OptimizerOptions {
  /** The part of the last step that the next one keeps, from 0 to 1. Default: 0. */
  readonly momentum?: number
  /** Whether to look ahead along the momentum (Nesterov). Default: false. */
  readonly nesterov?: boolean
}

interface SGDSlots {
  readonly momentum?: Variable
}

/**
 * Stochastic gradient descent, with momentum where asked for.
 *
 * w ← w − lr·g; with momentum μ: m ← μ·m − lr·g and w ← w + m, or with Nesterov's look-ahead w ← w + μ·m − lr·g.
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/sgd/
 * @example
 * ```ts
 * const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 })
 * optimizer.minimize(() => sum(square(w)), [w])
 * ```
 */
export const SGD: OptimizerConstructor<SGDOptions> = /* @__PURE__ */ defineOptimizer<SGDOptions, SGDSlots>({
  className: 'SGD',
  defaults: { learningRate: 0.01, name: 'sgd' },
  options: {
    momentum: { key: 'momentum', default: 0, check: checkUnitInterval },
    nesterov: { key: 'nesterov', default: false, check: checkBoolean },
  },
  slots: (_variable, { momentum }) => ({ momentum: momentum === 0 ? null : {} }),
  step: ({ gradient, variable, slots, learningRate }, { momentum, nesterov }) => {
    const step = mul(gradient, learningRate)
    if (slots.momentum === undefined) return { value: sub(variable, step) }
    const velocity = sub(mul(slots.momentum, momentum), step)
    const move = nesterov ? sub(mul(velocity, momentum), step) : velocity
    return { value: add(variable, move), slots: { momentum: velocity } }
  },
  fuse: ({ gradient, variable, slots, learningRate }, { momentum, nesterov }, decay) => {
    const fused = fusedStep(sgdKernel, gradient, variable)
    fused?.kernel(fused.gradient, variable.prepareWrite(), slots.momentum?.prepareWrite() ?? null, {
      learningRate,
      momentum,
      nesterov,
      decay,
    })
    return fused !== undefined
  },
})
export type SGD = InstanceType<typeof SGD>
