import {
  add,
  div,
  expandDims,
  maximum,
  mean,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  type Variable,
} from '@tapegrad/core'
import { defineOptimizer, type OptimizerConstructor } from './define-optimizer.ts'
import { mix } from './means.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { checkBoolean, checkFinite, checkNonNegative, checkPositive } from './option-checks.ts'

export interface AdafactorOptions extends OptimizerOptions {
  /** The power of the step with which the means of squares move ever more slowly. Default: -0.8. */
  readonly beta2Decay?: number
  /** Added to the squared gradients. Default: 1e-30. */
  readonly epsilon1?: number
  /** The least size of a variable that its steps are in proportion to. Default: 1e-3. */
  readonly epsilon2?: number
  /** The largest root mean square of a step, before the learning rate. Default: 1. */
  readonly clipThreshold?: number
  /** Kept for Keras's files: 1 / √t bounds the learning rate in step t in either case, as it does there. Default: true. */
  readonly relativeStep?: boolean
}

interface AdafactorSlots {
  readonly r?: Variable
  readonly c?: Variable
  readonly velocity?: Variable
}

/**
 * Adafactor: steps divided by the root of a moving mean of squared gradients, which of matrices is kept as one number
 * for each row and each column.
 *
 * With β = 1 − tᵈ in step t (d is `beta2Decay`) and s = g² + ε₁: r ← β·r + (1 − β)·mean(s, axis −1),
 * c ← β·c + (1 − β)·mean(s, axis −2), v = r / mean(r, axis −1) · c; for scalars and vectors v ← β·v + (1 − β)·s. Then
 * u = g / √v and w ← w − max(ε₂, rms(w)) · min(lr, 1 / √t) · u / max(1, rms(u) / clipThreshold).
 *
 * @throws {@link ArgumentError} for options out of their ranges.
 * @see https://keras.io/api/optimizers/adafactor/
 * @see https://arxiv.org/abs/1804.04235
 * @example
 * ```ts
 * const optimizer = new Adafactor({ learningRate: 0.01 })
 * ```
 */
export const Adafactor: OptimizerConstructor<AdafactorOptions> = /* @__PURE__ */ defineOptimizer<
  AdafactorOptions,
  AdafactorSlots
>({
  className: 'Adafactor',
  defaults: { learningRate: 0.001, name: 'adafactor' },
  options: {
    beta2Decay: { key: 'beta_2_decay', default: -0.8, check: checkFinite },
    epsilon1: { key: 'epsilon_1', default: 1e-30, check: checkNonNegative },
    epsilon2: { key: 'epsilon_2', default: 1e-3, check: checkNonNegative },
    clipThreshold: { key: 'clip_threshold', default: 1, check: checkPositive },
    relativeStep: { key: 'relative_step', default: true, check: checkBoolean },
  },
  slots: ({ shape }) => {
    if (shape.length < 2) return { r: null, c: null, velocity: {} }
    const columns = [...shape.slice(0, -2), ...shape.slice(-1)]
    return { r: { shape: shape.slice(0, -1) }, c: { shape: columns }, velocity: null }
  },
  step: ({ gradient, variable, slots, learningRate, t }, own) => {
    const beta = 1 - t ** own.beta2Decay
    const squares = add(square(gradient), own.epsilon1)
    const next = moveMeans(slots, squares, beta)
    const update = div(gradient, sqrt(next.velocity ?? outer(next.r!, next.c!)))
    const clipped = div(update, maximum(div(rms(update), own.clipThreshold), 1))
    const rate = Math.min(learningRate, 1 / Math.sqrt(t))
    const scale = mul(maximum(rms(variable), own.epsilon2), rate)
    return { value: sub(variable, mul(clipped, scale)), slots: next }
  },
})
export type Adafactor = InstanceType<typeof Adafactor>

function moveMeans(
  { r, c, velocity }: AdafactorSlots,
  squares: Tensor,
  beta: number,
): { readonly r?: Tensor; readonly c?: Tensor; readonly velocity?: Tensor } {
  if (r === undefined || c === undefined) return { velocity: mix(velocity!, squares, beta) }
  return { r: mix(r, mean(squares, { axis: -1 }), beta), c: mix(c, mean(squares, { axis: -2 }), beta) }
}

/** What the means of rows and columns say of the elements. */
function outer(r: Tensor, c: Tensor): Tensor {
  const rows = div(r, mean(r, { axis: -1, keepDims: true }))
  return mul(expandDims(rows, { axis: -1 }), expandDims(c, { axis: -2 }))
}

function rms(x: Tensor): Tensor {
  return sqrt(mean(square(x)))
}
