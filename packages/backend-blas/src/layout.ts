import type { View } from '@tapegrad/core'

/** How a BLAS reads the matrices of a batch: lines of neighbours, `lead` elements from one line to the next. */
export interface Layout {
  /** Whether the lines are the columns. */
  readonly transposed: boolean
  readonly lead: number
  /** How many matrices, with how many rows each. */
  readonly batches: number
  readonly rows: number
}

/** The layout of the matrices of a view, or undefined where a BLAS cannot read them: broadcast, flipped, overlapping. */
export function layoutOf({ shape, strides }: View): Layout | undefined {
  return layout(shape[0]!, shape[1]!, shape[2]!, strides[1]!, strides[2]!)
}

/** The same with the rows of all matrices as rows of a single one, where no gaps are between them. */
export function mergedLayoutOf({ shape, strides }: View): Layout | undefined {
  const rows = shape[1]!
  const rowStride = rows === 1 ? strides[0]! : strides[1]!
  if (strides[0] !== rows * rowStride) return undefined
  return layout(1, shape[0]! * rows, shape[2]!, rowStride, strides[2]!)
}

function layout(
  batches: number,
  rows: number,
  columns: number,
  rowStride: number,
  columnStride: number,
): Layout | undefined {
  // The stride along a side of 1 says nothing.
  if ((columnStride === 1 || columns === 1) && (rowStride >= columns || rows === 1)) {
    return { transposed: false, lead: rows === 1 ? columns : rowStride, batches, rows }
  }
  if ((rowStride === 1 || rows === 1) && (columnStride >= rows || columns === 1)) {
    return { transposed: true, lead: columns === 1 ? rows : columnStride, batches, rows }
  }
  return undefined
}
