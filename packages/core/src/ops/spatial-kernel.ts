import type { View } from '../backend/backend.ts'
import type { Kernel, KernelKey } from '../backend/kernel-key.ts'
import { computed, finish, temporaryCopy } from '../dispatch/prepare.ts'
import { viewOf } from '../dispatch/views.ts'
import { isFloat } from '../tensor/dtype.ts'
import { rowMajorStrides, type Shape } from '../tensor/shape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import type { ConvGeometry, PoolGeometry } from './conv-geometry.ts'

/**
 * What a backend's kernel for convolution or pooling computes from tensors of one dtype, handed over as contiguous
 * views; undefined where it has none, or none for these tensors.
 */
export function runSpatialKernel<F extends Kernel>(
  key: KernelKey<F>,
  inputs: readonly Tensor[],
  shape: Shape,
  call: (kernel: F, views: readonly View[], out: View) => void,
): Tensor | undefined {
  const { storage, dtype } = inputs[0]!
  const kernel = storage.backend.kernels.get(key)
  if (kernel === undefined || !isFloat(dtype) || inputs.some((x) => x.size === 0)) return undefined
  return computed(allocate(storage.backend, dtype, shape), (out) => {
    try {
      call(
        kernel,
        inputs.map((x) => (x.contiguous ? x : temporaryCopy(x))),
        out,
      )
    } finally {
      finish()
    }
  })
}

/** A contiguous view [batch, ...spatial, channels] with three spatial axes. */
export function asVolumes(x: View): View {
  return withShape(x, [x.shape[0]!, ...inThree(x.shape.slice(1, -1), 1), x.shape.at(-1)!])
}

/** A contiguous view of a kernel [...taps, in, out] with three axes of taps. */
export function asTaps(x: View): View {
  return withShape(x, [...inThree(x.shape.slice(0, -2), 1), ...x.shape.slice(-2)])
}

function withShape({ storage, dtype, offset }: View, shape: Shape): View {
  return viewOf(storage, dtype, shape, rowMajorStrides(shape), offset)
}

/** The geometry with three spatial axes. */
export function poolInThree({ input, window, output, strides, before }: PoolGeometry): PoolGeometry {
  return {
    input: inThree(input, 1),
    window: inThree(window, 1),
    output: inThree(output, 1),
    strides: inThree(strides, 1),
    before: inThree(before, 0),
  }
}

/** The geometry with three spatial axes. */
export function convInThree(geometry: ConvGeometry): ConvGeometry {
  const { dilations, groups } = geometry
  return { ...poolInThree(geometry), dilations: inThree(dilations, 1), groups }
}

function inThree(sides: readonly number[], missing: number): readonly number[] {
  return [...new Array<number>(3 - sides.length).fill(missing), ...sides]
}
