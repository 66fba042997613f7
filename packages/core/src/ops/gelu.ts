import { defineOp } from '../autodiff/define-op.ts'
import { runOptionalUnary } from '../dispatch/unary.ts'
import { checkFlag } from '../errors/flag.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { checkActivation } from './activation-options.ts'
import { add } from './add.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { erfc } from './erfc.ts'
import { exp } from './exp.ts'
import { less } from './less.ts'
import { maximum } from './maximum.ts'
import { minimum } from './minimum.ts'
import { mul } from './mul.ts'
import { runGaussian, runScaledErfc } from './scaled-erfc.ts'
import { sigmoid } from './sigmoid.ts'
import { square } from './square.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

// Beyond, the probability is 0 or 1 and the density 0 in every float dtype; infinity · 0 would be NaN.
const farthest = 1e4
const slope = Math.sqrt(2 / Math.PI)
const cubic = 0.044715

const exact: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'gelu',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runOptionalUnary('gelu', x, (f) => mul(maximum(f, -farthest), accurateProbability(f))),
  vjp: {
    x: (g, { x }) => {
      const near = clipNear(x)
      const density = mul(exp(mul(square(near), -0.5)), 1 / Math.sqrt(2 * Math.PI))
      return mul(g, add(mul(erfc(mul(x, -Math.SQRT1_2)), 0.5), mul(near, density)))
    },
  },
})

const approximation: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'gelu',
  inputs: ['x'],
  save: ['x'],
  // (1 + tanh(u)) / 2 is sigmoid(2u), which keeps its digits where it is tiny.
  forward: (x) => computeFloat(x, (f) => mul(maximum(f, -farthest), sigmoid(bend(clipNear(f))))),
  vjp: {
    x: (g, { x }) => {
      const near = clipNear(x)
      const s = sigmoid(bend(near))
      const steepness = mul(add(mul(square(near), 3 * cubic), 1), 2 * slope)
      const rise = mul(mul(near, mul(s, sub(1, s))), steepness)
      return mul(g, add(s, rise))
    },
  },
})

/**
 * The Gaussian error linear unit, element by element: x times the probability that a standard normal number is less.
 *
 * x · Φ(x) = x / 2 · (1 + erf(x / √2)), or approximately x / 2 · (1 + tanh(√(2 / π) · (x + 0.044715 · x³))).
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `approximate`: whether to use the second formula (default: false).
 * @returns A float tensor of the same shape.
 * @throws {@link ArgumentError} where x is not a tensor or `approximate` not a boolean, {@link DisposedError} where x was disposed.
 * @see https://keras.io/api/layers/activations/#gelu-function
 * @example
 * ```ts
 * gelu(tensor([-1, 0, 1])) // [-0.1587, 0, 0.8413]
 * gelu(tensor([-1, 0, 1]), { approximate: true }) // [-0.1588, 0, 0.8412]
 * ```
 */
export function gelu(x: Tensor, options: { readonly approximate?: boolean } = {}): Tensor {
  checkActivation('gelu', x, options, ['approximate'])
  return checkFlag('gelu', 'approximate', options.approximate) ? approximation(x) : exact(x)
}

/**
 * Φ(x), from the complementary error function of x/√2. The exponential in it is one of x itself: it would magnify the
 * rounding error of the quotient.
 */
function accurateProbability(x: Tensor): Tensor {
  const size = minimum(abs(x), 42)
  const tail = mul(mul(runScaledErfc(mul(size, Math.SQRT1_2)), runGaussian(size, 0.5)), 0.5)
  return where(less(x, 0), tail, sub(1, tail))
}

function clipNear(x: Tensor): Tensor {
  return clip(x, -farthest, farthest)
}

function bend(x: Tensor): Tensor {
  return mul(mul(x, add(mul(square(x), cubic), 1)), 2 * slope)
}
