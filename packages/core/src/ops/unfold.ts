import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { foldWindows, viewWindows, type Windows } from '../dispatch/windows.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** Which windows {@link unfold} shows. */
export interface UnfoldOptions {
  /** The axis that the windows lie along. Default: −1, the last. */
  readonly axis?: number
  /** How many elements a window has. */
  readonly size: number
  /** From one window to the next. Default: 1. */
  readonly stride?: number
  /** From one element of a window to the next. Default: 1. */
  readonly dilation?: number
}

const unfoldAlong: (x: Tensor, windows: Windows) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'unfold',
  inputs: ['x'],
  forward: (x: Tensor, windows: Windows) => viewWindows(x, windows),
  vjp: { x: (g, _saved, windows) => foldAlong(g, windows) },
})

/** The sums of what lies in windows: the adjoint of `unfoldAlong`. */
const foldAlong: (x: Tensor, windows: Windows) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'fold',
  inputs: ['x'],
  forward: (x: Tensor, windows: Windows) => tidy(() => foldWindows(x, windows)),
  vjp: { x: (g, _saved, windows) => unfoldAlong(g, windows) },
})

/**
 * A view of the windows that slide along an axis, out[…, n, …, i] = x[…, n·stride + i·dilation, …]; nothing is copied.
 *
 * The axis counts the windows, and their elements are a new last axis, as in PyTorch's `Tensor.unfold`. There are
 * ⌊(length − (size − 1)·dilation − 1) / stride⌋ + 1 windows: what would reach beyond the end is left out. An element
 * gets the sum of the gradients of the windows that it lies in.
 *
 * @param x A tensor of any dtype and a rank of at least 1.
 * @param options `size` of a window, `axis` (default: −1), `stride` (default: 1) and `dilation` (default: 1).
 * @returns A tensor of x's dtype, of one axis more.
 * @throws {@link ShapeError} for an axis that the tensor does not have, or one shorter than a window, {@link ArgumentError} for sizes and steps that are not whole numbers of at least 1.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.Tensor.unfold.html
 * @example
 * ```ts
 * unfold(tensor([1, 2, 3, 4]), { size: 2 }) // [[1, 2], [2, 3], [3, 4]]
 * unfold(tensor([1, 2, 3, 4, 5]), { size: 2, stride: 2, dilation: 2 }) // [[1, 3], [3, 5]]
 * unfold(ones([5, 3]), { axis: 0, size: 4 }).shape // [2, 3, 4]
 * ```
 */
export function unfold<D extends DType>(x: Tensor<D>, options: UnfoldOptions): Tensor<D> {
  checkInput('unfold', 'x', x)
  checkOptionNames('unfold', options, ['size', 'axis', 'stride', 'dilation'])
  const { size, stride = 1, dilation = 1 } = options
  const axis = normalizeAxis('unfold', options.axis ?? -1, x.shape.length)
  for (const [name, value] of Object.entries({ size, stride, dilation })) {
    if (Number.isInteger(value) && value >= 1) continue
    throw new ArgumentError(`${name} is not a whole number of at least 1`, {
      op: 'unfold',
      received: { [name]: value },
    })
  }
  const length = x.shape[axis]!
  const span = (size - 1) * dilation + 1
  if (span > length) {
    throw new ShapeError('a window is longer than the axis', {
      op: 'unfold',
      received: { x, axis, size, dilation },
      expected: `a window that spans at most ${length} elements`,
    })
  }
  const count = Math.floor((length - span) / stride) + 1
  // Steps beyond the axis lead nowhere, and as factors of strides they may overflow.
  const steps = { stride: Math.min(stride, length), dilation: Math.min(dilation, length) }
  return unfoldAlong(x, { axis, length, count, size, ...steps }) as Tensor<D>
}
