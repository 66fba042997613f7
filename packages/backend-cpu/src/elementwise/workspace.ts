import type { DType } from '@tapegrad/core'
import { elementTypes } from '../element-type.ts'
import { elementsOf } from '../host-memory.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'

/** Memory of the backend itself. */
export interface Workspace {
  /** How many rows and elements a row of any dtype each block holds. */
  readonly rows: number
  readonly columns: number
  /** A block for each input of a kernel. */
  readonly addresses: readonly number[]
  /** Stores a number where kernels can read it, and gives the address; `slot` tells the numbers of one call apart. */
  store(slot: 0 | 1, dtype: DType, value: number): number
}

// 16 rows of 4-byte elements are a cache line of each column, and all blocks together fit into the fastest cache.
const rows = 16
const columns = 128
const mostInputs = 3

/** Takes the workspace of element-wise kernels. */
export function makeWorkspace(memory: WasmMemory): Workspace {
  const addresses = Array.from({ length: mostInputs }, () =>
    memory.alloc(rows * columns * elementTypes.float64.bytes),
  )
  const numbers = memory.alloc(2 * elementTypes.float64.bytes)
  return {
    rows,
    columns,
    addresses,
    store(slot, dtype, value) {
      const address = numbers + slot * elementTypes.float64.bytes
      elementsOf(memory, dtype)[address / elementTypes[dtype].bytes] = value
      return address
    },
  }
}
