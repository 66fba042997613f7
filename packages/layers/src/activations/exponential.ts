import { exp, type Tensor } from '@tapegrad/core'

/**
 * eˣ, element by element.
 *
 * @see https://keras.io/api/layers/activations/#exponential-function
 * @example
 * ```ts
 * new Dense({ units: 1, activation: 'exponential' })
 * ```
 */
export function exponential(x: Tensor): Tensor {
  return exp(x)
}
