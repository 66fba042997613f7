import type { LaneType } from './lane-type.ts'

/** A matrix in memory; steps are in bytes. */
export interface Matrix {
  readonly address: number
  readonly rowStep: number
  readonly columnStep: number
}

/** A product as it was asked for: c is m × n and lies row by row without gaps; the sums have k terms. */
export interface Request {
  readonly m: number
  readonly n: number
  readonly k: number
  readonly a: Matrix
  readonly b: Matrix
  readonly c: Matrix
}

/** A product as it is computed. */
export interface Product extends Request {
  /** Whether blocks of A or B are copied into panels; of B always where elements of its rows are no neighbours. */
  readonly packA: boolean
  readonly packB: boolean
  /** Whether the elements of a column of c are neighbours, not those of a row. */
  readonly transposed: boolean
}

/** Rows so many bytes apart fall into the same few places of the first-level cache: of B, and of a column of A. */
const badStepOfB = 4096
const badStepOfA = 2048
/** Below so many rows or columns a copy costs more than what it saves. */
const fewLines = 12

/**
 * Decides what to copy before a product is computed.
 *
 * The kernels read A at any strides and B row by row, so usually nothing is. Where not the rows but the columns of B
 * are without gaps, either B is packed or Cᵀ = Bᵀ·Aᵀ is computed, whichever copies less; a column of C is computed as
 * a row where A's columns are without gaps. Strides at which the cache holds little are packed away, too. No decision
 * changes the bits of the result.
 */
export function plan(type: LaneType, request: Request): Product {
  const { m, n } = request
  const { a, b } = ignoreSingleSteps(type, request)
  const isColumn = n === 1 && a.rowStep === type.bytes && a.columnStep !== type.bytes
  const needsPacking = b.columnStep !== type.bytes
  const swapped = type.bytes === 4 && (isColumn || (needsPacking && (a.rowStep === type.bytes || m < n)))
  const direct = swapped ? transpose({ ...request, a, b }) : { ...request, a, b }
  return {
    ...direct,
    packA: direct.n >= fewLines && thrashes(direct.k, direct.a.columnStep, badStepOfA),
    packB:
      direct.b.columnStep !== type.bytes ||
      (direct.m >= fewLines && thrashes(direct.k, direct.b.rowStep, badStepOfB)),
    transposed: direct.c.columnStep !== type.bytes,
  }
}

/** Steps between the elements of a single row or column do not matter: they become those of a matrix without gaps. */
function ignoreSingleSteps({ bytes }: LaneType, { m, n, k, a, b }: Request): Pick<Request, 'a' | 'b'> {
  return {
    a: { ...a, rowStep: m === 1 ? bytes : a.rowStep, columnStep: k === 1 ? bytes : a.columnStep },
    b: { ...b, rowStep: k === 1 ? bytes : b.rowStep, columnStep: n === 1 ? bytes : b.columnStep },
  }
}

function transpose({ m, n, k, a, b, c }: Request): Request {
  return { m: n, n: m, k, a: transposeMatrix(b), b: transposeMatrix(a), c: transposeMatrix(c) }
}

function transposeMatrix({ address, rowStep, columnStep }: Matrix): Matrix {
  return { address, rowStep: columnStep, columnStep: rowStep }
}

function thrashes(k: number, step: number, badStep: number): boolean {
  return k >= 2 * fewLines && step !== 0 && step % badStep === 0
}
