import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runSelect, runUnary } from '../dispatch/elementwise.ts'
import { runOptionalUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { sigmoidGrad } from './activation-gradients.ts'

/**
 * The logistic function 1 / (1 + e⁻ˣ), element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#sigmoid-function
 * @example
 * ```ts
 * sigmoid(tensor([0, 2])) // [0.5, 0.8808]
 * ```
 */
export const sigmoid: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'sigmoid',
  inputs: ['x'],
  save: ['out'],
  forward: (x) =>
    runOptionalUnary('sigmoid', x, (f) => {
      // With an exponential that never overflows.
      const small = runUnary('exp', runUnary('neg', runUnary('abs', f)))
      const numerator = runSelect(runBinary('less', f, 0, 'bool'), small, 1, f.dtype)
      return runBinary('div', numerator, runBinary('add', small, 1))
    }),
  vjp: { x: (g, { out }) => sigmoidGrad(g, out) },
})
