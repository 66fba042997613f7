import { compile, type Exported } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { type BlockKernel, blockKernel } from './block-kernel.ts'
import { type LaneType, lanesOf } from './lane-type.ts'
import { type PackKernel, packKernel } from './pack-kernel.ts'
import type { Product } from './plan.ts'

/** Rows of A or columns of B, in place or packed: steps from one to the next and along k, in bytes. */
interface Lines {
  readonly address: number
  readonly across: number
  readonly along: number
  /** From one tile of lines to the next. */
  readonly tile: number
}

const tileRows = 4
/** A panel of B of this depth stays in the first-level cache, */
const depth = 256
/** a block of A of so many rows and this depth in the second-level one, */
const blockRows = 128
/** and a packed block of B of so many columns in the third-level one. */
const blockColumns = 1024
/** Columns of a tile of a single row: with fewer, additions wait for each other. */
const wideTile = 32

/** The blocked matrix product of one element type; its kernels are compiled when they are first needed. */
export function makeGemm(memory: WasmMemory, type: LaneType): (product: Product) => void {
  const { bytes } = type
  const tileColumns = 2 * lanesOf(type)
  const blocks = new Map<string, Exported<BlockKernel>>()
  const packers = new Map<number, Exported<PackKernel>>()

  function block(rows: number, columns: number, transposed: boolean): Exported<BlockKernel> {
    const key = `${rows}x${columns}${transposed}`
    let kernel = blocks.get(key)
    if (kernel === undefined) {
      kernel = compile({ block: blockKernel(type, { rows, columns, transposed }) }, memory.memory).block
      blocks.set(key, kernel)
    }
    return kernel
  }

  /** Packs `count` lines in tiles of `width`. */
  function pack(to: number, lines: Lines, count: number, k: number, width: number): Lines {
    let kernel = packers.get(width)
    if (kernel === undefined) {
      kernel = compile({ pack: packKernel(type, width) }, memory.memory).pack
      packers.set(width, kernel)
    }
    kernel(to, lines.address, count, k, lines.across, lines.along)
    return { address: to, across: bytes, along: width * bytes, tile: width * bytes * k }
  }

  /** A block of C, in tiles as wide as possible. */
  function multiply(product: Product, left: Lines, right: Lines, accumulate: boolean): void {
    const { m, n, k, c, packB, transposed } = product
    const rows = m === 1 ? 1 : tileRows
    const step = transposed ? c.columnStep : c.rowStep
    let width = m === 1 && !packB ? wideTile : tileColumns
    for (let column = 0; column < n; width = Math.min(tileColumns, n - column)) {
      const panels = Math.floor((n - column) / width)
      if (panels === 0) continue
      const b = right.address + (column / tileColumns) * right.tile
      const out = c.address + column * c.columnStep
      const bPanel = (width / tileColumns) * right.tile
      // biome-ignore format: A, B, C, sizes.
      block(rows, width, transposed)(
        left.address, left.across, left.along, left.tile,
        b, right.along, bPanel,
        out, step, rows * c.rowStep, width * c.columnStep,
        k, Number(accumulate), m, panels,
      )
      column += panels * width
    }
  }

  return (product) => {
    const { m, n, k, a, b, c, packA, packB } = product
    const mostRows = Math.min(m, blockRows)
    const mostColumns = packB ? Math.min(n, blockColumns) : n
    const most = Math.min(k, depth)
    const bytesA = packA ? roundUp(mostRows, tileRows) * most * bytes : 0
    const bytesB = packB ? roundUp(mostColumns, tileColumns) * most * bytes : 0
    const workspace = packA || packB ? memory.alloc(bytesA + bytesB) : 0
    for (let j = 0; j < n; j += mostColumns) {
      const columns = Math.min(mostColumns, n - j)
      for (let p = 0; p < k; p += depth) {
        const inner = Math.min(depth, k - p)
        let right: Lines = {
          address: b.address + p * b.rowStep + j * b.columnStep,
          across: b.columnStep,
          along: b.rowStep,
          tile: tileColumns * b.columnStep,
        }
        if (packB) right = pack(workspace + bytesA, right, columns, inner, tileColumns)
        for (let i = 0; i < m; i += blockRows) {
          const rows = Math.min(blockRows, m - i)
          let left: Lines = {
            address: a.address + i * a.rowStep + p * a.columnStep,
            across: a.rowStep,
            along: a.columnStep,
            tile: tileRows * a.rowStep,
          }
          if (packA) left = pack(workspace, left, rows, inner, tileRows)
          const out = { ...c, address: c.address + i * c.rowStep + j * c.columnStep }
          multiply({ ...product, m: rows, n: columns, k: inner, c: out }, left, right, p > 0)
        }
      }
    }
    if (workspace > 0) memory.free(workspace, bytesA + bytesB)
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}
