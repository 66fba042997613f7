import type { LaneType } from './lane-type.ts'

/** The matrices of a batch in memory; steps are in bytes. */
export interface Matrices {
  readonly address: number
  readonly batchStep: number
  readonly rowStep: number
  readonly columnStep: number
}

/** Products as they were asked for: each c is m × n and lies row by row; the sums have k terms. */
export interface Request {
  readonly batches: number
  readonly m: number
  readonly n: number
  readonly k: number
  readonly a: Matrices
  readonly b: Matrices
  readonly c: Matrices
  /** Whether products are added to what c holds. */
  readonly accumulate: boolean
}

/** Products as they are computed. */
export interface Plan extends Request {
  /** Whether blocks of A or B are copied into panels; of B always where elements of its rows are no neighbours. */
  readonly packA: boolean
  readonly packB: boolean
  /** Whether the elements of a column of c are neighbours, not those of a row. */
  readonly transposed: boolean
  /** Whether tall tiles are used. */
  readonly tall: boolean
}

/** Rows or columns so many bytes apart fall into the same few places of the first-level cache. */
const badStep = 4096
/** Below so many rows or columns a copy costs more than what it saves. */
const fewLines = 12

/**
 * Decides what to copy before products are computed.
 *
 * The kernels read A at any strides and B row by row, so usually nothing is. Where not the rows but the columns of B
 * are without gaps, either B is packed or Cᵀ = Bᵀ·Aᵀ is computed, whichever copies less; a column of C is computed as
 * a row where A's columns are without gaps. Strides at which the cache holds little are packed away, too. No decision
 * changes the bits of the result.
 */
export function plan({ bytes }: LaneType, request: Request): Plan {
  const { batches, m, n, k, c, accumulate } = request
  // Steps between the elements of a single row or column do not matter.
  let { a, b } = request
  if (m === 1 || k === 1) a = withSteps(a, m === 1 ? bytes : a.rowStep, k === 1 ? bytes : a.columnStep)
  if (k === 1 || n === 1) b = withSteps(b, k === 1 ? bytes : b.rowStep, n === 1 ? bytes : b.columnStep)
  const isColumn = n === 1 && a.rowStep === bytes && a.columnStep !== bytes
  const isScattered = b.columnStep !== bytes
  const copiesLess = a.rowStep === bytes || m < n
  if (bytes === 4 && (isColumn || (isScattered && copiesLess))) {
    return withPacking(bytes, batches, n, m, k, transpose(b), transpose(a), transpose(c), accumulate)
  }
  return withPacking(bytes, batches, m, n, k, a, b, c, accumulate)
}

function withPacking(
  bytes: number,
  batches: number,
  m: number,
  n: number,
  k: number,
  a: Matrices,
  b: Matrices,
  c: Matrices,
  accumulate: boolean,
): Plan {
  const packA = n >= fewLines && thrashes(k, a.columnStep)
  const packB = b.columnStep !== bytes || (m >= fewLines && thrashes(k, b.rowStep))
  const transposed = c.columnStep !== bytes
  // One row more in a tile is too many for a bad step.
  const tall = !transposed && !packA && !thrashes(k, a.rowStep)
  return { batches, m, n, k, a, b, c, accumulate, packA, packB, transposed, tall }
}

function withSteps({ address, batchStep }: Matrices, rowStep: number, columnStep: number): Matrices {
  return { address, batchStep, rowStep, columnStep }
}

function transpose(matrices: Matrices): Matrices {
  return withSteps(matrices, matrices.columnStep, matrices.rowStep)
}

function thrashes(k: number, step: number): boolean {
  return k >= 2 * fewLines && step !== 0 && step % badStep === 0
}
