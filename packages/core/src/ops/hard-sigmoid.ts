import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { gateInside } from './gate-inside.ts'

/**
 * A sigmoid of three straight pieces, min(max(x + 3, 0), 6) / 6, element by element.
 *
 * The gradient at −3 and 3 is 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#hardsigmoid-function
 * @example
 * ```ts
 * hardSigmoid(tensor([-3, 0, 1.5, 3])) // [0, 0.5, 0.75, 1]
 * ```
 */
export const hardSigmoid: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'hardSigmoid',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => div(clip(add(f, 3), 0, 6), 6)),
  vjp: { x: (g, { x }) => gateInside(div(g, 6), x, -3, 3) },
})
