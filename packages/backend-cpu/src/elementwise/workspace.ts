import type { DType } from '@tapegrad/core'
import { elementTypes } from '../element-type.ts'
import { elementsOf } from '../host-memory.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'

/** Memory of the backend itself. */
export interface Workspace {
  /** How many elements of any dtype each block holds. */
  readonly elements: number
  /** A block for each input of a kernel. */
  readonly addresses: readonly number[]
  /** Stores a number where kernels can read it, and gives the address; `slot` tells the numbers of one call apart. */
  store(slot: 0 | 1, dtype: DType, value: number): number
}

const elements = 2048
const mostInputs = 3

/** Takes the workspace of element-wise kernels. */
export function makeWorkspace(memory: WasmMemory): Workspace {
  const addresses = Array.from({ length: mostInputs }, () =>
    memory.alloc(elements * elementTypes.float64.bytes),
  )
  const numbers = memory.alloc(2 * elementTypes.float64.bytes)
  return {
    elements,
    addresses,
    store(slot, dtype, value) {
      const address = numbers + slot * elementTypes.float64.bytes
      elementsOf(memory, dtype)[address / elementTypes[dtype].bytes] = value
      return address
    },
  }
}
