import { defineOpWith } from '../autodiff/define-op.ts'
import { runCast } from '../dispatch/cast.ts'
import { checkDType, zerosLike } from '../tensor/create.ts'
import { type DType, isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'

interface CastAttributes {
  readonly from: DType
  readonly to: DType
}

const castTo: (x: Tensor, attributes: CastAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'cast',
  inputs: ['x'],
  forward: (x: Tensor, { to }: CastAttributes) => runCast(x, to),
  // Integers are steps: between them nothing changes.
  vjp: { x: (g, _saved, { from, to }) => (isFloat(to) ? castTo(g, { from: to, to: from }) : zerosLike(g)) },
})

/**
 * The values in another dtype.
 *
 * Floats to integers truncate toward 0, NaN gives 0 and values out of range wrap; anything to bool is x ≠ 0. The
 * gradient flows between floats.
 *
 * @throws {@link DTypeError} for an unknown dtype.
 * @see https://www.tensorflow.org/api_docs/python/tf/cast
 * @example
 * ```ts
 * cast(tensor([1.7, -1.7]), 'int32') // [1, -1]
 * ```
 */
export function cast<D extends DType>(x: Tensor, dtype: D): Tensor<D> {
  checkDType('cast', dtype)
  return castTo(x, { from: (x as Tensor | undefined)?.dtype ?? dtype, to: dtype }) as Tensor<D>
}
