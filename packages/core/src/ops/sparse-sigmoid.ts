import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { gateInside } from './gate-inside.ts'
import { mul } from './mul.ts'

/**
 * A sigmoid that reaches 0 at −1 and 1 at 1 in a straight line, min(max((x + 1) / 2, 0), 1), element by element.
 *
 * The gradient at −1 and 1 is 0.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#sparsesigmoid-function
 * @example
 * ```ts
 * sparseSigmoid(tensor([-2, 0, 0.5, 2])) // [0, 0.5, 0.75, 1]
 * ```
 */
export const sparseSigmoid: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'sparseSigmoid',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => mul(add(clip(f, -1, 1), 1), 0.5)),
  vjp: { x: (g, { x }) => gateInside(mul(g, 0.5), x, -1, 1) },
})
