import { runContiguous } from '../dispatch/cast.ts'
import { copyView } from '../dispatch/copy.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { computed } from '../dispatch/prepare.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { viewOf } from '../dispatch/views.ts'
import { tidy } from '../memory/scope.ts'
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import { tapsOf, type Walk } from './conv-columns.ts'

/*
 * Convolutions whose groups have one channel on one side, as depthwise ones: products of matrices of one column would
 * be slow, so that they are sums over the taps of element-wise products.
 */

/** Whether a convolution is computed tap by tap. */
export function takesTaps(groups: number, inputs: number, outputs: number): boolean {
  return groups > 1 && (inputs === 1 || outputs === 1)
}

/** The convolution with a kernel [...taps, in, groups, out] that walks within the input. */
export function convolveTaps(x: Tensor, kernel: Tensor, walk: Walk): Tensor {
  const [inputs, groups, outputs] = kernel.shape.slice(-3) as [number, number, number]
  let total: Tensor | undefined
  forEachIndex([...tapsOf(kernel), inputs], (index) => {
    const before = total
    total = tidy(() => {
      const weights = alias(kernel, [groups, outputs], kernel.strides.slice(-2), offsetAt(kernel, index))
      const product = runBinary('mul', inputsAt(x, index, walk, groups), weights)
      return before === undefined ? product : runBinary('add', before, product)
    })
    before?.dispose()
  })
  const shape = [x.shape[0]!, ...walk.output, groups * outputs]
  return alias(total!, shape, rowMajorStrides(shape), total!.offset)
}

/** The gradient of such a kernel, [...taps, in, groups · out]. */
export function kernelGradientOfTaps(x: Tensor, g: Tensor, taps: Shape, walk: Walk, groups: number): Tensor {
  const [inputs, outputs] = [x.shape.at(-1)! / groups, g.shape.at(-1)! / groups]
  const whole = runContiguous(g)
  const split = [...g.shape.slice(0, -1), groups, outputs]
  const gradients = alias(whole, split, rowMajorStrides(split), whole.offset)
  const summed = walk.output.map((_, i) => i + 1)
  return computed(allocate(x.storage.backend, x.dtype, [...taps, inputs, groups * outputs]), (out) =>
    forEachIndex([...taps, inputs], (index) =>
      tidy(() => {
        const product = runBinary('mul', inputsAt(x, index, walk, groups), gradients)
        const sums = runReduction('sum', product, [0, ...summed])
        const [shape, strides] = [[groups * outputs], [1]]
        copyView(
          viewOf(sums.storage, sums.dtype, shape, strides, sums.offset),
          viewOf(out.storage, out.dtype, shape, strides, offsetAt(out, index)),
        )
      }),
    ),
  )
}

/** What a tap reads of one channel of each group, [batch, ...output, groups, 1]; the index is the tap's and the channel's. */
function inputsAt(x: Tensor, index: readonly number[], walk: Walk, groups: number): Tensor {
  const { output, strides, dilations, before } = walk
  const steps = x.strides.slice(1, -1)
  const step = x.strides.at(-1)!
  const offset = steps.reduce(
    (position, along, i) => position + (index[i]! * dilations[i]! - before[i]!) * along,
    x.offset + index.at(-1)! * step,
  )
  return alias(
    x,
    [x.shape[0]!, ...output, groups, 1],
    [x.strides[0]!, ...steps.map((along, i) => along * strides[i]!), (x.shape.at(-1)! / groups) * step, 1],
    offset,
  )
}

function offsetAt(x: Tensor, index: readonly number[]): number {
  return index.reduce((position, i, axis) => position + i * x.strides[axis]!, x.offset)
}

/** Visits every multi-index of a shape, in row-major order. */
export function forEachIndex(shape: Shape, visit: (index: readonly number[]) => void): void {
  for (let position = 0; position < sizeOf(shape); position++) {
    let rest = position
    const index = new Array<number>(shape.length)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = rest % shape[axis]!
      rest = Math.floor(rest / shape[axis]!)
    }
    visit(index)
  }
}
