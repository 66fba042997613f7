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
  for (let i = 0; i < x.shape[0]!; i++) copyWithin(row(x, i), row(out, i), maxRank)
}

function row(x: View, i: number): View {
  return viewOf(x.storage, x.dtype, x.shape.slice(1), x.strides.slice(1), x.offset + i * x.strides[0]!)
}
