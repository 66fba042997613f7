import { checkInput } from '../autodiff/inputs.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { defineExponentialUnit } from './exponential-unit.ts'

// The fixed point that keeps mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).
const alpha = 1.6732632423543772
const scale = 1.0507009873554805

const unit = /* @__PURE__ */ defineExponentialUnit('selu')

/**
 * The scaled exponential linear unit: scale · x where x > 0, else scale · alpha · (eˣ − 1), element by element, with
 * scale 1.0507 and alpha 1.6733.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor, {@link DisposedError} where it was disposed.
 * @see https://keras.io/api/layers/activations/#selu-function
 * @example
 * ```ts
 * selu(tensor([-1, 0, 1])) // [-1.1113, 0, 1.0507]
 * ```
 */
export function selu(x: Tensor): Tensor {
  checkInput('selu', 'x', x)
  return unit(x, { scale, alpha, width: 1 })
}
