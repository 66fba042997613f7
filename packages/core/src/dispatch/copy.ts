import type { View } from '../backend/backend.ts'
import { fixedView, mergeDimensions, viewOf } from './views.ts'

/** out = x with a cast where dtypes differ; `out` may be a region. Splits copies of more dimensions than the backend takes. */
export function copyView(x: View, out: View): void {
  if (out.size === 0) return
  const backend = out.storage.backend
  const { maxRank } = backend.caps
  if (x.contiguous && out.contiguous && x.shape.length <= maxRank) {
    backend.copy(fixedView(x), fixedView(out))
    return
  }
  const [from, to] = mergeDimensions([x, out]).views as [View, View]
  copyWithin(from, to, maxRank)
}

function copyWithin(x: View, out: View, maxRank: number): void {
  if (x.shape.length <= maxRank) {
    out.storage.backend.copy(x, out)
    return
  }
  // Along the shortest dimension there are the fewest calls.
  const axis = x.shape.indexOf(Math.min(...x.shape))
  for (let i = 0; i < x.shape[axis]!; i++) {
    copyWithin(selectAlong(x, axis, i), selectAlong(out, axis, i), maxRank)
  }
}

function selectAlong(x: View, axis: number, i: number): View {
  const others = (sides: readonly number[]): number[] => sides.filter((_, d) => d !== axis)
  return viewOf(x.storage, x.dtype, others(x.shape), others(x.strides), x.offset + i * x.strides[axis]!)
}
