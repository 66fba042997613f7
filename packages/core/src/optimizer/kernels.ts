import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'

/** The numbers of a step of stochastic gradient descent. */
export interface SGDStep {
  readonly learningRate: number
  /** 0 exactly where there is no velocity. */
  readonly momentum: number
  readonly nesterov: boolean
  /** The fraction of itself that the variable loses first; at 0 it stays as it is, infinities too. */
  readonly decay: number
}

/**
 * The key of an optional kernel that takes a step of stochastic gradient descent in place:
 *
 * - w ← w − decay · w
 * - s = learningRate · g
 * - without a velocity: w ← w − s
 * - with it: m ← momentum · m − s, and w ← w + m, or with `nesterov` w ← w + (momentum · m − s)
 *
 * where g is `gradient`, w `variable` and m `velocity`.
 *
 * What holds of the kernels of all optimizer steps: the views have one dtype, float32 or float64 (whichever the backend
 * has), one dimension, and as many elements as the variable, at least one. They are contiguous; those that are written
 * are whole, the gradient's offset may be greater than 0. No two of them share a storage. The formulas hold for each
 * element by itself, from top to bottom, with NaN and infinities as IEEE 754 has them.
 */
export const sgdKernel: KernelKey<
  (gradient: View, variable: View, velocity: View | null, step: SGDStep) => void
> = /* @__PURE__ */ kernelKey('sgd', 1, 2)

/** The numbers of a step of RMSprop. */
export interface RMSpropStep {
  readonly learningRate: number
  readonly rho: number
  /** 0 exactly where there is no velocity. */
  readonly momentum: number
  readonly epsilon: number
  /** The fraction of itself that the variable loses first; at 0 it stays as it is, infinities too. */
  readonly decay: number
}

/**
 * The key of an optional kernel that takes a step of RMSprop in place:
 *
 * - w ← w − decay · w
 * - v ← rho · v + (1 − rho) · g²
 * - d = v; with a mean: a ← rho · a + (1 − rho) · g, and d = v − a²
 * - s = learningRate · g / √(d + epsilon)
 * - without a velocity: w ← w − s; with it: m ← momentum · m + s, and w ← w − m
 *
 * where g is `gradient`, w `variable`, v `meanSquare`, m `velocity` and a `mean`. The views are as {@link sgdKernel}'s.
 */
export const rmspropKernel: KernelKey<
  (
    gradient: View,
    variable: View,
    meanSquare: View,
    velocity: View | null,
    mean: View | null,
    step: RMSpropStep,
  ) => void
> = /* @__PURE__ */ kernelKey('rmsprop', 1, 2, 3, 4)

/** The numbers of a step of Adam. */
export interface AdamStep {
  /** The learning rate with both biases corrected: lr · √(1 − beta2ᵗ) / (1 − beta1ᵗ). */
  readonly alpha: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** The fraction of itself that the variable loses first; at 0 it stays as it is, infinities too. */
  readonly decay: number
}

/**
 * The key of an optional kernel that takes a step of Adam in place:
 *
 * - w ← w − decay · w
 * - m ← m + (1 − beta1) · (g − m)
 * - v ← v + (1 − beta2) · (g² − v)
 * - d = v; with a largest: h ← max(h, v), NaN where either is, and d = h
 * - w ← w − alpha · m / (√d + epsilon)
 *
 * where g is `gradient`, w `variable`, m `mean`, v `meanSquare` and h `largest`, for AMSGrad. The views are as
 * {@link sgdKernel}'s.
 */
export const adamKernel: KernelKey<
  (gradient: View, variable: View, mean: View, meanSquare: View, largest: View | null, step: AdamStep) => void
> = /* @__PURE__ */ kernelKey('adam', 1, 2, 3, 4)
