import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sigmoid } from './sigmoid.ts'
import { softplus } from './softplus.ts'

/**
 * The logarithm of the sigmoid, −ln(1 + e⁻ˣ), element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#logsigmoid-function
 * @example
 * ```ts
 * logSigmoid(tensor([-100, 0, 2])) // [-100, -0.6931, -0.1269]
 * ```
 */
export const logSigmoid: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'logSigmoid',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => neg(softplus(neg(f)))),
  vjp: { x: (g, { x }) => mul(g, sigmoid(neg(x))) },
})
