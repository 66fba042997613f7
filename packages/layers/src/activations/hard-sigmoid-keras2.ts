import { add, clip, mul, type Tensor, tidy } from '@tapegrad/core'

/**
 * The hard sigmoid of Keras 2, clip(0.2 x + 0.5, 0, 1); Keras 3's `hardSigmoid` has the slope 1/6.
 *
 * For models that were trained with it. Keras 3 does not know its name, `hard_sigmoid_keras2`.
 *
 * @see https://github.com/keras-team/keras/blob/2.2.4/keras/backend/tensorflow_backend.py
 * @example
 * ```ts
 * new Dense({ units: 1, activation: 'hardSigmoidKeras2' })
 * ```
 */
export function hardSigmoidKeras2(x: Tensor): Tensor {
  return tidy(() => clip(add(mul(x, 0.2), 0.5), 0, 1))
}
