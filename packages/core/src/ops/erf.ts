import { defineOp } from '../autodiff/define-op.ts'
import { runFloatUnary } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { erfSlope } from './erf-slope.ts'
import { mul } from './mul.ts'

/**
 * The error function 2/√π · ∫₀ˣ exp(−t²) dt, element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://pytorch.org/docs/stable/generated/torch.erf.html
 * @example
 * ```ts
 * erf(tensor([0, 1])) // [0, 0.8427]
 * ```
 */
export const erf: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'erf',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runFloatUnary('erf', x),
  vjp: { x: (g, { x }) => mul(g, erfSlope(x)) },
})
