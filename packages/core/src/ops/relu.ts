import { defineOp } from '../autodiff/define-op.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { runNumberUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { reluGrad } from './activation-gradients.ts'

/**
 * The rectifier max(x, 0), element by element.
 *
 * The gradient at 0 is 0.
 *
 * @param x A tensor of any dtype; bool counts as int32.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#relu-function
 * @example
 * ```ts
 * relu(tensor([-1, 2])) // [0, 2]
 * ```
 */
export const relu: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'relu',
  inputs: ['x'],
  save: ['out'],
  forward: (x) => runNumberUnary('relu', x, maximumOfZero),
  vjp: { x: (g, { out }) => reluGrad(g, out) },
})

function maximumOfZero(x: Tensor): Tensor {
  return runBinary('maximum', x, 0)
}
