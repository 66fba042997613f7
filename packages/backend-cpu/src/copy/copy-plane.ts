import type { DType } from '@tapegrad/core'
import { compile } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import { elementsOfStep, vectorKernel } from '../elementwise/vector-kernel.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { rowCopyKernel, stridedCopyKernel } from './strided-copy.ts'
import { transposeKernel } from './transpose.ts'
import { castExpression } from './vector-casts.ts'

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

/** The kernels of casts between two dtypes. */
interface Casts {
  /** Any strides, element by element. */
  readonly strided: Run
  /** Rows of whole steps of contiguous elements on both sides. */
  readonly vectors: Run | undefined
  readonly step: number
}

/** Copies planes of any strides between any dtypes; nothing but the elements of the target is written. */
export function makeCopyPlane(memory: WasmMemory): CopyPlane {
  const casts = new Map<string, Casts>()
  let copyRows: Run | undefined
  let transpose: Run | undefined

  const castsOf = (fromType: DType, toType: DType): Casts => {
    const key = `${fromType} ${toType}`
    let known = casts.get(key)
    if (known === undefined) {
      known = compileCasts(memory, fromType, toType)
      casts.set(key, known)
    }
    return known
  }

  return (fromType, toType, from, to, count, rows, fromRow, fromStride, toRow, toStride) => {
    const { bytes } = elementTypes[toType]
    const isContiguous = fromStride === elementTypes[fromType].bytes && toStride === bytes
    if (fromType === toType && isContiguous) {
      copyRows ??= compile({ copyRows: rowCopyKernel() }, memory.memory).copyRows
      copyRows(from, to, count * bytes, rows, fromRow, fromStride, toRow, toStride)
      return
    }
    const { strided, vectors, step } = castsOf(fromType, toType)
    const copyBlock = (column: number, row: number, width: number, height: number): void => {
      if (width === 0 || height === 0) return
      const source = from + row * fromRow + column * fromStride
      const target = to + row * toRow + column * toStride
      strided(source, target, width, height, fromRow, fromStride, toRow, toStride)
    }
    if (isContiguous && vectors !== undefined) {
      const whole = count - (count % step)
      if (whole > 0) vectors(from, to, whole, rows, toRow, fromRow, fromStride)
      copyBlock(whole, 0, count - whole, rows)
    } else if (
      fromType === toType &&
      bytes === 4 &&
      fromRow === 4 &&
      toStride === 4 &&
      count > 3 &&
      rows > 3
    ) {
      transpose ??= compile({ transpose: transposeKernel() }, memory.memory).transpose
      const columns = count - (count % 4)
      const height = rows - (rows % 4)
      transpose(from, to, columns, height, fromRow, fromStride, toRow, toStride)
      copyBlock(columns, 0, count - columns, height)
      copyBlock(0, height, count, rows - height)
    } else {
      copyBlock(0, 0, count, rows)
    }
  }
}

function compileCasts(memory: WasmMemory, fromType: DType, toType: DType): Casts {
  const { strided } = compile({ strided: stridedCopyKernel(fromType, toType) }, memory.memory)
  const step = elementsOfStep([fromType, toType])
  const expression = castExpression(fromType, toType)
  if (expression === undefined) return { strided, step, vectors: undefined }
  const name = `cast_${fromType}_${toType}`
  const fn = vectorKernel(name, [{ dtype: fromType, mode: 'contiguous' }], toType, expression)
  return { strided, step, vectors: compile({ vectors: fn }, memory.memory).vectors }
}
