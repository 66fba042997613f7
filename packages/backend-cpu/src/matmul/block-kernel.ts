import { FunctionBuilder } from '../assembler/index.ts'
import type { LaneType } from './lane-type.ts'
import { microKernel } from './micro-kernel.ts'

// biome-ignore format: A, B, C, sizes.
const parameters = [
  'i32', 'i32', 'i32', 'i32',
  'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32', 'i32', 'i32',
] as const

/** The function of a block of rows and some panels of columns. */
export type BlockKernel = FunctionBuilder<typeof parameters, readonly []>

/** The rows of tiles that any layout can have. */
export const tileRows = 4

/** The rows of a block in tiles: tall ones of one row more, then common ones, and a last one of fewer rows or none. */
export interface RowSplit {
  readonly tall: number
  readonly common: number
  readonly rest: number
}

/** Splits rows so that as few tiles as possible have fewer than the common number. */
export function splitRows(rows: number, common: number, canBeTall: boolean): RowSplit {
  const tiles = Math.ceil(rows / (common + 1))
  const missing = tiles * (common + 1) - rows
  if (canBeTall && missing <= tiles) return { tall: tiles - missing, common: missing, rest: 0 }
  return { tall: 0, common: Math.floor(rows / common), rest: rows % common }
}

/** The tiles of a block. */
export interface BlockTiles {
  /** The rows of common tiles; tall ones have one more, where C is not transposed. */
  readonly rows: number
  readonly columns: number
  readonly transposed: boolean
  /** Whether the block has one row only. */
  readonly single: boolean
}

/**
 * A block of C in tiles: panel by panel of so many columns, each from the first to the last row.
 *
 * Each number of rows has a kernel of its own, so nothing is padded.
 *
 * Parameters, steps in bytes: a, step between rows of A, along k, between tiles (tall ones lie row after row); b, step
 * along k in B, between panels; c, step between rows of C (columns where transposed) in a tile, from row to row,
 * between panels; k, accumulate; how many tall and common tiles, how many rows the last one has, how many panels.
 */
export function blockKernel(type: LaneType, { rows, columns, transposed, single }: BlockTiles): BlockKernel {
  const fn: BlockKernel = new FunctionBuilder(`matmulBlock${rows}x${columns}`, parameters)
  const [a, aRow, aStep, aTile, b, bStep, bPanel, c, cStep, cRow, cPanel, ...sizes] = fn.params
  const [k, accumulate, tall, common, rest, panels] = sizes
  const left = fn.local('i32')
  const out = fn.local('i32')
  const tiles = fn.local('i32')
  const call = (height: number) => {
    fn.call(
      microKernel(type, { rows: height, columns, transposed }),
      left,
      aRow,
      aStep,
      b,
      bStep,
      out,
      cStep,
      k,
      accumulate,
    )
  }
  const advanceOut = (height: number) => fn.get(out).op('i32.mul', cRow, height).op('i32.add').set(out)

  fn.repeat(panels, () => {
    fn.set(left, a).set(out, c)
    if (!single && !transposed) {
      fn.set(tiles, tall).repeat(tiles, () => {
        call(rows + 1)
        fn.get(left)
          .op('i32.mul', aRow, rows + 1)
          .op('i32.add')
          .set(left)
        advanceOut(rows + 1)
      })
    }
    if (!single) {
      fn.set(tiles, common).repeat(tiles, () => {
        call(rows)
        fn.advance(left, aTile)
        advanceOut(rows)
      })
    }
    for (let height = 1; height < (single ? 2 : rows); height++) {
      fn.op('i32.eq', rest, height).if(() => call(height))
    }
    fn.advance(b, bPanel).advance(c, cPanel)
  })
  return fn
}
