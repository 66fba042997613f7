export type { GpuMode } from './device/device.ts'
export type { DeviceMemory } from './device/device-queue.ts'
export { type GpuBackend, gpuBackend } from './gpu-backend.ts'
export type { GpuBackendOptions } from './options.ts'
