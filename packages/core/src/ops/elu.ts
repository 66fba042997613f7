import type { Tensor } from '../tensor/tensor.ts'
import { checkActivation, checkFactor } from './activation-options.ts'
import { defineExponentialUnit } from './exponential-unit.ts'

const unit = /* @__PURE__ */ defineExponentialUnit('elu')

/**
 * The exponential linear unit: x where x > 0, else alpha · (eˣ − 1), element by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `alpha`, minus the limit on the negative side (default: 1).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor or alpha not a finite number, {@link DisposedError} where x was disposed.
 * @see https://keras.io/api/layers/activations/#elu-function
 * @example
 * ```ts
 * elu(tensor([-1, 0, 1])) // [-0.6321, 0, 1]
 * ```
 */
export function elu(x: Tensor, options: { readonly alpha?: number } = {}): Tensor {
  checkActivation('elu', x, options, ['alpha'])
  const alpha = checkFactor('elu', 'alpha', options.alpha ?? 1)
  return unit(x, { scale: 1, alpha, width: 1 })
}
