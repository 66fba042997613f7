import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { sigmoid } from './sigmoid.ts'
import { softplus } from './softplus.ts'
import { square } from './square.ts'
import { tanh } from './tanh.ts'

// Beyond, the gate is 0 or 1 in every float dtype; infinity · 0 would be NaN.
const farthest = 1e4

/**
 * The smooth activation x · tanh(ln(1 + eˣ)), element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#mish-function
 * @example
 * ```ts
 * mish(tensor([-1, 0, 1])) // [-0.3034, 0, 0.8651]
 * ```
 */
export const mish: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'mish',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => mul(maximum(f, -farthest), tanh(softplus(f)))),
  vjp: {
    x: (g, { x }) => {
      // The derivative of tanh at softplus(x), as a square of a secant that cancels nowhere: e^−softplus(x) = sigmoid(−x).
      const q = sigmoid(neg(x))
      const steepness = square(div(mul(q, 2), add(square(q), 1)))
      const rise = mul(clip(x, -farthest, farthest), mul(steepness, sigmoid(x)))
      return mul(g, add(tanh(softplus(x)), rise))
    },
  },
})
