import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { isRecording } from '../autodiff/recording.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { ones } from '../tensor/create.ts'
import { normalizeAxes, sizeOf } from '../tensor/shape.ts'
import { alias, allocate, allocateLike, type Tensor } from '../tensor/tensor.ts'
import { checkFactor } from './activation-options.ts'
import { mul } from './mul.ts'
import { checkParameter, haveType, scaleAndShift } from './norm-parameters.ts'
import { reshape } from './reshape.ts'
import { areLast, inFloat, readable, standardize, standardizeGradient } from './standardize.ts'
import { sum } from './sum.ts'

/** How {@link rmsNorm} normalizes. */
export interface RMSNormOptions {
  /** One axis, or several whose elements are normalized together. Default: −1, the last. */
  readonly axis?: number | readonly number[]
  /** The scale, of the sizes of the axes in ascending order. Default: 1. */
  readonly gamma?: Tensor | null
  /** What is added to the mean square, at least 0. Default: 1e-6. */
  readonly epsilon?: number
}

/**
 * The key of an optional kernel: `out = gamma · x · inverse` for each row, where `inverse` is
 * `1 / √(Σ x² / n + epsilon)`.
 *
 * `x` and `out` have the shape [rows, n], `gamma` has [n], `inverse` has [rows], all of one dtype, float32 or float64
 * (whichever the backend has). All are contiguous and not empty; `out` and `inverse` are whole, the offsets of the
 * others may be greater than 0. `inverse` is for {@link rmsNormGradKernel}.
 */
export const rmsNormKernel: KernelKey<
  (x: View, gamma: View, epsilon: number, out: View, inverse: View) => void
> = /* @__PURE__ */ kernelKey('rmsNorm', 3, 4)

/**
 * The key of an optional kernel, the gradient of rmsNorm. With `y = x · inverse` and `h = g · gamma`, for each row
 * `gradX = inverse · (h − y · Σ (h · y) / n)`, and over all rows `gradGamma = Σ g · y`.
 *
 * `g`, `x` and `gradX` have the shape [rows, n], `gamma` and `gradGamma` have [n], `inverse` has [rows] and comes from
 * {@link rmsNormKernel}, whose promises hold here too.
 */
export const rmsNormGradKernel: KernelKey<
  (g: View, x: View, gamma: View, inverse: View, gradX: View, gradGamma: View) => void
> = /* @__PURE__ */ kernelKey('rmsNormGrad', 4, 5)

/** Gives the rows that a kernel has normalized their place on the tape. */
const attachGradient: (x: Tensor, gamma: Tensor, rows: Tensor, inverse: Tensor, epsilon: number) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'rmsNorm',
    inputs: ['x', 'gamma', 'rows', 'inverse'],
    save: ['x', 'gamma', 'inverse'],
    forward: (_x, _gamma, rows, _inverse, _epsilon: number) =>
      alias(rows, rows.shape, rows.strides, rows.offset),
    vjpAll: (g, { x, gamma, inverse }, _needs, epsilon) => {
      const { kernels } = x.storage.backend
      const kernel = isRecording(g, x, gamma) ? undefined : kernels.get(rmsNormGradKernel)
      if (kernel === undefined) return composeGradients(g, x, gamma, epsilon)
      const gradX = allocateLike(x, x.dtype)
      const gradGamma = allocateLike(gamma, x.dtype)
      kernel(readable(g), readable(x), readable(gamma), readable(inverse), gradX, gradGamma)
      return [gradX, gradGamma, null, null]
    },
  })

/** The same in public ops, from the inputs alone: what is differentiated again is computed again. */
function composeGradients(g: Tensor, x: Tensor, gamma: Tensor, epsilon: number): readonly (Tensor | null)[] {
  const rows = { axes: [1], epsilon, centered: false }
  const standardized = standardize(x, rows)
  return [
    standardizeGradient(mul(g, gamma), standardized, rows),
    sum(mul(g, standardized.normal), { axis: 0 }),
    null,
    null,
  ]
}

/**
 * A tensor divided by its root mean square along axes, gamma · x / √(mean(x²) + epsilon).
 *
 * Gradients flow to x and gamma.
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: −1); `gamma`, of the sizes of the axes (default: 1); `epsilon` (default: 1e-6).
 * @returns A float tensor of the same shape.
 * @throws {@link ShapeError} for an axis that the tensor does not have, or a gamma of another shape.
 * @throws {@link ArgumentError} for what is not a tensor or an epsilon that is not a finite number of at least 0, {@link BackendMismatchError} for tensors of different backends.
 * @see https://arxiv.org/abs/1910.07467
 * @see https://keras.io/api/layers/normalization_layers/rms_normalization/
 * @example
 * ```ts
 * rmsNorm(tensor([[3, 4], [0, 2]])) // [[0.8485, 1.1314], [0.0000, 1.4142]]
 * rmsNorm(tensor([3, -3]), { gamma: tensor([2, 1]) }) // [2.000, -1.000]
 * ```
 */
export function rmsNorm(x: Tensor, options: RMSNormOptions = {}): Tensor {
  const op = 'rmsNorm'
  checkInput(op, 'x', x)
  checkOptionNames(op, options, ['axis', 'gamma', 'epsilon'])
  const axes = normalizeAxes(op, options.axis ?? -1, x.shape.length)
  const shape = axes.map((axis) => x.shape[axis]!)
  const gamma = checkParameter(op, 'gamma', options.gamma, x, shape)
  const epsilon = checkFactor(op, 'epsilon', options.epsilon ?? 1e-6, 'notNegative')
  return tidy(() => {
    const f = inFloat(x)
    const kernel = x.storage.backend.kernels.get(rmsNormKernel)
    if (kernel === undefined || f.size === 0 || !areLast(axes, f.shape.length) || !haveType(f, gamma)) {
      return scaleAndShift(standardize(f, { axes, epsilon, centered: false }).normal, gamma, null, axes)
    }
    const { dtype } = f
    const { backend } = f.storage
    const n = sizeOf(shape)
    const rows = reshape(f, [f.size / n, n])
    const scale = gamma === null ? ones([n], { dtype, backend }) : reshape(gamma, [n])
    const out = allocate(backend, dtype, rows.shape)
    const inverse = allocate(backend, dtype, [rows.shape[0]!])
    kernel(readable(rows), readable(scale), epsilon, out, inverse)
    return reshape(attachGradient(rows, scale, out, inverse, epsilon), f.shape)
  })
}
