import { add, defineOp, div, mul, sin, square, sub, type Tensor, tidy } from 'tapegrad'

/**
 * The activation for periodic data: x + sin²(α·x) / α, element by element.
 *
 * @param x A float tensor.
 * @param alpha A float tensor that broadcasts with it and has no zeros: the frequency, which can be learned.
 * @see https://arxiv.org/abs/2006.08195
 * @example
 * ```ts
 * snake(tensor([0, 1]), tensor([2])) // [0, 1.4134]
 * ```
 */
export const snake: (x: Tensor, alpha: Tensor) => Tensor = defineOp({
  name: 'snake',
  inputs: ['x', 'alpha'],
  save: ['x', 'alpha'],
  forward: (x, alpha) => tidy(() => add(x, div(square(sin(mul(alpha, x))), alpha))),
  // Written in public ops, so that the gradient has a gradient. What was broadcast is summed centrally.
  vjp: {
    x: (g, { x, alpha }) => mul(g, add(1, sin(mul(2, mul(alpha, x))))),
    alpha: (g, { x, alpha }) => {
      const wave = mul(alpha, x)
      return mul(g, div(sub(mul(x, sin(mul(2, wave))), div(square(sin(wave)), alpha)), alpha))
    },
  },
})
