import { defineOpWith } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { checkActivation, checkFactor } from './activation-options.ts'
import { add } from './add.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { less } from './less.ts'
import { maximum } from './maximum.ts'
import { minimum } from './minimum.ts'
import { mul } from './mul.ts'
import { sqrt } from './sqrt.ts'
import { square } from './square.ts'
import { where } from './where.ts'

// Beyond, the derivative is 0 or 1, and squares soon overflow float32.
const farthest = 1e18

const smoothRectifier: (x: Tensor, b: number) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'squareplus',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, b: number) =>
    computeFloat(x, (f) => {
      const magnitude = abs(f)
      const larger = maximum(magnitude, Math.sqrt(b))
      const ratio = div(minimum(magnitude, Math.sqrt(b)), larger)
      const root = mul(larger, sqrt(add(square(ratio), 1)))
      // For negative x the sum of x and the root would cancel; the other form is b / (root + |x|).
      const half = add(mul(magnitude, 0.5), mul(root, 0.5))
      return where(less(f, 0), div(b / 4, half), half)
    }),
  vjp: {
    x: (g, { x }, b) => {
      const near = clip(x, -farthest, farthest)
      return mul(g, div(smoothRectifier(near, b), sqrt(add(square(near), b))))
    },
  },
})

/**
 * A smooth rectifier without exponentials, (x + √(x² + b)) / 2, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `b`, how far the bend reaches, greater than 0 (default: 4).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor or b not a finite number greater than 0, {@link DisposedError} where x was disposed.
 * @see https://keras.io/api/layers/activations/#squareplus-function
 * @example
 * ```ts
 * squareplus(tensor([-1, 0, 1])) // [0.6180, 1, 1.6180]
 * ```
 */
export function squareplus(x: Tensor, options: { readonly b?: number } = {}): Tensor {
  checkActivation('squareplus', x, options, ['b'])
  return smoothRectifier(x, checkFactor('squareplus', 'b', options.b ?? 4, 'positive'))
}
