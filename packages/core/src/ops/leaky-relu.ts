import { defineOpWith } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkActivation, checkFactor } from './activation-options.ts'
import { computeFloat } from './compute-float.ts'
import { less } from './less.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { where } from './where.ts'

const leak: (x: Tensor, negativeSlope: number) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'leakyRelu',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, negativeSlope: number) =>
    computeFloat(x, (f) =>
      // −Infinity · 0 would be NaN.
      negativeSlope === 0 ? maximum(f, 0) : where(less(0, f), f, mul(f, negativeSlope)),
    ),
  vjp: { x: (g, { x }, negativeSlope) => where(less(0, x), g, mul(g, negativeSlope)) },
})

/**
 * A rectifier that lets negative numbers through weakened: x where x > 0, else negativeSlope · x, element by element.
 *
 * The gradient at 0 is `negativeSlope`.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `negativeSlope` (default: 0.2).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor or the slope not a finite number, {@link DisposedError} where x was disposed.
 * @see https://keras.io/api/layers/activations/#leakyrelu-function
 * @example
 * ```ts
 * leakyRelu(tensor([-1, 2])) // [-0.2, 2]
 * ```
 */
export function leakyRelu(x: Tensor, options: { readonly negativeSlope?: number } = {}): Tensor {
  checkActivation('leakyRelu', x, options, ['negativeSlope'])
  return leak(x, checkFactor('leakyRelu', 'negativeSlope', options.negativeSlope ?? 0.2))
}
