import { bytesPerElement, type DType } from '@tapegrad/core'
import type { Arithmetic } from '../arithmetic.ts'
import { compile } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { byteKernel } from './byte-kernel.ts'
import { dotKernel } from './dot-kernel.ts'
import { makeGemm } from './gemm.ts'
import { type LaneType, type LaneTypes, laneTypes } from './lane-type.ts'
import { type Matrices, plan, type Request } from './plan.ts'
import { smallKernel } from './small-kernel.ts'

/** The `matmul` of the backend. */
export type Matmul = (a: CpuView, b: CpuView, out: CpuView) => void

/** All products of a batch. */
export type Multiply = (request: Request) => void

/**
 * Makes the backend's `matmul`; kernels are compiled when they are first needed.
 *
 * Each element is a sum in ascending order of k, of rounded products or, where the arithmetic is fused, of exact ones;
 * except in products of float32 with a single column, where it is four interleaved sums. Nothing else depends on the
 * layout of the operands.
 */
export function makeMatmul(memory: WasmMemory, arithmetic: Arithmetic): Matmul {
  const bytes = makeBytes(memory)
  const products: Readonly<Record<DType, Multiply>> = {
    float32: makeProducts(memory, 'float32', arithmetic),
    float64: makeProducts(memory, 'float64', arithmetic),
    int32: makeProducts(memory, 'int32', arithmetic),
    uint8: bytes,
    bool: bytes,
  }
  const small = makeSmall(memory, laneTypes(arithmetic.fused).float32)
  return (a, b, out) => {
    if (isSmall(a, out)) small(a, b, out)
    else products[out.dtype](requestOf(a, b, out))
  }
}

/** Up to so many products of two elements, planning takes longer than computing. */
const smallProduct = 512

/** Whether a product is one of small matrices, in whole vectors of columns. */
function isSmall(a: CpuView, out: CpuView): boolean {
  return (
    out.dtype === 'float32' &&
    a.shape[0] === 1 &&
    out.shape[2]! % 4 === 0 &&
    out.size * a.shape[2]! <= smallProduct
  )
}

function makeSmall(memory: WasmMemory, type: LaneType): Matmul {
  const compileSmall = () =>
    compile({ rows: smallKernel(type, true), columns: smallKernel(type, false) }, memory.memory)
  let kernels: ReturnType<typeof compileSmall> | undefined
  return (a, b, out) => {
    kernels ??= compileSmall()
    const aRow = 4 * a.strides[1]!
    const aColumn = 4 * a.strides[2]!
    const bRow = 4 * b.strides[1]!
    const bColumn = 4 * b.strides[2]!
    const multiply = bColumn === 4 ? kernels.rows : kernels.columns
    // biome-ignore format: A, B, C, sizes.
    multiply(
      addressOf(a), aRow, aColumn, addressOf(b), bRow, bColumn, addressOf(out),
      out.shape[1]!, out.shape[2]! / 4, a.shape[2]!,
    )
  }
}

function requestOf(a: CpuView, b: CpuView, out: CpuView): Request {
  const [batches, m, k] = a.shape as readonly [number, number, number]
  const n = b.shape[2]!
  const bytes = bytesPerElement(out.dtype)
  const left = matricesOf(a, bytes)
  const right = matricesOf(b, bytes)
  const c = { address: addressOf(out), batchStep: m * n * bytes, rowStep: n * bytes, columnStep: bytes }
  // Rows of all matrices of a batch are rows of one product where they share B.
  const rowStep = m === 1 ? left.batchStep : left.rowStep
  if (right.batchStep === 0 && left.batchStep === m * rowStep) {
    return { batches: 1, m: batches * m, n, k, a: { ...left, rowStep }, b: right, c, accumulate: false }
  }
  return { batches, m, n, k, a: left, b: right, c, accumulate: false }
}

function matricesOf(view: CpuView, bytes: number): Matrices {
  const [batch, row, column] = view.strides as readonly [number, number, number]
  return {
    address: addressOf(view),
    batchStep: batch * bytes,
    rowStep: row * bytes,
    columnStep: column * bytes,
  }
}

/** Makes the products of one element type; kernels are compiled when they are first needed. */
export function makeProducts(memory: WasmMemory, dtype: keyof LaneTypes, arithmetic: Arithmetic): Multiply {
  const type = laneTypes(arithmetic.fused)[dtype]
  const gemm = makeGemm(memory, type, arithmetic)
  const hasDot = dtype === 'float32'
  const compileDot = () => compile({ dot: dotKernel(type) }, memory.memory).dot
  let dot: ReturnType<typeof compileDot> | undefined
  return (request) => {
    const planned = plan(type, request)
    const { batches, m, n, k, a, b, c, accumulate } = planned
    const isPlain = !accumulate && c.rowStep === type.bytes
    if (hasDot && isPlain && n === 1 && a.columnStep === type.bytes && b.rowStep === type.bytes) {
      dot ??= compileDot()
      for (let i = 0; i < batches; i++) {
        const from = a.address + i * a.batchStep
        dot(from, a.rowStep, b.address + i * b.batchStep, c.address + i * c.batchStep, m, k)
      }
    } else {
      gemm(planned)
    }
  }
}

function makeBytes(memory: WasmMemory): Multiply {
  const compileBytes = () => compile({ multiply: byteKernel() }, memory.memory).multiply
  let multiply: ReturnType<typeof compileBytes> | undefined
  return ({ batches, m, n, k, a, b, c }) => {
    multiply ??= compileBytes()
    for (let i = 0; i < batches; i++) {
      const from = a.address + i * a.batchStep
      const by = b.address + i * b.batchStep
      const to = c.address + i * c.batchStep
      multiply(from, a.rowStep, a.columnStep, by, b.rowStep, b.columnStep, to, m, n, k)
    }
  }
}
