import { defineOpWith } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { checkActivation, checkFactor } from './activation-options.ts'
import { computeFloat } from './compute-float.ts'
import { lessEqual } from './less-equal.ts'
import { where } from './where.ts'

const shrink: (x: Tensor, threshold: number) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'hardShrink',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, threshold: number) =>
    computeFloat(x, (f) => where(lessEqual(abs(f), threshold), 0, f)),
  vjp: { x: (g, { x }, threshold) => where(lessEqual(abs(x), threshold), 0, g) },
})

/**
 * Zero where |x| is at most the threshold, else x, element by element; NaN stays.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `threshold`, at least 0 (default: 0.5).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor or the threshold not a finite number of at least 0, {@link DisposedError} where x was disposed.
 * @see https://keras.io/api/layers/activations/#hardshrink-function
 * @example
 * ```ts
 * hardShrink(tensor([-1, 0.5, 1])) // [-1, 0, 1]
 * ```
 */
export function hardShrink(x: Tensor, options: { readonly threshold?: number } = {}): Tensor {
  checkActivation('hardShrink', x, options, ['threshold'])
  return shrink(x, checkFactor('hardShrink', 'threshold', options.threshold ?? 0.5, 'notNegative'))
}
