import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runUnary } from '../dispatch/elementwise.ts'
import { runOptionalUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mul } from './mul.ts'
import { square } from './square.ts'

/**
 * The reciprocal of the square root, 1 / √x, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://pytorch.org/docs/stable/generated/torch.rsqrt.html
 * @example
 * ```ts
 * rsqrt(tensor([4, 16])) // [0.5, 0.25]
 * ```
 */
export const rsqrt: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'rsqrt',
  inputs: ['x'],
  save: ['out'],
  forward: (x) => runOptionalUnary('rsqrt', x, (f) => runBinary('div', 1, runUnary('sqrt', f))),
  vjp: { x: (g, { out }) => mul(g, mul(-0.5, mul(out, square(out)))) },
})
