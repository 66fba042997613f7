import { FunctionBuilder, type Local } from '../assembler/index.ts'
import { addProduct, type LaneType, lanesOf } from './lane-type.ts'
import { transposeQuads } from './transpose-quads.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/** The function of one tile. */
export type MicroKernel = FunctionBuilder<typeof parameters, readonly []>

/** The tile that a micro-kernel computes. */
export interface Tile {
  readonly rows: number
  readonly columns: number
  /** Whether elements of a column, not of a row, are neighbours in C; for elements of 4 bytes and at most 4 rows. */
  readonly transposed: boolean
}

/**
 * C = A·B, or C += A·B where `accumulate` is not 0, for a tile that stays in registers.
 *
 * Each element is the sum over k in ascending order, started anew or from C: splitting k into blocks changes no bit.
 * B's rows and C's rows (columns where transposed) are read as whole vectors, past their ends by less than one
 * vector, and C is written exactly. Every other step is in bytes.
 *
 * Parameters: a, step between rows of A, step along k in A, b, step along k in B, c, step between rows of C (columns
 * where transposed), k, accumulate.
 */
export function microKernel(type: LaneType, tile: Tile): MicroKernel {
  const lanes = lanesOf(type)
  const { rows, columns, transposed } = tile
  const fn: MicroKernel = new FunctionBuilder(
    `matmul${rows}x${columns}${transposed ? 'Transposed' : ''}`,
    parameters,
  )
  const [a, aRow, aStep, b, bStep, c, cStep, k, accumulate] = fn.params
  const vectors = Math.ceil(columns / lanes)
  const sums = Array.from({ length: rows }, () => fn.locals('v128', vectors))
  const right = fn.locals('v128', vectors)
  const left = fn.local('v128')
  const rest = fn.locals('i32', rows - 1)
  const pointers = [a, ...rest]
  for (const [i, pointer] of rest.entries()) fn.op('i32.add', pointers[i]!, aRow).set(pointer)

  const access = transposed ? transposedTile : rowTile
  fn.get(accumulate).if(() => access.load(fn, type, { sums, columns, c, cStep }))
  // Not unrolled, and k not a constant: register allocators of older engines spill otherwise.
  fn.repeat(k, () => {
    for (let j = 0; j < vectors; j++) fn.load('v128.load', b, 16 * j).set(right[j]!)
    for (let i = 0; i < rows; i++) {
      fn.load(type.splat, pointers[i]!).set(left)
      for (let j = 0; j < vectors; j++) addProduct(fn, type, sums[i]![j]!, left, right[j]!)
    }
    for (const pointer of pointers) fn.advance(pointer, aStep)
    fn.advance(b, bStep)
  })
  access.store(fn, type, { sums, columns, c, cStep })
  return fn
}

interface Accumulators {
  /** By row, then by vector of columns. */
  readonly sums: readonly (readonly Local<'v128'>[])[]
  readonly columns: number
  readonly c: Local<'i32'>
  readonly cStep: Local<'i32'>
}

interface TileAccess {
  readonly load: (fn: FunctionBuilder, type: LaneType, accumulators: Accumulators) => void
  readonly store: (fn: FunctionBuilder, type: LaneType, accumulators: Accumulators) => void
}

const rowTile: TileAccess = {
  load(fn, _, { sums, c, cStep }) {
    const pointer = fn.local('i32')
    fn.set(pointer, c)
    for (const row of sums) {
      for (const [j, sum] of row.entries()) fn.load('v128.load', pointer, 16 * j).set(sum)
      fn.advance(pointer, cStep)
    }
  },
  store(fn, type, { sums, columns, c, cStep }) {
    const lanes = lanesOf(type)
    for (const row of sums) {
      for (const [j, sum] of row.entries()) {
        storeLanes(fn, type, c, sum, 16 * j, Math.min(lanes, columns - j * lanes))
      }
      fn.advance(c, cStep)
    }
  },
}

const transposedTile: TileAccess = {
  load(fn, _, { sums, columns, c, cStep }) {
    const pointer = fn.local('i32')
    fn.set(pointer, c)
    const quad = fn.locals('v128', 4)
    for (let first = 0; first < columns; first += 4) {
      for (const column of quad.slice(0, columns - first)) {
        fn.load('v128.load', pointer).set(column).advance(pointer, cStep)
      }
      const rows = transposeQuads(fn, quad)
      for (const [i, row] of sums.entries()) fn.set(row[first / 4]!, rows[i]!)
    }
  },
  store(fn, type, { sums, columns, c, cStep }) {
    for (let first = 0; first < columns; first += 4) {
      // Rows that the tile lacks do not matter.
      const quad = Array.from({ length: 4 }, (_, i) => (sums[i] ?? sums[0]!)[first / 4]!)
      for (const column of transposeQuads(fn, quad).slice(0, columns - first)) {
        storeLanes(fn, type, c, column, 0, sums.length)
        fn.advance(c, cStep)
      }
    }
  },
}

/** Writes the first `count` lanes of a vector. */
function storeLanes(
  fn: FunctionBuilder,
  { bytes }: LaneType,
  address: Local<'i32'>,
  vector: Local<'v128'>,
  offset: number,
  count: number,
): void {
  const size = count * bytes
  if (size === 16) fn.store('v128.store', address, vector, offset)
  if (size & 8 && size < 16) fn.storeLane('v128.store64_lane', 0, address, vector, offset)
  if (size & 4)
    fn.storeLane('v128.store32_lane', size >> 2 === 3 ? 2 : 0, address, vector, offset + (size & 8))
}
