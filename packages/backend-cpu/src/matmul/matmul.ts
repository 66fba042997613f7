import { bytesPerElement, type DType } from '@tapegrad/core'
import { compile } from '../assembler/index.ts'
import type { WasmMemory } from '../memory/wasm-memory.ts'
import { addressOf, type CpuView } from '../views.ts'
import { byteKernel } from './byte-kernel.ts'
import { dotKernel } from './dot-kernel.ts'
import { makeGemm } from './gemm.ts'
import { type LaneType, laneTypes } from './lane-type.ts'
import { type Matrix, plan, type Request } from './plan.ts'

/** The `matmul` of the backend. */
export type Matmul = (a: CpuView, b: CpuView, out: CpuView) => void

/** One product of a batch. */
type Multiply = (request: Request) => void

/**
 * Makes the backend's `matmul`; kernels are compiled when they are first needed.
 *
 * Each element is a sum in ascending order of k without fused steps, except in products of float32 with a single
 * column, where it is four interleaved sums. Nothing else depends on the layout of the operands.
 */
export function makeMatmul(memory: WasmMemory): Matmul {
  const bytes = makeBytes(memory)
  const products: Readonly<Record<DType, Multiply>> = {
    float32: makeProduct(memory, laneTypes.float32),
    float64: makeProduct(memory, laneTypes.float64),
    int32: makeProduct(memory, laneTypes.int32),
    uint8: bytes,
    bool: bytes,
  }
  return (a, b, out) => {
    const multiply = products[out.dtype]
    const request = requestOf(a, b, out)
    const bytes = bytesPerElement(out.dtype)
    const { m, n } = request
    const [batches] = out.shape as readonly [number, number, number]
    const stepA = a.strides[0]! * bytes
    const stepB = b.strides[0]! * bytes
    // Rows of all matrices of a batch are rows of one product where they share B.
    if (stepB === 0 && (m === 1 || stepA === m * request.a.rowStep)) {
      const rowStep = m === 1 ? stepA : request.a.rowStep
      multiply({ ...request, m: batches * m, a: { ...request.a, rowStep } })
      return
    }
    for (let i = 0; i < batches; i++) {
      multiply({
        ...request,
        a: moved(request.a, i * stepA),
        b: moved(request.b, i * stepB),
        c: moved(request.c, i * m * n * bytes),
      })
    }
  }
}

function requestOf(a: CpuView, b: CpuView, out: CpuView): Request {
  const [, m, k] = a.shape as readonly [number, number, number]
  return { m, n: b.shape[2]!, k, a: matrixOf(a), b: matrixOf(b), c: matrixOf(out) }
}

function matrixOf(view: CpuView): Matrix {
  const bytes = bytesPerElement(view.dtype)
  return { address: addressOf(view), rowStep: view.strides[1]! * bytes, columnStep: view.strides[2]! * bytes }
}

function moved(matrix: Matrix, bytes: number): Matrix {
  return { ...matrix, address: matrix.address + bytes }
}

function makeProduct(memory: WasmMemory, type: LaneType): Multiply {
  const gemm = makeGemm(memory, type)
  const hasDot = type === laneTypes.float32
  const compileDot = () => compile({ dot: dotKernel() }, memory.memory).dot
  let dot: ReturnType<typeof compileDot> | undefined
  return (request) => {
    const product = plan(type, request)
    const { m, n, k, a, b, c } = product
    if (hasDot && n === 1 && a.columnStep === type.bytes && b.rowStep === type.bytes) {
      dot ??= compileDot()
      dot(a.address, a.rowStep, b.address, c.address, m, k)
    } else {
      gemm(product)
    }
  }
}

function makeBytes(memory: WasmMemory): Multiply {
  const compileBytes = () => compile({ multiply: byteKernel() }, memory.memory).multiply
  let multiply: ReturnType<typeof compileBytes> | undefined
  return ({ m, n, k, a, b, c }) => {
    multiply ??= compileBytes()
    multiply(a.address, a.rowStep, a.columnStep, b.address, b.rowStep, b.columnStep, c.address, m, n, k)
  }
}
