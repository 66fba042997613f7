import type { Tensor } from '../tensor/tensor.ts'
import { checkActivation, checkFactor } from './activation-options.ts'
import { defineExponentialUnit } from './exponential-unit.ts'

const unit = /* @__PURE__ */ defineExponentialUnit('celu')

/**
 * The continuously differentiable exponential linear unit: x where x > 0, else alpha · (e^(x / alpha) − 1), element
 * by element.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `alpha`, minus the limit on the negative side, greater than 0 (default: 1).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor or alpha not a finite number greater than 0, {@link DisposedError} where x was disposed.
 * @see https://keras.io/api/layers/activations/#celu-function
 * @example
 * ```ts
 * celu(tensor([-1, 0, 1]), { alpha: 2 }) // [-0.7869, 0, 1]
 * ```
 */
export function celu(x: Tensor, options: { readonly alpha?: number } = {}): Tensor {
  checkActivation('celu', x, options, ['alpha'])
  const alpha = checkFactor('celu', 'alpha', options.alpha ?? 1, 'positive')
  return unit(x, { scale: 1, alpha, width: alpha })
}
