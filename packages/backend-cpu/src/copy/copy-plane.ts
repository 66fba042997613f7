import type { DType } from '@tapegrad/core'
import { compile } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { rowCopyKernel, stridedCopyKernel } from './strided-copy.ts'
import { transposeKernel } from './transpose.ts'

/** A plane of elements to copy; addresses and strides are in bytes. */
export type CopyPlane = (
  fromType: DType,
  toType: DType,
  from: number,
  to: number,
  count: number,
  rows: number,
  fromRow: number,
  fromStride: number,
  toRow: number,
  toStride: number,
) => void

type Run = (...args: number[]) => void

/** Copies planes of any strides between any dtypes; nothing but the elements of the target is written. */
export function makeCopyPlane(memory: WasmMemory): CopyPlane {
  const strided = new Map<string, Run>()
  let copyRows: Run | undefined
  let transpose: Run | undefined

  const compileStrided = (fromType: DType, toType: DType): Run => {
    const key = `${fromType} ${toType}`
    let run = strided.get(key)
    if (run === undefined) {
      run = compile({ copy: stridedCopyKernel(fromType, toType) }, memory.memory).copy
      strided.set(key, run)
    }
    return run
  }

  return (fromType, toType, from, to, count, rows, fromRow, fromStride, toRow, toStride) => {
    const { bytes } = elementTypes[toType]
    if (fromType === toType && fromStride === bytes && toStride === bytes) {
      copyRows ??= compile({ copyRows: rowCopyKernel() }, memory.memory).copyRows
      copyRows(from, to, count * bytes, rows, fromRow, fromStride, toRow, toStride)
      return
    }
    const run = compileStrided(fromType, toType)
    if (fromType !== toType || bytes !== 4 || fromRow !== 4 || toStride !== 4 || count < 4 || rows < 4) {
      run(from, to, count, rows, fromRow, fromStride, toRow, toStride)
      return
    }
    transpose ??= compile({ transpose: transposeKernel() }, memory.memory).transpose
    const wholeColumns = count - (count % 4)
    const wholeRows = rows - (rows % 4)
    transpose(from, to, wholeColumns, wholeRows, fromRow, fromStride, toRow, toStride)
    const right = [from + wholeColumns * fromStride, to + wholeColumns * toStride] as const
    if (wholeColumns < count) {
      run(...right, count - wholeColumns, wholeRows, fromRow, fromStride, toRow, toStride)
    }
    if (wholeRows < rows) {
      const below = [from + wholeRows * fromRow, to + wholeRows * toRow] as const
      run(...below, count, rows - wholeRows, fromRow, fromStride, toRow, toStride)
    }
  }
}
