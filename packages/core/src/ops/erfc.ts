import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runSelect, runUnary } from '../dispatch/elementwise.ts'
import { runOptionalUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { erfSlope } from './erf-slope.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { runGaussian, runScaledErfc } from './scaled-erfc.ts'

/** From here on the function is 0 or 2 in every float dtype. */
const farthest = 30

/**
 * The complementary error function 1 − erf(x), element by element, accurate also where it is tiny.
 *
 * 2/√π · ∫ exp(−t²) dt from x to ∞.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape, from 0 to 2.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://docs.pytorch.org/docs/stable/special.html#torch.special.erfc
 * @example
 * ```ts
 * erfc(tensor([-1, 0, 1])) // [1.8427, 1, 0.1573]
 * erfc(tensor([9])) // [4.137e-37]
 * ```
 */
export const erfc: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'erfc',
  inputs: ['x'],
  save: ['x'],
  forward: (x) =>
    runOptionalUnary('erfc', x, (f) => {
      const size = runBinary('minimum', runUnary('abs', f), farthest)
      const tail = runBinary('mul', runScaledErfc(size), runGaussian(size, 1))
      return runSelect(runBinary('less', f, 0, 'bool'), runBinary('sub', 2, tail), tail, f.dtype)
    }),
  vjp: { x: (g, { x }) => neg(mul(g, erfSlope(x))) },
})
