import {
  type Backend,
  bytesPerElement,
  type Data,
  type DType,
  isRowMajor,
  KernelTable,
  rowMajorStrides,
  Storage,
  sizeOf,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { blockPadding } from './memory/size-classes.ts'
import type { WasmMemory } from './memory/wasm-memory.ts'
import type { CpuView } from './views.ts'

/** A window onto a storage; without strides it is contiguous. */
export interface Layout {
  readonly strides?: readonly number[]
  readonly offset?: number
}

/** What tests of kernels need instead of tensors: views onto storages of a memory. */
export interface TestViews {
  /** A view of a new storage with these contents. */
  input(dtype: DType, values: ArrayLike<number>, shape: readonly number[], layout?: Layout): CpuView
  /** A contiguous view of a new storage whose contents every kernel has to overwrite. */
  output(dtype: DType, shape: readonly number[]): CpuView
  /** The elements of a contiguous view. */
  contents(view: CpuView): number[]
  /** Throws where something was written in front of the storages or beyond their padding. */
  checkGuards(): void
  /** Gives all storages back. */
  release(): void
}

const guardBytes = 64
const guardValue = 0xa5

/** Makes the views of one test; contents that have no meaning are NaN or −1. */
export function testViews(memory: WasmMemory): TestViews {
  const backend = storageOnly()
  const blocks: { readonly address: number; readonly bytes: number }[] = []

  function allocate(dtype: DType, length: number): Storage<number> {
    const storage = new Storage<number>(backend, dtype, length)
    const used = length * bytesPerElement(dtype)
    const bytes = guardBytes + used + blockPadding + guardBytes
    const block = memory.alloc(bytes)
    blocks.push({ address: block, bytes })
    memory.u8.fill(guardValue, block, block + bytes)
    storage.handle = block + guardBytes
    memory.u8.fill(0xff, storage.handle, storage.handle + used + blockPadding)
    return storage
  }

  function view(storage: Storage<number>, shape: readonly number[], layout: Layout = {}): CpuView {
    const { strides = rowMajorStrides(shape), offset = 0 } = layout
    const contiguous = isRowMajor(shape, strides)
    return { storage, dtype: storage.dtype, shape, strides, offset, size: sizeOf(shape), contiguous }
  }

  function elements({ storage }: CpuView): Data {
    const { dtype, handle, length } = storage
    const whole = {
      float32: memory.f32,
      float64: memory.f64,
      int32: memory.i32,
      uint8: memory.u8,
      bool: memory.u8,
    }
    const start = handle / bytesPerElement(dtype)
    return whole[dtype].subarray(start, start + length)
  }

  return {
    input(dtype, values, shape, layout) {
      const result = view(allocate(dtype, values.length), shape, layout)
      elements(result).set(values)
      return result
    },
    output: (dtype, shape) => view(allocate(dtype, sizeOf(shape)), shape),
    contents: (out) => [...elements(out)],
    checkGuards() {
      for (const { address, bytes } of blocks) {
        const ends = [
          memory.u8.subarray(address, address + guardBytes),
          memory.u8.subarray(address + bytes - guardBytes, address + bytes),
        ]
        if (!ends.every((end) => end.every((byte) => byte === guardValue)))
          throw new Error('a kernel wrote outside its storage')
      }
    },
    release() {
      for (const { address, bytes } of blocks.splice(0)) memory.free(address, bytes)
    },
  }
}

/** A backend for storages whose memory is allocated here. */
function storageOnly(): Backend<number> {
  const unused = () => {
    throw new Error('tests of kernels call kernels only')
  }
  return {
    name: 'test',
    caps: referenceBackend().caps,
    kernels: new KernelTable(),
    alloc: () => 0,
    free: unused,
    write: unused,
    read: unused,
    fill: unused,
    copy: unused,
    unary: unused,
    binary: unused,
    select: unused,
    reduce: unused,
    argReduce: unused,
    matmul: unused,
    gather: unused,
    scatterAdd: unused,
  }
}
