import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runUnary } from '../dispatch/elementwise.ts'
import { runOptionalUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { sigmoid } from './sigmoid.ts'

/**
 * A smooth rectifier, ln(1 + eˣ), element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#softplus-function
 * @example
 * ```ts
 * softplus(tensor([-20, 0, 20])) // [2.06e-9, 0.6931, 20]
 * ```
 */
export const softplus: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'softplus',
  inputs: ['x'],
  save: ['x'],
  forward: (x) =>
    runOptionalUnary('softplus', x, (f) =>
      runBinary(
        'add',
        runBinary('maximum', f, 0),
        runUnary('log1p', runUnary('exp', runUnary('neg', runUnary('abs', f)))),
      ),
    ),
  vjp: { x: (g, { x }) => mul(g, sigmoid(x)) },
})
