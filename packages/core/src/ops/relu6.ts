import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { gateInside } from './gate-inside.ts'

/**
 * The rectifier with an upper limit, min(max(x, 0), 6), element by element.
 *
 * The gradient at 0 and 6 is 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#relu6-function
 * @example
 * ```ts
 * relu6(tensor([-1, 3, 8])) // [0, 3, 6]
 * ```
 */
export const relu6: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'relu6',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => clip(f, 0, 6)),
  vjp: { x: (g, { x }) => gateInside(g, x, 0, 6) },
})
