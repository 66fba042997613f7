import { defineOp } from '../autodiff/define-op.ts'
import { runBinary, runSelect, runUnary } from '../dispatch/elementwise.ts'
import { runRounding } from '../dispatch/unary.ts'
import type { Tensor } from '../tensor/tensor.ts'

/**
 * The nearest integer, halves to the even one, element by element.
 *
 * The gradient is zero.
 *
 * @param x A tensor of any dtype; bool counts as int32. Integers stay as they are.
 * @returns A tensor of the same shape and dtype; bool gives int32.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.round.html
 * @example
 * ```ts
 * round(tensor([0.5, 1.5, -0.7])) // [0, 2, -1]
 * ```
 */
export const round: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'round',
  inputs: ['x'],
  forward: (x) => runRounding('round', x, roundHalfToEven),
  // A step function: between the steps nothing changes.
  vjp: { x: null },
})

/** Rounds magnitudes, so that −0.3 gives −0; ±0 stays as it is. */
function roundHalfToEven(x: Tensor): Tensor {
  const magnitude = runUnary('abs', x)
  const below = runUnary('floor', magnitude)
  const fraction = runBinary('sub', magnitude, below)
  const isEven = runBinary('equal', runBinary('mod', below, 2), 0, 'bool')
  const half = runSelect(isEven, below, runBinary('add', below, 1), x.dtype)
  const above = runSelect(
    runBinary('less', fraction, 0.5, 'bool'),
    below,
    runBinary('add', below, 1),
    x.dtype,
  )
  const rounded = runSelect(runBinary('equal', fraction, 0.5, 'bool'), half, above, x.dtype)
  const signed = runSelect(runBinary('less', x, 0, 'bool'), runUnary('neg', rounded), rounded, x.dtype)
  return runSelect(runBinary('equal', x, 0, 'bool'), x, signed, x.dtype)
}
