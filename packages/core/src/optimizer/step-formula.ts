import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'

/** The arithmetic that the formula of a step is written in. V stands for an element; tensors will do, too. */
export interface StepMath<V> {
  add(a: V, b: V): V
  sub(a: V, b: V): V
  mul(a: V, b: V): V
  div(a: V, b: V): V
  /** NaN where either is. */
  maximum(a: V, b: V): V
  sqrt(x: V): V
  abs(x: V): V
  /** −1, 1, or x itself where it is 0 or NaN. */
  sign(x: V): V
}

/** What a step of an optimizer does with each element by itself. Kernels may keep what they make of it, by the object. */
export interface StepFormula {
  readonly name: string
  /** How many numbers it takes. */
  readonly numbers: number
  /** How many tensors the state has: one or two. */
  readonly states: 1 | 2
  /** The new variable and state, in this order; every number is used with an element. */
  readonly compute: <V>(
    m: StepMath<V>,
    elements: { readonly gradient: V; readonly variable: V; readonly state: readonly V[] },
    numbers: readonly V[],
  ) => readonly V[]
}

/**
 * The key of an optional kernel that takes the step of any formula in place:
 *
 * - w ← w − decay · w, where `decay` is not 0: infinities stay as they are then
 * - w, first, second ← formula(gradient, w, first, second)
 *
 * `second` is null where the formula has one state. Each operation is rounded by itself, and numbers are rounded to the
 * dtype of the views, which are as those of `sgdKernel`.
 */
export const formulaStepKernel: KernelKey<
  (
    formula: StepFormula,
    numbers: readonly number[],
    decay: number,
    gradient: View,
    variable: View,
    first: View,
    second: View | null,
  ) => void
> = /* @__PURE__ */ kernelKey('formulaStep', 4, 5, 6)
