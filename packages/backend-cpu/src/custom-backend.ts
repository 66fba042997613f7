import {
  ArgumentError,
  type Backend,
  bytesPerElement,
  type Capabilities,
  DisposedError,
  dtypes,
  KernelTable,
  optionalBinaryOps,
  optionalUnaryOps,
  requiredBinaryOps,
  requiredUnaryOps,
} from '@tapegrad/core'
import { type Arithmetic, chooseArithmetic } from './arithmetic.ts'
import { makeCopy } from './copy/copy.ts'
import { makeCopyPlane } from './copy/copy-plane.ts'
import { makeFill } from './copy/fill.ts'
import { makeBinary } from './elementwise/binary.ts'
import { makeSelect } from './elementwise/select.ts'
import { makeRunStrided } from './elementwise/strided.ts'
import { makeUnary } from './elementwise/unary.ts'
import { makeWorkspace } from './elementwise/workspace.ts'
import { readElements, writeElements } from './host-memory.ts'
import { makeGather } from './indexing/gather.ts'
import { makeScatterAdd } from './indexing/scatter-add.ts'
import { checkArithmetic } from './matmul/check-arithmetic.ts'
import { makeMatmul } from './matmul/matmul.ts'
import { WasmMemory } from './memory/wasm-memory.ts'
import { type CpuBackendOptions, checkOptions } from './options.ts'
import { makeArgReduce } from './reduce/arg-reduce.ts'
import { makeReduce } from './reduce/reduce.ts'
import { checkSimdSupport } from './simd-support.ts'

/** A backend whose handles are addresses in one WebAssembly memory, in bytes. */
export interface CpuBackend extends Required<Omit<Backend<number>, 'sync'>> {
  /**
   * The memory of all storages, for code that computes in it: element 0 of a storage lies at byte `storage.handle`.
   *
   * Addresses stay valid until their storage is freed. The memory's `buffer` is another one after an `alloc` that let
   * it grow. Up to 64 bytes behind a storage belong to it; what lies elsewhere is not to be written.
   *
   * @throws {@link DisposedError} once the backend is disposed.
   */
  memory(): WebAssembly.Memory
}

const caps: Capabilities = {
  unary: new Set([...requiredUnaryOps, ...optionalUnaryOps]),
  binary: new Set([...requiredBinaryOps, ...optionalBinaryOps]),
  dtypes: new Set(dtypes),
  strided: true,
  maxRank: 6,
  // Bytes reach 4 GiB, positions are int32.
  maxLength: 2 ** 31 - 1,
  maxInt: 2 ** 31 - 1,
  specialValues: true,
  checksIndices: true,
  deterministic: true,
}

/** A family of fused kernels, to be given to {@link cpuBackendWith}. */
export type CpuKernels = (kernels: KernelTable, memory: WasmMemory, arithmetic: Arithmetic) => void

/**
 * Makes a backend as `cpuBackend` does, with the fused kernels of some families only.
 *
 * What has no kernel is composed from other kernels: slower, and rounded otherwise in the last digits. Bundlers leave
 * out the families that are not named.
 *
 * @param families Those of `@tapegrad/backend-cpu/kernels`.
 * @param options Those of `cpuBackend`.
 * @throws {@link ArgumentError} for what is no list of families, unknown options or values out of range.
 * @throws {@link UnsupportedError} where the JavaScript engine has no WebAssembly SIMD.
 * @example
 * ```ts
 * import { adamKernels, cpuBackendWith, crossEntropyKernels } from '@tapegrad/backend-cpu/kernels'
 * import { setBackend } from '@tapegrad/core'
 *
 * setBackend(cpuBackendWith([crossEntropyKernels, adamKernels]))
 * ```
 */
export function cpuBackendWith(families: readonly CpuKernels[], options: CpuBackendOptions = {}): CpuBackend {
  checkFamilies(families)
  checkOptions(options)
  checkSimdSupport()
  const arithmetic = checkArithmetic(chooseArithmetic(options))
  const memory = new WasmMemory(options)
  const kernels = new KernelTable()
  for (const add of families) add(kernels, memory, arithmetic)
  const copyPlane = makeCopyPlane(memory)
  const workspace = makeWorkspace(memory)
  const runStrided = makeRunStrided(copyPlane, workspace)

  const backend: CpuBackend = {
    name: 'cpu',
    caps,
    kernels,
    memory: () => memory.memory,
    alloc: (dtype, length) => memory.alloc(length * bytesPerElement(dtype)),
    free: ({ handle, dtype, length }) => memory.free(handle, length * bytesPerElement(dtype)),
    write: ({ handle, dtype }, data) => writeElements(memory, dtype, handle, data),
    read: async ({ handle, dtype, length }) => readElements(memory, dtype, handle, length),
    readSync: ({ handle, dtype, length }) => readElements(memory, dtype, handle, length),
    dispose: () => disposeBackend(backend),
    fill: makeFill(memory),
    copy: makeCopy(memory, copyPlane),
    unary: makeUnary(memory, runStrided),
    binary: makeBinary(memory, workspace, runStrided),
    select: makeSelect(memory, workspace, runStrided),
    reduce: makeReduce(memory),
    argReduce: makeArgReduce(memory),
    matmul: makeMatmul(memory, arithmetic),
    gather: makeGather(memory),
    scatterAdd: makeScatterAdd(memory),
  }
  return backend
}

function checkFamilies(families: unknown): void {
  if (Array.isArray(families) && families.every((family) => typeof family === 'function')) return
  throw new ArgumentError('the families of kernels are not a list of functions', {
    op: 'cpuBackendWith',
    received: { families },
    expected: '[crossEntropyKernels, adamKernels], for example',
  })
}

/** Replaces all methods, so that nothing holds the memory any more, and later calls fail with a name. */
function disposeBackend(backend: CpuBackend): void {
  for (const key of backend.kernels.keys()) backend.kernels.delete(key)
  const disposed: Omit<CpuBackend, 'name' | 'caps' | 'kernels'> = {
    memory: refuseDisposed,
    alloc: refuseDisposed,
    // Tensors may outlive the backend: giving them back is no mistake.
    free: () => {},
    write: refuseDisposed,
    read: async () => refuseDisposed(),
    readSync: refuseDisposed,
    dispose: () => {},
    fill: refuseDisposed,
    copy: refuseDisposed,
    unary: refuseDisposed,
    binary: refuseDisposed,
    select: refuseDisposed,
    reduce: refuseDisposed,
    argReduce: refuseDisposed,
    matmul: refuseDisposed,
    gather: refuseDisposed,
    scatterAdd: refuseDisposed,
  }
  Object.assign(backend, disposed)
}

function refuseDisposed(): never {
  throw new DisposedError('the backend was disposed', {
    op: 'cpuBackend',
    hint: 'make another one with cpuBackend(), and create the tensors on it',
  })
}
