import type { CpuBackend } from '@tapegrad/backend-cpu'
import { bytesPerElement, rowMajorStrides, Storage, sizeOf, type View } from '@tapegrad/core'
import { layoutOf, mergedLayoutOf } from './layout.ts'
import type { BlasLibrary } from './library.ts'
import { viewOf } from './views.ts'

/** The `matmul` of a backend. */
export type Multiply = (a: View<number>, b: View<number>, out: View<number>) => void

/** CblasRowMajor, CblasNoTrans, CblasTrans. */
const rowMajor = 101
const plain = 111
const transpose = 112

/**
 * Makes the product of float32 or float64 matrices by a library, in the memory of the CPU backend and without a copy
 * where a BLAS can read the strides.
 */
export function makeMultiply(library: BlasLibrary, cpu: CpuBackend): Multiply {
  const addressOfMemory = makeAddressOfMemory(library, cpu)

  return function multiply(a, b, out) {
    // Rows of all matrices of a batch are rows of one product where they share B.
    const left = (b.strides[0] === 0 ? mergedLayoutOf(a) : undefined) ?? layoutOf(a)
    const right = layoutOf(b)
    if (left === undefined || right === undefined) {
      withCopies(cpu, a, left === undefined, b, right === undefined, (p, q) => multiply(p, q, out))
      return
    }
    const m = left.rows
    const k = a.shape[2]!
    const n = b.shape[2]!
    const gemm = out.dtype === 'float64' ? library.dgemm : library.sgemm
    const bytes = bytesPerElement(out.dtype)
    const memory = addressOfMemory()
    const turnA = left.transposed ? transpose : plain
    const turnB = right.transposed ? transpose : plain
    for (let i = 0; i < left.batches; i++) {
      const atA = memory + a.storage.handle + (a.offset + i * a.strides[0]!) * bytes
      const atB = memory + b.storage.handle + (b.offset + i * b.strides[0]!) * bytes
      const atC = memory + out.storage.handle + (out.offset + i * m * n) * bytes
      gemm(rowMajor, turnA, turnB, m, n, k, 1, atA, left.lead, atB, right.lead, 0, atC, n)
    }
  }
}

function withCopies(
  cpu: CpuBackend,
  a: View<number>,
  copyA: boolean,
  b: View<number>,
  copyB: boolean,
  use: (a: View<number>, b: View<number>) => void,
): void {
  const copies: Storage<number>[] = []
  try {
    use(copyA ? copyOf(cpu, a, copies) : a, copyB ? copyOf(cpu, b, copies) : b)
  } finally {
    for (const storage of copies) storage.release()
  }
}

/** A copy without gaps; a matrix that repeats is copied once. */
function copyOf(cpu: CpuBackend, view: View<number>, copies: Storage<number>[]): View<number> {
  const repeats = view.strides[0] === 0
  const shape = repeats ? [1, ...view.shape.slice(1)] : view.shape
  const storage = new Storage<number>(cpu, view.dtype, sizeOf(shape))
  copies.push(storage)
  const whole = { storage, offset: 0 }
  const strides = rowMajorStrides(shape)
  cpu.copy(viewOf(view, shape, view.strides), viewOf(whole, shape, strides))
  return repeats ? viewOf(whole, view.shape, [0, ...strides.slice(1)]) : viewOf(whole, shape, strides)
}

/** Where the memory begins in the process; asked again after it grew, since growth may move it. */
function makeAddressOfMemory(library: BlasLibrary, cpu: CpuBackend): () => number {
  let length = -1
  let address = 0
  return () => {
    const { buffer } = cpu.memory()
    if (buffer.byteLength !== length) {
      address = library.addressOf(new Uint8Array(buffer))
      length = buffer.byteLength
    }
    return address
  }
}
