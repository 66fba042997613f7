import type { View } from '../backend/backend.ts'
import type { Kernel, KernelKey } from '../backend/kernel-key.ts'
import { computed, finish, temporaryCopy } from '../dispatch/prepare.ts'
import { mergeDimensions } from '../dispatch/views.ts'
import type { DType } from '../tensor/dtype.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'

/** The backend's kernel for functions along one axis; it has none for several at once. */
export function lineKernel<F extends Kernel>(
  key: KernelKey<F>,
  x: Tensor,
  axes: readonly number[],
): F | undefined {
  return axes.length === 1 ? x.storage.backend.kernels.get(key) : undefined
}

/**
 * Calls a kernel that works along one axis, for tensors of one shape and dtype.
 *
 * It gets contiguous views whose dimensions before and after the axis are merged. The result has the tensors' shape and,
 * unless another is named, their dtype.
 */
export function runLineKernel(
  tensors: readonly Tensor[],
  axis: number,
  call: (views: readonly View[], axis: number, out: View) => void,
): Tensor
export function runLineKernel<D extends DType>(
  tensors: readonly Tensor[],
  axis: number,
  call: (views: readonly View[], axis: number, out: View) => void,
  dtype: D,
): Tensor<D>
export function runLineKernel(
  tensors: readonly Tensor[],
  axis: number,
  call: (views: readonly View[], axis: number, out: View) => void,
  dtype: DType = tensors[0]!.dtype,
): Tensor {
  return computed(allocateLike(tensors[0]!, dtype), (out) => {
    try {
      const views = tensors.map((x) => (x.contiguous ? x : temporaryCopy(x)))
      const merged = mergeDimensions([...views, out], axis)
      call(merged.views.slice(0, -1), merged.axis, merged.views.at(-1)!)
    } finally {
      finish()
    }
  })
}
