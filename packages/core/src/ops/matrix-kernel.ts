import type { View } from '../backend/backend.ts'
import { computed, finish, temporaryCopy } from '../dispatch/prepare.ts'
import { viewOf } from '../dispatch/views.ts'
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'

/** Contiguous matrices as a batch along one axis: [batch, rows, columns]. */
export function asBatches(x: View): View {
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const shape = [sizeOf(x.shape.slice(0, -2)), rows, columns]
  return viewOf(x.storage, x.dtype, shape, rowMajorStrides(shape), x.offset)
}

/** Calls a kernel of batches of matrices, whose result has a shape and the inputs' dtype. */
export function runMatrixKernel(
  inputs: readonly Tensor[],
  shape: Shape,
  call: (inputs: readonly View[], out: View) => void,
): Tensor {
  const { storage, dtype } = inputs[0]!
  return computed(allocate(storage.backend, dtype, shape), (out) => {
    try {
      call(
        inputs.map((x) => asBatches(x.contiguous ? x : temporaryCopy(x))),
        asBatches(out),
      )
    } finally {
      finish()
    }
  })
}
