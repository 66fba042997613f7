import { defineOp } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { lessEqual } from './less-equal.ts'
import { mul } from './mul.ts'
import { sparseSigmoid } from './sparse-sigmoid.ts'
import { square } from './square.ts'
import { where } from './where.ts'

/**
 * A rectifier with a parabola between its two lines: 0 up to −1, (x + 1)² / 4 up to 1, then x, element by element.
 *
 * Its derivative is {@link sparseSigmoid}.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#sparseplus-function
 * @example
 * ```ts
 * sparsePlus(tensor([-2, 0, 1, 3])) // [0, 0.25, 1, 3]
 * ```
 */
export const sparsePlus: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'sparsePlus',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => computeFloat(x, (f) => where(lessEqual(1, f), f, square(sparseSigmoid(f)))),
  vjp: { x: (g, { x }) => mul(g, sparseSigmoid(x)) },
})
