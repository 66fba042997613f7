import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { isRecording } from '../autodiff/recording.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { ones, zeros } from '../tensor/create.ts'
import { normalizeAxes, sizeOf } from '../tensor/shape.ts'
import { alias, allocate, allocateLike, type Tensor } from '../tensor/tensor.ts'
import { checkFactor } from './activation-options.ts'
import { mul } from './mul.ts'
import { checkParameter, haveType, scaleAndShift } from './norm-parameters.ts'
import { reshape } from './reshape.ts'
import { areLast, inFloat, readable, standardize, standardizeGradient } from './standardize.ts'
import { sum } from './sum.ts'

/** How {@link layerNorm} normalizes. */
export interface LayerNormOptions {
  /** One axis, or several whose elements are normalized together. Default: −1, the last. */
  readonly axis?: number | readonly number[]
  /** The scale, of the sizes of the axes in ascending order. Default: 1. */
  readonly gamma?: Tensor | null
  /** The offset, of the same shape. Default: 0. */
  readonly beta?: Tensor | null
  /** What is added to the variance, at least 0. Default: 1e-3. */
  readonly epsilon?: number
}

/**
 * The key of an optional kernel: `out = gamma · (x − mean) · inverse + beta` for each row, where `inverse` is
 * `1 / √(variance + epsilon)`.
 *
 * `x` and `out` have the shape [rows, n], `gamma` and `beta` have [n], `mean` and `inverse` have [rows], all of one
 * dtype, float32 or float64 (whichever the backend has). All are contiguous and not empty; `out`, `mean` and `inverse`
 * are whole, the offsets of the others may be greater than 0. The variance is the mean of (x − mean)², to be computed
 * from these differences. `mean` and `inverse` are for {@link layerNormGradKernel}. A row with NaN or Infinity is NaN
 * throughout.
 */
export const layerNormKernel: KernelKey<
  (x: View, gamma: View, beta: View, epsilon: number, out: View, mean: View, inverse: View) => void
> = /* @__PURE__ */ kernelKey('layerNorm', 4, 5, 6)

/**
 * The key of an optional kernel, the gradient of layerNorm. With `y = (x − mean) · inverse` and `h = g · gamma`, for
 * each row `gradX = inverse · (h − Σ h / n − y · Σ (h · y) / n)`, and over all rows `gradGamma = Σ g · y` and
 * `gradBeta = Σ g`.
 *
 * `g`, `x` and `gradX` have the shape [rows, n], `gamma`, `gradGamma` and `gradBeta` have [n], `mean` and `inverse`
 * have [rows] and come from {@link layerNormKernel}, whose promises hold here too.
 */
export const layerNormGradKernel: KernelKey<
  (
    g: View,
    x: View,
    gamma: View,
    mean: View,
    inverse: View,
    gradX: View,
    gradGamma: View,
    gradBeta: View,
  ) => void
> = /* @__PURE__ */ kernelKey('layerNormGrad', 5, 6, 7)

/** Gives the rows that a kernel has normalized their place on the tape. */
const attachGradient: (
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  rows: Tensor,
  mean: Tensor,
  inverse: Tensor,
  epsilon: number,
) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'layerNorm',
  inputs: ['x', 'gamma', 'beta', 'rows', 'mean', 'inverse'],
  save: ['x', 'gamma', 'mean', 'inverse'],
  forward: (_x, _gamma, _beta, rows, _mean, _inverse, _epsilon: number) =>
    alias(rows, rows.shape, rows.strides, rows.offset),
  vjpAll: (g, { x, gamma, mean, inverse }, _needs, epsilon) => {
    const { kernels } = x.storage.backend
    const kernel = isRecording(g, x, gamma) ? undefined : kernels.get(layerNormGradKernel)
    if (kernel === undefined) return composeGradients(g, x, gamma, epsilon)
    const gradX = allocateLike(x, x.dtype)
    const gradGamma = allocateLike(gamma, x.dtype)
    const gradBeta = allocateLike(gamma, x.dtype)
    kernel(
      readable(g),
      readable(x),
      readable(gamma),
      readable(mean),
      readable(inverse),
      gradX,
      gradGamma,
      gradBeta,
    )
    return [gradX, gradGamma, gradBeta, null, null, null]
  },
})

