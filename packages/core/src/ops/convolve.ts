import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { runCast } from '../dispatch/cast.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { composeConvolution, composeKernelGradient } from './conv-compose.ts'
import type { ConvGeometry } from './conv-geometry.ts'
import { composeInputGradient } from './conv-phases.ts'
import { asTaps, asVolumes, convInThree, runSpatialKernel } from './spatial-kernel.ts'

/**
 * The key of an optional kernel, a convolution:
 * `out[b, o, c] = Σₖ Σᵢ x[b, o·stride + k·dilation − before, i] · kernel[k, i, c]`, zeros outside of `x`.
 *
 * `x` is [batch, depth, height, width, in], `kernel` [depth, height, width, in / groups, out], `out` [batch, depth,
 * height, width, out]: there are always three spatial axes, and the geometry has three entries for each of its arrays;
 * of a convolution along fewer, the first axes have size 1, stride 1 and dilation 1. The channels of `in` and `out`
 * fall into `groups` neighbouring parts of one size, and those of one part of `out` sum over the same part of `in`. All
 * views have one dtype, float32 or float64 (whichever the backend has), are contiguous and not empty; `out` is whole,
 * the offsets of the others may be greater than 0. Their rank is 5 on every backend. Strides and dilations may both be
 * greater than 1, and a window may lie outside of `x` altogether.
 */
export const convKernel: KernelKey<(x: View, kernel: View, geometry: ConvGeometry, out: View) => void> =
  /* @__PURE__ */ kernelKey('conv', 3)

/**
 * The key of an optional kernel, a convolution's gradient with respect to its input, which is also the transposed
 * convolution: `out[b, p, i] = Σ g[b, o, c] · kernel[k, i, c]` over the k, o and c where o·stride + k·dilation − before
 * is p.
 *
 * `g` has the shape of {@link convKernel}'s `out`, `out` that of its `x`; the geometry is the convolution's. Dtype and
 * layout are as there. An input that no window reads gets 0.
 */
export const convInputGradientKernel: KernelKey<
  (g: View, kernel: View, geometry: ConvGeometry, out: View) => void
> = /* @__PURE__ */ kernelKey('convInputGradient', 3)

/**
 * The key of an optional kernel, a convolution's gradient with respect to its kernel:
 * `out[k, i, c] = Σ x[b, o·stride + k·dilation − before, i] · g[b, o, c]` over b and o.
 *
 * `g` has the shape of {@link convKernel}'s `out`, `out` that of its `kernel`; the geometry is the convolution's. Dtype
 * and layout are as there.
 */
export const convKernelGradientKernel: KernelKey<
  (x: View, g: View, geometry: ConvGeometry, out: View) => void
> = /* @__PURE__ */ kernelKey('convKernelGradient', 3)

/*
 * The three are one sum of products of an input, a kernel and a gradient, each with another one left out: the gradients
 * of each are the two others.
 */

/** The convolution of channels-last tensors that are known to fit. */
export const convolve: (x: Tensor, kernel: Tensor, geometry: ConvGeometry) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'conv',
    inputs: ['x', 'kernel'],
    save: ['x', 'kernel'],
    forward: (x: Tensor, kernel: Tensor, geometry: ConvGeometry) =>
      inOneType('conv', x, kernel, (a, b) => {
        const shape = [x.shape[0]!, ...geometry.output, kernel.shape.at(-1)!]
        const fused = runSpatialKernel(convKernel, [a, b], shape, (run, [p, q], out) =>
          run(asVolumes(p!), asTaps(q!), convInThree(geometry), asVolumes(out)),
        )
        return fused ?? composeConvolution(a, b, geometry)
      }),
    vjp: {
      x: (g, { kernel }, geometry) => convInputGradient(g, kernel, geometry),
      kernel: (g, { x }, geometry) => convKernelGradient(x, g, geometry),
    },
  })

/** The gradient of a convolution's input: a transposed convolution. */
export const convInputGradient: (g: Tensor, kernel: Tensor, geometry: ConvGeometry) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'convInputGradient',
    inputs: ['g', 'kernel'],
    save: ['g', 'kernel'],
    forward: (g: Tensor, kernel: Tensor, geometry: ConvGeometry) =>
      inOneType('convInputGradient', g, kernel, (a, b) => {
        const shape = [g.shape[0]!, ...geometry.input, kernel.shape.at(-2)! * geometry.groups]
        const fused = runSpatialKernel(convInputGradientKernel, [a, b], shape, (run, [p, q], out) =>
          run(asVolumes(p!), asTaps(q!), convInThree(geometry), asVolumes(out)),
        )
        return fused ?? composeInputGradient(a, b, geometry)
      }),
    vjp: {
      g: (h, { kernel }, geometry) => convolve(h, kernel, geometry),
      kernel: (h, { g }, geometry) => convKernelGradient(h, g, geometry),
    },
  })

/** The gradient of a convolution's kernel. */
const convKernelGradient: (x: Tensor, g: Tensor, geometry: ConvGeometry) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'convKernelGradient',
    inputs: ['x', 'g'],
    save: ['x', 'g'],
    forward: (x: Tensor, g: Tensor, geometry: ConvGeometry) =>
      inOneType('convKernelGradient', x, g, (a, b) => {
        const shape = [...geometry.window, x.shape.at(-1)! / geometry.groups, g.shape.at(-1)!]
        const fused = runSpatialKernel(convKernelGradientKernel, [a, b], shape, (run, [p, q], out) =>
          run(asVolumes(p!), asVolumes(q!), convInThree(geometry), asTaps(out)),
        )
        return fused ?? composeKernelGradient(a, b, geometry)
      }),
    vjp: {
      x: (h, { g }, geometry) => convInputGradient(g, h, geometry),
      g: (h, { x }, geometry) => convolve(x, h, geometry),
    },
  })

function inOneType(op: string, a: Tensor, b: Tensor, compute: (a: Tensor, b: Tensor) => Tensor): Tensor {
  const dtype = commonType(op, a, b, 'number')
  if (a.dtype === dtype && b.dtype === dtype) return compute(a, b)
  return tidy(() => compute(runCast(a, dtype), runCast(b, dtype)))
}
