import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { mul } from './mul.ts'
import { square } from './square.ts'
import { sub } from './sub.ts'
import { tanh } from './tanh.ts'

/**
 * The activation x − tanh(x), element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#tanhshrink-function
 * @example
 * ```ts
 * tanhShrink(tensor([-1, 0, 1])) // [-0.2384, 0, 0.2384]
 * ```
 */
export const tanhShrink: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'tanhShrink',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => sub(f, tanh(f))),
  vjp: { x: (g, { x }) => mul(g, square(tanh(x))) },
})
