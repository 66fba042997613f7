import { bytesPerElement } from '@tapegrad/core'
import { addressOf, type CpuView } from '../views.ts'

/** A dimension: its size, and its step in bytes. */
interface Dimension {
  readonly size: number
  readonly step: number
}

/** A view as a reduction sees it: the axis, and what is done for each of the results. */
export interface ReduceLayout {
  readonly axis: Dimension
  readonly outer: Dimension
  readonly inner: Dimension
  /** The addresses of the parts that outer and inner dimension walk; results of later ones follow those of earlier ones. */
  readonly addresses: readonly number[]
}

const single: Dimension = { size: 1, step: 0 }

/** Splits a view at an axis; dimensions beyond two besides the axis become a list of addresses. */
export function reduceLayout(x: CpuView, axis: number): ReduceLayout {
  const bytes = bytesPerElement(x.dtype)
  const dimensions = x.shape.map((size, i) => ({ size, step: x.strides[i]! * bytes }))
  const others = dimensions.filter(({ size }, i) => i !== axis && size > 1)
  const inner = others.pop() ?? single
  const outer = others.pop() ?? single
  let addresses = [addressOf(x)]
  for (const { size, step } of others) {
    addresses = addresses.flatMap((address) => Array.from({ length: size }, (_, i) => address + i * step))
  }
  return { axis: dimensions[axis]!, outer, inner, addresses }
}
