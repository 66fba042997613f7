import { runContiguous } from '../dispatch/cast.ts'
import { copyView } from '../dispatch/copy.ts'
import { fillWhole } from '../dispatch/fill.ts'
import { runMatmul } from '../dispatch/matmul.ts'
import { computed } from '../dispatch/prepare.ts'
import { viewOf } from '../dispatch/views.ts'
import { rowMajorStrides, sizeOf } from '../tensor/shape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { kernelMatrices, outputMatrices, splitGroups, swapLastAxes } from './conv-columns.ts'
import { type ConvGeometry, spanOf } from './conv-geometry.ts'

/** Whether no two windows of a convolution share an input, and all lie within it, as in patches of an image. */
export function arePatches({ input, window, output, strides, before, dilations }: ConvGeometry): boolean {
  // Here the product is the result, and there is nothing to copy.
  if (window.every((size, i) => size === 1 && strides[i] === 1)) return false
  return input.every((length, i) => {
    const [span, stride, count] = [spanOf(window[i]!, dilations[i]!), strides[i]!, output[i]!]
    const areApart = count === 1 || span <= stride
    return areApart && before[i] === 0 && (count - 1) * stride + span <= length
  })
}

/**
 * The gradient of an input whose windows are patches: one product gives what goes to all of their elements, and one
 * copy puts it there.
 */
export function spreadPatches(g: Tensor, kernel: Tensor, geometry: ConvGeometry): Tensor {
  const { groups, input, window, output, strides, dilations } = geometry
  const matrices = swapLastAxes(kernelMatrices(splitGroups(kernel, groups)))
  const product = runMatmul(outputMatrices(runContiguous(g), groups), matrices)
  const channels = kernel.shape.at(-2)!
  const batch = g.shape[0]!
  // In the product the groups come first.
  const shape = [groups, batch, ...output, ...window, channels]
  return computed(allocate(g.storage.backend, g.dtype, [batch, ...input, groups * channels]), (out) => {
    if (product.size < out.size) fillWhole(out, 0)
    if (sizeOf(shape) === 0) return
    const [images, ...steps] = out.strides.slice(0, -1) as [number, ...number[]]
    copyView(
      viewOf(product.storage, product.dtype, shape, rowMajorStrides(shape), product.offset),
      viewOf(
        out.storage,
        out.dtype,
        shape,
        [
          channels,
          images,
          ...steps.map((step, i) => step * strides[i]!),
          ...steps.map((step, i) => step * dilations[i]!),
          1,
        ],
        0,
      ),
    )
  })
}
