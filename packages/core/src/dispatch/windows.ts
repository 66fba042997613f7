import { type Shape, sizeOf } from '../tensor/shape.ts'
import { alias, allocate, type Tensor } from '../tensor/tensor.ts'
import { copyView } from './copy.ts'
import { runBinary } from './elementwise.ts'
import { fillWhole } from './fill.ts'
import { computed } from './prepare.ts'
import { viewOf } from './views.ts'

/** Windows along one axis: element i of window n is the axis's element n·stride + i·dilation. */
export interface Windows {
  readonly axis: number
  /** The size of the axis that the windows lie in. */
  readonly length: number
  readonly count: number
  readonly size: number
  readonly stride: number
  readonly dilation: number
}

/** The windows as a view: their number in the axis's place, their elements as a new last axis. */
export function viewWindows(x: Tensor, { axis, count, size, stride, dilation }: Windows): Tensor {
  const step = x.strides[axis]!
  return alias(
    x,
    [...withSide(x.shape, axis, count), size],
    [...withSide(x.strides, axis, stride * step), dilation * step],
    x.offset,
  )
}

/** The sums of what lies in windows, where they came from: the adjoint of `viewWindows`. */
export function foldWindows(x: Tensor, windows: Windows): Tensor {
  // So many neighbouring elements of all windows lie in different places, and can be put there at once.
  const period = windows.stride / greatestDivisor(windows.stride, windows.dilation)
  let total = placeElements(x, windows, 0, period)
  for (let first = period; first < windows.size; first += period) {
    const [sum, part] = [total, placeElements(x, windows, first, period)]
    total = runBinary('add', sum, part)
    sum.dispose()
    part.dispose()
  }
  return total
}

/** At most `most` elements of every window from `first` on, each in its place among zeros. */
function placeElements(x: Tensor, windows: Windows, first: number, most: number): Tensor {
  const { axis, length, count, size, stride, dilation } = windows
  const last = x.shape.length - 1
  const taken = Math.min(most, size - first)
  const from = viewOf(
    x.storage,
    x.dtype,
    withSide(x.shape, last, taken),
    x.strides,
    x.offset + first * x.strides[last]!,
  )
  return computed(
    allocate(x.storage.backend, x.dtype, withSide(x.shape.slice(0, last), axis, length)),
    (out) => {
      if (count * taken < length) fillWhole(out, 0)
      if (sizeOf(from.shape) === 0) return
      const step = out.strides[axis]!
      const strides = [...withSide(out.strides, axis, stride * step), dilation * step]
      copyView(from, viewOf(out.storage, out.dtype, from.shape, strides, first * dilation * step))
    },
  )
}

function withSide(shape: Shape, axis: number, side: number): number[] {
  return shape.map((given, i) => (i === axis ? side : given))
}

export function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b)
}
