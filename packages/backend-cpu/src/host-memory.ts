import { bytesPerElement, type Data, type DType } from '@tapegrad/core'
import type { WasmMemory } from './memory/wasm-memory.ts'

/** The whole memory as elements of a dtype. It is replaced when the memory grows: never keep it across an `alloc`. */
export function elementsOf(memory: WasmMemory, dtype: DType): Data {
  switch (dtype) {
    case 'float32':
      return memory.f32
    case 'float64':
      return memory.f64
    case 'int32':
      return memory.i32
    default:
      return memory.u8
  }
}

/** Copies host data to an address. */
export function writeElements(memory: WasmMemory, dtype: DType, address: number, data: Data): void {
  elementsOf(memory, dtype).set(data, address / bytesPerElement(dtype))
}

/** A copy of `length` elements at an address. */
export function readElements(memory: WasmMemory, dtype: DType, address: number, length: number): Data {
  const first = address / bytesPerElement(dtype)
  return elementsOf(memory, dtype).slice(first, first + length)
}
