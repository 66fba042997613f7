import type { GpuClass, Handle, KernelFunction } from '../gpu-js.ts'
import type { Device } from './device.ts'

/** gpu.js keeps positions as floats in WebAssembly; the other is the longest array that is surely to be had. */
const longest = { webasm: 2 ** 24, cpu: 2 ** 28 }

/** gpu.js on the processor: compiled to JavaScript (`cpu`) or to WebAssembly (`webasm`). Handles are plain arrays. */
export function openProcessor(mode: 'cpu' | 'webasm', GPU: GpuClass): Device {
  return {
    mode,
    gpu: new GPU({ mode }),
    handleType: 'Array',
    synchronous: true,
    maxLength: longest[mode],
    isInMode: (run) => run.kernel.constructor.mode === mode,
    release,
    read: (handle: Handle) => (handle as Float32Array).slice(),
    lost: () => undefined,
  }
}

/** Memories larger than this, of which gpu.js spares 1 MiB, are not kept for the next call with the same lengths. */
const largestKept = 2 ** 21

/** gpu.js keeps a memory for each of a kernel's latest eight combinations of lengths. */
function release({ kernel }: KernelFunction): void {
  const { _active: latest } = kernel
  if (!latest || latest.memory.buffer.byteLength <= largestKept) return
  kernel._moduleCache!.delete(latest.sizeSignature)
  kernel._active = null
}
