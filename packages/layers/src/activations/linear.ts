import type { Tensor } from '@tapegrad/core'

/**
 * The identity: x itself, not a copy.
 *
 * @see https://keras.io/api/layers/activations/#linear-function
 * @example
 * ```ts
 * new Dense({ units: 1, activation: 'linear' })
 * ```
 */
export function linear(x: Tensor): Tensor {
  return x
}
