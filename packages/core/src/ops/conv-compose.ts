import { runContiguous } from '../dispatch/cast.ts'
import { copyView } from '../dispatch/copy.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { runMatmul } from '../dispatch/matmul.ts'
import { computed } from '../dispatch/prepare.ts'
import { tidy } from '../memory/scope.ts'
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import {
  columnsOf,
  kernelMatrices,
  outputMatrices,
  padFor,
  splitGroups,
  swapLastAxes,
  tapsOf,
  type Walk,
} from './conv-columns.ts'
import type { ConvGeometry } from './conv-geometry.ts'
import { convolveTaps, kernelGradientOfTaps, takesTaps } from './conv-taps.ts'
import { regionAlong, sliceRegion, viewOfRegion } from './region.ts'

/** The most elements of columns at a time: a batch that needs more is taken in parts. */
const mostElements = 2 ** 24

/** The convolution with a kernel [...taps, in, groups · out]. */
export function composeConvolution(x: Tensor, kernel: Tensor, geometry: ConvGeometry): Tensor {
  return tidy(() => {
    const byGroups = splitGroups(kernel, geometry.groups)
    const padded = padFor(x, tapsOf(byGroups), geometry)
    return convolveInside(padded.x, byGroups, padded.walk)
  })
}

/** The convolution with a kernel [...taps, in, groups, out] that walks within the input. */
export function convolveInside(x: Tensor, kernel: Tensor, walk: Walk): Tensor {
  const [inputs, groups, outputs] = kernel.shape.slice(-3) as [number, number, number]
  if (takesTaps(groups, inputs, outputs)) return convolveTaps(x, kernel, walk)
  const taps = tapsOf(kernel)
  const matrices = kernelMatrices(kernel)
  const shapeFor = (images: number): Shape => [images, ...walk.output, groups * outputs]
  const convolve = (part: Tensor): Tensor =>
    joinGroups(runMatmul(columnsOf(part, taps, walk, groups), matrices), shapeFor(part.shape[0]!))
  const batch = x.shape[0]!
  const images = imagesAtOnce(x, taps, walk)
  if (images >= batch) return convolve(x)
  return computed(allocate(x.storage.backend, x.dtype, shapeFor(batch)), (out) => {
    for (let start = 0; start < batch; start += images) {
      const part = tidy(() => convolve(imagesFrom(x, start, images)))
      copyView(part, viewOfRegion(out, regionAlong(out.shape, 0, start, part.shape[0]!)))
      part.dispose()
    }
  })
}

/** The gradient of a kernel [...taps, in, groups · out] from that of the output. */
export function composeKernelGradient(x: Tensor, g: Tensor, geometry: ConvGeometry): Tensor {
  const { groups, window: taps } = geometry
  const [inputs, outputs] = [x.shape.at(-1)! / groups, g.shape.at(-1)! / groups]
  return tidy(() => {
    const { x: padded, walk } = padFor(x, taps, geometry)
    if (takesTaps(groups, inputs, outputs)) return kernelGradientOfTaps(padded, g, taps, walk, groups)
    const images = imagesAtOnce(padded, taps, walk)
    const contract = (start: number): Tensor => {
      const columns = columnsOf(imagesFrom(padded, start, images), taps, walk, groups)
      return runMatmul(
        swapLastAxes(columns),
        outputMatrices(runContiguous(imagesFrom(g, start, images)), groups),
      )
    }
    let total = contract(0)
    for (let start = images; start < x.shape[0]!; start += images) {
      const before = total
      total = tidy(() => runBinary('add', before, contract(start)))
      before.dispose()
    }
    return joinGroups(total, [...taps, inputs, groups * outputs])
  })
}

/** How many images' columns are made at a time. */
function imagesAtOnce(x: Tensor, taps: Shape, { output }: Walk): number {
  const most = Math.min(mostElements, x.storage.backend.caps.maxLength)
  const columns = sizeOf(output) * sizeOf(taps) * x.shape.at(-1)!
  return Math.max(1, Math.floor(most / Math.max(1, columns)))
}

function imagesFrom(x: Tensor, start: number, images: number): Tensor {
  const count = Math.min(images, x.shape[0]! - start)
  return count === x.shape[0] ? x : sliceRegion(x, regionAlong(x.shape, 0, start, count))
}

/** Matrices [groups, rows, out] side by side, as a tensor of another shape. */
function joinGroups(product: Tensor, shape: Shape): Tensor {
  const [groups, rows, outputs] = product.shape as [number, number, number]
  const joined = runContiguous(
    alias(product, [rows, groups, outputs], [outputs, rows * outputs, 1], product.offset),
  )
  return alias(joined, shape, rowMajorStrides(shape), joined.offset)
}
