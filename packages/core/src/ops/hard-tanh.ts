import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { gateInside } from './gate-inside.ts'

/**
 * A hyperbolic tangent of three straight pieces, min(max(x, −1), 1), element by element.
 *
 * The gradient at −1 and 1 is 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#hardtanh-function
 * @example
 * ```ts
 * hardTanh(tensor([-2, 0.5, 2])) // [-1, 0.5, 1]
 * ```
 */
export const hardTanh: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'hardTanh',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => clip(f, -1, 1)),
  vjp: { x: (g, { x }) => gateInside(g, x, -1, 1) },
})
