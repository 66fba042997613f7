import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import type { PoolGeometry } from './conv-geometry.ts'
import { type PoolOptions, poolWindows, withSpatial } from './pool.ts'
import { composeAveragePool, composeAveragePoolGradient } from './pool-axes.ts'
import { asVolumes, poolInThree, runSpatialKernel } from './spatial-kernel.ts'

/**
 * The key of an optional kernel, the mean of each window: `out[b, o, c]` is the mean of `x[b, o·stride + k − before, c]`
 * over the k of the window that lie in `x`; what lies outside does not count.
 *
 * Shapes, geometry, dtype and layout are as `maxPoolKernel`'s.
 */
export const averagePoolKernel: KernelKey<(x: View, geometry: PoolGeometry, out: View) => void> =
  /* @__PURE__ */ kernelKey('averagePool', 2)

/**
 * The key of an optional kernel, the gradient of {@link averagePoolKernel}: zeros, to which each `g[b, o, c]`, divided by
 * how many elements of the window lie in the input, is added at all of them.
 *
 * `g` has the shape of {@link averagePoolKernel}'s `out`, `out` that of its `x`; the geometry is the same. Dtype and
 * layout are as there.
 */
export const averagePoolGradientKernel: KernelKey<(g: View, geometry: PoolGeometry, out: View) => void> =
  /* @__PURE__ */ kernelKey('averagePoolGradient', 2)

const averagePool: (x: Tensor, geometry: PoolGeometry) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'averagePool',
  inputs: ['x'],
  forward: (x: Tensor, geometry: PoolGeometry) =>
    computeFloat(x, (f) => {
      const shape = withSpatial(f, geometry.output)
      const fused = runSpatialKernel(averagePoolKernel, [f], shape, (run, [v], out) =>
        run(asVolumes(v!), poolInThree(geometry), asVolumes(out)),
      )
      return fused ?? composeAveragePool(f, geometry)
    }),
  vjp: { x: (g, _saved, geometry) => averagePoolGradient(g, geometry) },
})

/** The gradient of `averagePool`. */
const averagePoolGradient: (g: Tensor, geometry: PoolGeometry) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'averagePoolGradient',
  inputs: ['g'],
  forward: (g: Tensor, geometry: PoolGeometry) => {
    const shape = withSpatial(g, geometry.input)
    const fused = runSpatialKernel(averagePoolGradientKernel, [g], shape, (run, [v], out) =>
      run(asVolumes(v!), poolInThree(geometry), asVolumes(out)),
    )
    return fused ?? composeAveragePoolGradient(g, geometry)
  },
  vjp: { g: (h, _saved, geometry) => averagePool(h, geometry) },
})

/**
 * The mean of each window along one axis, out[b, o, c] = (1/n) Σₖ x[b, o·stride + k − before, c].
 *
 * What lies in the padding does not count: n is how many elements of the window lie in x. There are
 * ⌊(size + padding − poolSize) / stride⌋ + 1 windows.
 *
 * @param x A tensor [batch, steps, channels], or [batch, channels, steps] with `channelsFirst`.
 * @param options `poolSize` (default: 2), `strides` (default: poolSize), `padding` and `dataFormat`.
 * @returns A tensor of the same order of axes, of floats; integers give float32.
 * @throws {@link ShapeError} for a tensor of another rank or a window that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/pooling_layers/average_pooling1d/
 * @example
 * ```ts
 * averagePool1d(tensor([[[1], [5], [3], [2], [9]]])) // [[[3], [2.5]]]
 * averagePool1d(tensor([[[1], [5], [3]]]), { strides: 1, padding: 'same' }) // [[[3], [4], [3]]]
 * ```
 */
export function averagePool1d(x: Tensor, options: PoolOptions = {}): Tensor {
  return poolWindows('averagePool1d', 1, x, options, averagePool)
}

/**
 * The mean of each window along two axes, for each channel.
 *
 * What lies in the padding does not count: n is how many elements of the window lie in x. There are
 * ⌊(size + padding − poolSize) / stride⌋ + 1 windows along each axis.
 *
 * @param x A tensor [batch, height, width, channels], or [batch, channels, height, width] with `channelsFirst`.
 * @param options `poolSize` (default: 2), `strides` (default: poolSize), `padding` and `dataFormat`.
 * @returns A tensor of the same order of axes, of floats; integers give float32.
 * @throws {@link ShapeError} for a tensor of another rank or a window that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/pooling_layers/average_pooling2d/
 * @example
 * ```ts
 * const x = reshape(arange(16), [1, 4, 4, 1])
 * reshape(averagePool2d(x), [2, 2]) // [[2.5, 4.5], [10.5, 12.5]]
 * ```
 */
export function averagePool2d(x: Tensor, options: PoolOptions = {}): Tensor {
  return poolWindows('averagePool2d', 2, x, options, averagePool)
}

/**
 * The mean of each window along three axes, for each channel.
 *
 * What lies in the padding does not count: n is how many elements of the window lie in x. There are
 * ⌊(size + padding − poolSize) / stride⌋ + 1 windows along each axis.
 *
 * @param x A tensor [batch, depth, height, width, channels], or [batch, channels, depth, height, width] with `channelsFirst`.
 * @param options `poolSize` (default: 2), `strides` (default: poolSize), `padding` and `dataFormat`.
 * @returns A tensor of the same order of axes, of floats; integers give float32.
 * @throws {@link ShapeError} for a tensor of another rank or a window that is larger than the padded input, {@link ArgumentError} for options out of their range.
 * @see https://keras.io/api/layers/pooling_layers/average_pooling3d/
 * @example
 * ```ts
 * averagePool3d(ones([1, 4, 6, 6, 2]), { poolSize: [1, 2, 2] }).shape // [1, 4, 3, 3, 2]
 * ```
 */
export function averagePool3d(x: Tensor, options: PoolOptions = {}): Tensor {
  return poolWindows('averagePool3d', 3, x, options, averagePool)
}
