import {
  allocateData,
  type Backend,
  bytesPerElement,
  concatKernel,
  type Data,
  type DType,
  KernelTable,
  OutOfMemoryError,
  type Storage,
  type View,
} from '@tapegrad/core'
import { bytesOnDevice, capabilitiesOf } from './capabilities.ts'
import type { GpuMode } from './device/device.ts'
import { type DeviceMemory, makeDeviceQueue } from './device/device-queue.ts'
import { openDevice } from './device/open-device.ts'
import type { GpuHandle } from './device/slot.ts'
import { keepsSpecialValues } from './device/special-values.ts'
import { concat } from './kernels/concat.ts'
import { binary, select, unary } from './kernels/elementwise.ts'
import { gather, scatterAdd } from './kernels/gather-scatter.ts'
import { matmul } from './kernels/matmul.ts'
import { addOptimizerSteps } from './kernels/optimizer-steps.ts'
import { argReduce, reduce } from './kernels/reduce.ts'
import { copy, fill } from './kernels/regions.ts'
import { checkOptions, type GpuBackendOptions } from './options.ts'

/** A backend on gpu.js. */
export interface GpuBackend extends Backend<GpuHandle> {
  /** The mode that gpu.js runs in. */
  readonly mode: GpuMode
  sync(): Promise<void>
  dispose(): void
  /** The arrays that are on the device now, and their bytes: each element takes 4, whatever its dtype. */
  deviceMemory(): DeviceMemory
}

/** Every element is a 32-bit float on the device. */

/**
 * Makes a backend that computes on the graphics card, through gpu.js.
 *
 * Tensors stay on the device; operations return at once and are done in order. In WebGPU values can only be read
 * asynchronously. Every dtype is held as 32-bit floats: integers are exact up to 2²⁴, and there is no float64.
 *
 * Modes: `webgpu` (browsers, and Node with the package webgpu), `webgl2` (browsers), `headlessgl` (Node, with a
 * gpu.js of your own), and `webasm` and `cpu`, which run on the processor, for tests.
 *
 * @throws {@link UnsupportedError} where the mode, or without one any GPU at all, is not available, with what to
 * install; nothing falls back to the processor. {@link ArgumentError} for unknown options.
 * @example
 * ```ts
 * import { matmul, setBackend, tensor } from '@tapegrad/core'
 * import { gpuBackend } from '@tapegrad/backend-gpu'
 *
 * setBackend(await gpuBackend({ mode: 'cpu' }))
 * const x = tensor([[1, 2], [3, 4]])
 * console.log(await matmul(x, x).array()) // [ [ 7, 10 ], [ 15, 22 ] ]
 * ```
 * @see https://gpu.rocks
 */
export async function gpuBackend(options: GpuBackendOptions = {}): Promise<GpuBackend> {
  checkOptions(options)
  const device = await openDevice(options)
  const { mode } = device
  const name = `gpu ${mode}`
  const queue = makeDeviceQueue(device, name)
  // In WebGL1 a driver may compile one division as IEEE 754 says, and another so that −0 / NaN is −0: asking is no help.
  const specialValues = mode !== 'headlessgl' && (await keepsSpecialValues(queue))
  const caps = capabilitiesOf(device, specialValues)
  const memoryLimit = options.memoryLimit ?? Number.POSITIVE_INFINITY
  let allocated = 0

  const backend: GpuBackend = {
    name,
    mode,
    caps,
    kernels: new KernelTable().set(concatKernel, (inputs, axis, out) =>
      concat(queue, inputs as readonly View<GpuHandle>[], axis, out as View<GpuHandle>),
    ),
    alloc(dtype, length) {
      const bytes = length * bytesOnDevice
      if (allocated + bytes > memoryLimit) throw exhausted(dtype, length, allocated, memoryLimit)
      allocated += bytes
      // The device makes room when there is something to hold.
      return undefined
    },
    free(storage) {
      allocated -= storage.length * bytesOnDevice
      queue.free(storage)
    },
    write: (storage, data) => queue.upload(storage, Float32Array.from(data)),
    read: async (storage) => toData(storage, await queue.read(storage)),
    sync: () => queue.sync(),
    dispose: () => queue.dispose(),
    deviceMemory: () => queue.memory(),

    fill: (out, value) => fill(queue, out, value),
    copy: (x, out) => copy(queue, x, out),
    unary: (op, x, out) => unary(queue, op, x, out),
    binary: (op, a, b, out) => binary(queue, op, a, b, out),
    select: (c, a, b, out) => select(queue, c, a, b, out),
    reduce: (op, x, axis, out) => reduce(queue, op, x, axis, out),
    argReduce: (op, x, axis, out) => argReduce(queue, op, x, axis, out),
    matmul: (a, b, out) => matmul(queue, a, b, out),
    gather: (x, index, axis, out) => gather(queue, x, index, axis, out),
    scatterAdd: (index, updates, axis, out) => scatterAdd(queue, index, updates, axis, out),
  }
  addOptimizerSteps(queue, backend.kernels)
  if (device.synchronous) backend.readSync = (storage) => toData(storage, queue.readNow(storage))
  return backend
}

/** The floats of a storage in its own dtype. */
function toData({ dtype }: Storage<GpuHandle>, values: Float32Array): Data {
  if (dtype === 'float32') return values
  const data = allocateData(dtype, values.length)
  data.set(values)
  return data
}

function exhausted(dtype: DType, length: number, allocated: number, limit: number): OutOfMemoryError {
  return new OutOfMemoryError('there is no memory for the storage', {
    op: 'alloc',
    received: {
      dtype,
      length,
      'bytes in use': allocated,
      'bytes of its values': length * bytesPerElement(dtype),
    },
    expected: `at most ${limit} bytes in use, 4 for each element`,
    hint: 'dispose tensors that are no longer needed, work in smaller batches, or raise memoryLimit',
  })
}
