import type { Arithmetic } from '../arithmetic.ts'
import { compile, type Exported } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { type BlockKernel, blockKernel, splitRows, tileRows } from './block-kernel.ts'
import { type LaneType, lanesOf } from './lane-type.ts'
import { type PackKernel, packKernel } from './pack-kernel.ts'
import type { Plan } from './plan.ts'

/** Rows of A or columns of B, in place or packed: steps from one to the next and along k, in bytes. */
interface Lines {
  readonly address: number
  readonly across: number
  readonly along: number
  /** From one tile of lines to the next. */
  readonly tile: number
}

/** A panel of B of this depth stays in the first-level cache, */
const depth = 256
/** a block of A of so many rows and this depth in the second-level one, */
const blockRows = 120
/** and a packed block of B of so many columns in the third-level one. */
const blockColumns = 1024
/** Columns of a tile of a single row: with fewer, additions wait for each other. */
const wideTile = 32

/** The blocked matrix product of one element type; its kernels are compiled when they are first needed. */
export function makeGemm(memory: WasmMemory, type: LaneType, { wide }: Arithmetic): (plan: Plan) => void {
  const { bytes, multiplyAdd } = type
  // The most that registers hold: engines have 15 for sums, a row of B and an element of A.
  const tileColumns = (wide ? 4 : 2) * lanesOf(type)
  const rowsWhereTall = multiplyAdd === undefined ? tileRows : tileRows + 1
  const blocks: Exported<BlockKernel>[] = []
  const packers: Exported<PackKernel>[] = []

  function block(rows: number, columns: number, transposed: boolean, single: boolean): Exported<BlockKernel> {
    const key = 8 * columns + 4 * (rows - tileRows) + (single ? 2 : 0) + (transposed ? 1 : 0)
    blocks[key] ??= compile(
      { block: blockKernel(type, { rows, columns, transposed, single }) },
      memory.memory,
    ).block
    return blocks[key]
  }

  function commonRows({ tall }: Plan): number {
    return tall ? rowsWhereTall : tileRows
  }

  /** Packs `count` lines in tiles of `width`. */
  function pack(to: number, lines: Lines, count: number, k: number, width: number): Lines {
    packers[width] ??= compile({ pack: packKernel(type, width) }, memory.memory).pack
    packers[width](to, lines.address, count, k, lines.across, lines.along)
    return { address: to, across: bytes, along: width * bytes, tile: width * bytes * k }
  }

  /** A block of C, m × n at an address, in tiles as wide as possible. */
  function multiply(
    plan: Plan,
    m: number,
    n: number,
    k: number,
    left: Lines,
    right: Lines,
    to: number,
    accumulate: boolean,
  ): void {
    const { packB, transposed } = plan
    const { rowStep, columnStep } = plan.c
    const single = m === 1
    const rows = commonRows(plan)
    const { tall, common, rest } = splitRows(m, rows, plan.tall)
    let width = single && !packB ? wideTile : tileColumns
    for (let column = 0; column < n; width = Math.min(tileColumns, n - column)) {
      const panels = Math.floor((n - column) / width)
      if (panels === 0) continue
      const b = right.address + (column / tileColumns) * right.tile
      const bPanel = (width / tileColumns) * right.tile
      const c = to + column * columnStep
      // biome-ignore format: A, B, C, sizes.
      block(rows, width, transposed, single)(
        left.address, left.across, left.along, left.tile,
        b, right.along, bPanel,
        c, transposed ? columnStep : rowStep, rowStep, width * columnStep,
        k, accumulate ? 1 : 0, tall, common, rest, panels,
      )
      column += panels * width
    }
  }

  /** One product of the batch; the workspaces are used where the plan says so. */
  function multiplyOne(plan: Plan, batch: number, packedA: number, packedB: number): void {
    const { m, n, k, a, b, c, packA, packB } = plan
    const fromA = a.address + batch * a.batchStep
    const fromB = b.address + batch * b.batchStep
    const toC = c.address + batch * c.batchStep
    const stepN = packB ? blockColumns : n
    for (let j = 0; j < n; j += stepN) {
      const columns = Math.min(stepN, n - j)
      for (let p = 0; p < k; p += depth) {
        const inner = Math.min(depth, k - p)
        let right: Lines = {
          address: fromB + p * b.rowStep + j * b.columnStep,
          across: b.columnStep,
          along: b.rowStep,
          tile: tileColumns * b.columnStep,
        }
        if (packB) right = pack(packedB, right, columns, inner, tileColumns)
        for (let i = 0; i < m; i += blockRows) {
          const rows = Math.min(blockRows, m - i)
          let left: Lines = {
            address: fromA + i * a.rowStep + p * a.columnStep,
            across: a.rowStep,
            along: a.columnStep,
            tile: commonRows(plan) * a.rowStep,
          }
          if (packA) left = pack(packedA, left, rows, inner, tileRows)
          multiply(
            plan,
            rows,
            columns,
            inner,
            left,
            right,
            toC + i * c.rowStep + j * c.columnStep,
            plan.accumulate || p > 0,
          )
        }
      }
    }
  }

  /** A product that is one block and needs no copies, as small ones do. */
  function multiplySmall(plan: Plan): void {
    const { m, n, k, a, b, c } = plan
    const left = {
      address: a.address,
      across: a.rowStep,
      along: a.columnStep,
      tile: commonRows(plan) * a.rowStep,
    }
    const right = {
      address: b.address,
      across: b.columnStep,
      along: b.rowStep,
      tile: tileColumns * b.columnStep,
    }
    multiply(plan, m, n, k, left, right, c.address, plan.accumulate)
  }

  return (plan) => {
    const { batches, m, n, packA, packB } = plan
    if (batches === 1 && !packA && !packB && m <= blockRows && plan.k <= depth) {
      multiplySmall(plan)
      return
    }
    const most = Math.min(plan.k, depth) * bytes
    const bytesA = packA ? roundUp(Math.min(m, blockRows), tileRows) * most : 0
    const bytesB = packB ? roundUp(Math.min(n, blockColumns), tileColumns) * most : 0
    const workspace = packA || packB ? memory.alloc(bytesA + bytesB) : 0
    for (let batch = 0; batch < batches; batch++) multiplyOne(plan, batch, workspace, workspace + bytesA)
    if (workspace > 0) memory.free(workspace, bytesA + bytesB)
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple
}
