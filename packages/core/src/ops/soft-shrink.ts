import { defineOpWith } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { checkActivation, checkFactor } from './activation-options.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { lessEqual } from './less-equal.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

const shrink: (x: Tensor, threshold: number) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'softShrink',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, threshold: number) => computeFloat(x, (f) => sub(f, clip(f, -threshold, threshold))),
  vjp: { x: (g, { x }, threshold) => where(lessEqual(abs(x), threshold), 0, g) },
})

/**
 * x moved towards 0 by the threshold, and 0 where |x| is at most that, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `threshold`, at least 0 (default: 0.5).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor or the threshold not a finite number of at least 0, {@link DisposedError} where x was disposed.
 * @see https://keras.io/api/layers/activations/#softshrink-function
 * @example
 * ```ts
 * softShrink(tensor([-1, 0.3, 2])) // [-0.5, 0, 1.5]
 * ```
 */
export function softShrink(x: Tensor, options: { readonly threshold?: number } = {}): Tensor {
  checkActivation('softShrink', x, options, ['threshold'])
  return shrink(x, checkFactor('softShrink', 'threshold', options.threshold ?? 0.5, 'notNegative'))
}
