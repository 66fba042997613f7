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

/** The rows of most tiles. */
export const tileRows = 4
/** The rows of tiles that older engines run faster, where C is not transposed: with one row more they have no register left. */
const tallTileRows = 5

/** The rows of a block in tiles: tall ones first, then common ones, and a last one of fewer rows or none. */
export interface RowSplit {
  readonly tall: number
  readonly common: number
  readonly rest: number
}

/** Splits rows so that as few tiles as possible have fewer than four. */
export function splitRows(rows: number, canBeTall: boolean): RowSplit {
  const tiles = Math.ceil(rows / tallTileRows)
  const missing = tiles * tallTileRows - rows
  if (canBeTall && missing <= tiles) return { tall: tiles - missing, common: missing, rest: 0 }
  return { tall: 0, common: Math.floor(rows / tileRows), rest: rows % tileRows }
}

/** The tiles of a block. */
export interface BlockTiles {
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
export function blockKernel(type: LaneType, { columns, transposed, single }: BlockTiles): BlockKernel {
  const fn: BlockKernel = new FunctionBuilder(`matmulBlock${columns}`, parameters)
  const [a, aRow, aStep, aTile, b, bStep, bPanel, c, cStep, cRow, cPanel, ...sizes] = fn.params
  const [k, accumulate, tall, common, rest, panels] = sizes
  const left = fn.local('i32')
  const out = fn.local('i32')
  const tiles = fn.local('i32')
  const call = (rows: number) => {
    fn.call(
      microKernel(type, { rows, columns, transposed }),
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
  const advanceOut = (rows: number) => fn.get(out).op('i32.mul', cRow, rows).op('i32.add').set(out)

  fn.repeat(panels, () => {
    fn.set(left, a).set(out, c)
    if (!single && !transposed) {
      fn.set(tiles, tall).repeat(tiles, () => {
        call(tallTileRows)
        fn.get(left).op('i32.mul', aRow, tallTileRows).op('i32.add').set(left)
        advanceOut(tallTileRows)
      })
    }
    if (!single) {
      fn.set(tiles, common).repeat(tiles, () => {
        call(tileRows)
        fn.advance(left, aTile)
        advanceOut(tileRows)
      })
    }
    for (let rows = 1; rows < (single ? 2 : tileRows); rows++) {
      fn.op('i32.eq', rest, rows).if(() => call(rows))
    }
    fn.advance(b, bPanel).advance(c, cPanel)
  })
  return fn
}
