import type { GpuClass, Handle } from '../gpu-js.ts'
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
    release: () => undefined,
    read: (handle: Handle) => (handle as Float32Array).slice(),
    lost: () => undefined,
  }
}
