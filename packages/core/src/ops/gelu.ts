import { defineOp } from '../autodiff/define-op.ts'
import { runOptionalUnary } from '../dispatch/unary.ts'
import { ArgumentError } from '../errors/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { checkActivation } from './activation-options.ts'
import { add } from './add.ts'
import { clip } from './clip.ts'
import { computeFloat } from './compute-float.ts'
import { erf } from './erf.ts'
import { exp } from './exp.ts'
import { maximum } from './maximum.ts'
import { mul } from './mul.ts'
import { square } from './square.ts'
import { sub } from './sub.ts'
import { tanh } from './tanh.ts'

// Beyond, the probability is 0 or 1 and the density 0 in every float dtype; infinity · 0 would be NaN.
const farthest = 1e4
const slope = Math.sqrt(2 / Math.PI)
const cubic = 0.044715

const exact: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'gelu',
  inputs: ['x'],
  save: ['x'],
  forward: (x) => runOptionalUnary('gelu', x, (f) => mul(maximum(f, -farthest), probability(f))),
  vjp: {
    x: (g, { x }) => {
      const near = clip(x, -farthest, farthest)
      const density = mul(exp(mul(square(near), -0.5)), 1 / Math.sqrt(2 * Math.PI))
      return mul(g, add(probability(x), mul(near, density)))
    },
  },
})

const approximation: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'gelu',
  inputs: ['x'],
  save: ['x'],
  forward: (x) =>
    computeFloat(x, (f) => mul(maximum(f, -farthest), mul(add(tanh(bend(clipNear(f))), 1), 0.5))),
  vjp: {
    x: (g, { x }) => {
      const near = clipNear(x)
      const t = tanh(bend(near))
      const steepness = mul(add(mul(square(near), 3 * cubic), 1), 0.5 * slope)
      const rise = mul(mul(near, sub(1, square(t))), steepness)
      return mul(g, add(mul(add(t, 1), 0.5), rise))
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
  const { approximate = false } = options
  if (typeof approximate !== 'boolean') {
    throw new ArgumentError('approximate is not a boolean', { op: 'gelu', received: { approximate } })
  }
  return approximate ? approximation(x) : exact(x)
}

function probability(x: Tensor): Tensor {
  return mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5)
}

function clipNear(x: Tensor): Tensor {
  return clip(x, -farthest, farthest)
}

function bend(x: Tensor): Tensor {
  return mul(mul(x, add(mul(square(x), cubic), 1)), slope)
}
