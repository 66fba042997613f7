import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { PoolGeometry } from './conv-geometry.ts'
import { type PoolOptions, poolWindows, withSpatial } from './pool.ts'
import { composeMaxPool, composeMaxPoolGradient, composeMaxPoolPick } from './pool-axes.ts'
import { asVolumes, poolInThree, runSpatialKernel } from './spatial-kernel.ts'

/**
 * The key of an optional kernel, the largest element of each window: `out[b, o, c]` is the maximum of
 * `x[b, o·stride + k − before, c]` over the k of the window that lie in `x`.
 *
 * `x` is [batch, depth, height, width, channels], `out` the same with the geometry's output: there are always three
 * spatial axes, and the geometry has three entries for each of its arrays; of pooling along fewer, the first axes have
 * size 1, stride 1 and windows of 1. Both views have one dtype, float32 or float64 (whichever the backend has), are
 * contiguous and not empty; `out` is whole, `x.offset` may be greater than 0. Their rank is 5 on every backend. Windows
 * may overlap, leave gaps, and reach beyond `x`, but each has an element of it. A window with NaN gives NaN.
 */
export const maxPoolKernel: KernelKey<(x: View, geometry: PoolGeometry, out: View) => void> =
  /* @__PURE__ */ kernelKey('maxPool', 2)

/**
 * The key of an optional kernel, the gradient of {@link maxPoolKernel}: zeros of x's shape, to which each `g[b, o, c]` is
 * added where the window has its maximum in `x`; of several, where the first NaN is, else the first of the largest, in
 * row-major order.
 *
 * `g` has the shape of {@link maxPoolKernel}'s `out`, `x` and `out` that of its `x`; the geometry is the same. Dtype and
 * layout are as there.
 */
export const maxPoolGradientKernel: KernelKey<(g: View, x: View, geometry: PoolGeometry, out: View) => void> =
  /* @__PURE__ */ kernelKey('maxPoolGradient', 3)

const maxPool: (x: Tensor, geometry: PoolGeometry) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'maxPool',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, geometry: PoolGeometry) => {
    const fused = runSpatialKernel(maxPoolKernel, [x], withSpatial(x, geometry.output), (run, [v], out) =>
      run(asVolumes(v!), poolInThree(geometry), asVolumes(out)),
    )
    return fused ?? composeMaxPool(x, geometry)
  },
  vjp: { x: (g, { x }, geometry) => maxPoolGradient(g, x, geometry) },
})

/** The gradient of `maxPool`, at the first maximum of each window. */
const maxPoolGradient: (g: Tensor, x: Tensor, geometry: PoolGeometry) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'maxPoolGradient',
    inputs: ['g', 'x'],
    save: ['x'],
    forward: (g: Tensor, x: Tensor, geometry: PoolGeometry) => {
      const fused = runSpatialKernel(maxPoolGradientKernel, [g, x], x.shape, (run, [p, q], out) =>
        run(asVolumes(p!), asVolumes(q!), poolInThree(geometry), asVolumes(out)),
      )
      return fused ?? composeMaxPoolGradient(g, x, geometry)
    },
    vjp: { g: (h, { x }, geometry) => pickMaxima(h, x, geometry), x: null },
  })

/** The elements of `h` at the first maximum of each window of `x`: the adjoint of `maxPoolGradient`. */
const pickMaxima: (h: Tensor, x: Tensor, geometry: PoolGeometry) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'pickMaxima',
  inputs: ['h', 'x'],
  save: ['x'],
  forward: (h: Tensor, x: Tensor, geometry: PoolGeometry) => composeMaxPoolPick(h, x, geometry),
  vjp: { h: (g, { x }, geometry) => maxPoolGradient(g, x, geometry), x: null },
})

/**
 * The largest element of each window along one axis, out[b, o, c] = maxₖ x[b, o·stride + k − before, c]; NaN where any is.
 *
 * The gradient of a window goes to the first of its largest elements. There are ⌊(size + padding − poolSize) / stride⌋ + 1
 * windows.
 *
 * @param x A tensor [batch, steps, channels], or [batch, channels, steps] with `channelsFirst`.
 * @param options `poolSize` (default: 2), `strides` (default: poolSize), `padding` and `dataFormat`.
 * @returns A tensor of the same order of axes, in the dtype of x.
 * @throws {@link ShapeError} for a tensor of another rank or a window that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/pooling_layers/max_pooling1d/
 * @example
 * ```ts
 * maxPool1d(tensor([[[1], [5], [3], [2], [9]]])) // [[[5], [3]]]
 * maxPool1d(tensor([[[1], [5], [3], [2], [9]]]), { poolSize: 3, strides: 2, padding: 'same' }) // [[[5], [5], [9]]]
 * ```
 */
export function maxPool1d<D extends DType>(x: Tensor<D>, options: PoolOptions = {}): Tensor<D> {
  return poolWindows('maxPool1d', 1, x, options, maxPool) as Tensor<D>
}

/**
 * The largest element of each window along two axes, for each channel; NaN where any is.
 *
 * The gradient of a window goes to the first of its largest elements, in row-major order. There are ⌊(size + padding − poolSize) / stride⌋ + 1
 * windows along each axis.
 *
 * @param x A tensor [batch, height, width, channels], or [batch, channels, height, width] with `channelsFirst`.
 * @param options `poolSize` (default: 2), `strides` (default: poolSize), `padding` and `dataFormat`.
 * @returns A tensor of the same order of axes, in the dtype of x.
 * @throws {@link ShapeError} for a tensor of another rank or a window that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/pooling_layers/max_pooling2d/
 * @example
 * ```ts
 * const x = reshape(arange(16), [1, 4, 4, 1])
 * reshape(maxPool2d(x), [2, 2]) // [[5, 7], [13, 15]]
 * maxPool2d(ones([1, 28, 28, 8]), { poolSize: 3, strides: 2, padding: 'same' }).shape // [1, 14, 14, 8]
 * ```
 */
export function maxPool2d<D extends DType>(x: Tensor<D>, options: PoolOptions = {}): Tensor<D> {
  return poolWindows('maxPool2d', 2, x, options, maxPool) as Tensor<D>
}

/**
 * The largest element of each window along three axes, for each channel; NaN where any is.
 *
 * The gradient of a window goes to the first of its largest elements, in row-major order. There are ⌊(size + padding − poolSize) / stride⌋ + 1
 * windows along each axis.
 *
 * @param x A tensor [batch, depth, height, width, channels], or [batch, channels, depth, height, width] with `channelsFirst`.
 * @param options `poolSize` (default: 2), `strides` (default: poolSize), `padding` and `dataFormat`.
 * @returns A tensor of the same order of axes, in the dtype of x.
 * @throws {@link ShapeError} for a tensor of another rank or a window that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/pooling_layers/max_pooling3d/
 * @example
 * ```ts
 * maxPool3d(ones([1, 4, 6, 6, 2]), { poolSize: [1, 2, 2] }).shape // [1, 4, 3, 3, 2]
 * ```
 */
export function maxPool3d<D extends DType>(x: Tensor<D>, options: PoolOptions = {}): Tensor<D> {
  return poolWindows('maxPool3d', 3, x, options, maxPool) as Tensor<D>
}
