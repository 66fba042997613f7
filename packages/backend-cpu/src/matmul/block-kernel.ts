import { FunctionBuilder } from '../assembler/index.ts'
import type { LaneType } from './lane-type.ts'
import { type MicroKernel, microKernel, type Tile } from './micro-kernel.ts'

// biome-ignore format: A, B, C, sizes.
const parameters = [
  'i32', 'i32', 'i32', 'i32',
  'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32',
] as const

/** The function of a block of rows and some panels of columns. */
export type BlockKernel = FunctionBuilder<typeof parameters, readonly []>

/**
 * A block of C in tiles: panel by panel of `tile.columns` columns, each from the first to the last row.
 *
 * Rows that do not fill a tile have kernels of their own, so nothing is padded.
 *
 * Parameters, steps in bytes: a, step between rows of A, along k, between tiles; b, step along k in B, between
 * panels; c, step between rows of C (columns where transposed), between tiles, between panels; k, accumulate; the
 * numbers of rows and of panels.
 */
export function blockKernel(type: LaneType, tile: Tile): BlockKernel {
  const fn: BlockKernel = new FunctionBuilder(`matmulBlock${tile.columns}`, parameters)
  const [a, aRow, aStep, aTile, b, bStep, bPanel, c, cStep, cTile, cPanel, k, accumulate, rows, panels] =
    fn.params
  const kernels = Array.from({ length: tile.rows }, (_, i) => microKernel(type, { ...tile, rows: i + 1 }))
  const [left, out, tiles, remaining] = fn.locals('i32', 4)
  const call = (kernel: MicroKernel) =>
    fn.call(kernel, left!, aRow, aStep, b, bStep, out!, cStep, k, accumulate)
  fn.op('i32.rem_u', rows, tile.rows).set(remaining!)
  fn.repeat(panels, () => {
    fn.set(left!, a).set(out!, c).op('i32.div_u', rows, tile.rows).set(tiles!)
    fn.repeat(tiles!, () => {
      call(kernels.at(-1)!)
      fn.advance(left!, aTile).advance(out!, cTile)
    })
    for (const [i, kernel] of kernels.slice(0, -1).entries()) {
      fn.op('i32.eq', remaining!, i + 1).if(() => call(kernel))
    }
    fn.advance(b, bPanel).advance(c, cPanel)
  })
  return fn
}