/** The same in public ops, from the inputs alone: what is differentiated again is computed again. */
function composeGradients(g: Tensor, x: Tensor, gamma: Tensor, epsilon: number): readonly (Tensor | null)[] {
  const rows = { axes: [1], epsilon, centered: true }
  const standardized = standardize(x, rows)
  return [
    standardizeGradient(mul(g, gamma), standardized, rows),
    sum(mul(g, standardized.normal), { axis: 0 }),
    sum(g, { axis: 0 }),
    null,
    null,
    null,
  ]
}

/**
 * A tensor normalized along axes, gamma · (x − mean) / √(variance + epsilon) + beta, with the mean and the variance of
 * each part along the axes.
 *
 * Gradients flow to x, gamma and beta.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: −1); `gamma` and `beta`, of the sizes of the axes (default: 1 and 0); `epsilon` (default: 1e-3).
 * @returns A float tensor of the same shape. A part with NaN or Infinity is NaN throughout.
 * @throws {@link ShapeError} for an axis that the tensor does not have, or a gamma or beta of another shape.
 * @throws {@link ArgumentError} for what is not a tensor or an epsilon that is not a finite number of at least 0, {@link BackendMismatchError} for tensors of different backends.
 * @see https://arxiv.org/abs/1607.06450
 * @see https://keras.io/api/layers/normalization_layers/layer_normalization/
 * @example
 * ```ts
 * layerNorm(tensor([[1, 2, 3], [2, 2, 8]])) // [[-1.224, 0.000, 1.224], [-0.707, -0.707, 1.414]]
 * layerNorm(tensor([1, 3]), { gamma: tensor([2, 2]), beta: tensor([1, 1]), epsilon: 0 }) // [-1, 3]
 * ```
 */
export function layerNorm(x: Tensor, options: LayerNormOptions = {}): Tensor {
  const op = 'layerNorm'
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['axis', 'gamma', 'beta', 'epsilon'])
  const axes = normalizeAxes(op, options.axis ?? -1, x.shape.length)
  const shape = axes.map((axis) => x.shape[axis]!)
  const gamma = checkParameter(op, 'gamma', options.gamma, x, shape)
  const beta = checkParameter(op, 'beta', options.beta, x, shape)
  const epsilon = checkFactor(op, 'epsilon', options.epsilon ?? 1e-3, 'notNegative')
  return tidy(() => {
    const f = inFloat(x)
    const kernel = x.storage.backend.kernels.get(layerNormKernel)
    const isFused = f.size > 0 && areLast(axes, f.shape.length) && haveType(f, gamma, beta)
    if (kernel === undefined || !isFused) {
      return scaleAndShift(standardize(f, { axes, epsilon, centered: true }).normal, gamma, beta, axes)
    }
    const { dtype } = f
    const { backend } = f.storage
    const n = sizeOf(shape)
    const rows = reshape(f, [f.size / n, n])
    const scale = gamma === null ? ones([n], { dtype, backend }) : reshape(gamma, [n])
    const shift = beta === null ? zeros([n], { dtype, backend }) : reshape(beta, [n])
    const out = allocate(backend, dtype, rows.shape)
    const mean = allocate(backend, dtype, [rows.shape[0]!])
    const inverse = allocate(backend, dtype, [rows.shape[0]!])
    kernel(readable(rows), readable(scale), readable(shift), epsilon, out, mean, inverse)
    return reshape(attachGradient(rows, scale, shift, out, mean, inverse, epsilon), f.shape)
  })
}
