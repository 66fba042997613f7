import { compile, type Exported } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { float64Functions } from './float64.ts'
import { type LineName, lineFunctions } from './line-functions.ts'
import { type ColumnKernel, columnKernel, type RowKernel, rowKernel } from './line-kernels.ts'

/** A function of contiguous tensors of one shape, along one axis; the last tensor is the result. */
export type AlongAxis = (tensors: readonly CpuView[], axis: number) => void

/** Makes such a function; its kernels are compiled when they are first needed. */
export function makeAlongAxis(memory: WasmMemory, name: LineName): AlongAxis {
  let rows: Exported<RowKernel> | undefined
  let columns: Exported<ColumnKernel> | undefined
  return (tensors, axis) => {
    const { shape, dtype, size } = tensors[0]!
    const length = shape[axis]!
    const inner = shape.slice(axis + 1).reduce((product, side) => product * side, 1)
    const outer = size / length / inner
    const addresses = tensors.map(addressOf)
    if (dtype === 'float64') {
      for (let i = 0; i < outer * inner; i++) {
        const first = Math.floor(i / inner) * length * inner + (i % inner)
        const starts = addresses.map((address) => address / 8 + first)
        float64Functions[name]({ data: memory.f64, starts, step: inner, length })
      }
      return
    }
    const [a, b, c = 0] = addresses as [number, number, number?]
    if (inner === 1) {
      rows ??= compile({ run: rowKernel(name, lineFunctions[name]) }, memory.memory).run
      rows(a, b, c, outer, length)
    } else {
      columns ??= compile({ run: columnKernel(name, lineFunctions[name]) }, memory.memory).run
      columns(a, b, c, outer, length, inner)
    }
  }
}
