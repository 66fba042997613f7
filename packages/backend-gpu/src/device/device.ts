import type { BackendLostError } from '@tapegrad/core'
import type { Gpu, Handle, KernelFunction } from '../gpu-js.ts'

/** The modes of gpu.js in which a backend runs. */
export const gpuModes = ['webgpu', 'webgl2', 'headlessgl', 'webasm', 'cpu'] as const

/** How gpu.js computes: on a graphics card, or in its two modes for tests, on the processor. */
export type GpuMode = (typeof gpuModes)[number]

/** What differs between the modes. */
export interface Device {
  readonly mode: GpuMode
  readonly gpu: Gpu
  /** gpu.js's name for the type of arguments that are results of kernels. */
  readonly handleType: string
  /** Whether kernels give results, not Promises, and values can be read at once. */
  readonly synchronous: boolean
  /** The most elements of one array. */
  readonly maxLength: number
  /** Compiles a kernel before its first call, where that takes time. */
  prepare?(run: KernelFunction, args: readonly (Handle | number)[]): Promise<void>
  /** Whether a kernel runs where it should, and not where gpu.js falls back to. */
  isInMode(run: KernelFunction): boolean
  /** Drops what a kernel keeps of its latest call: its result lives on in the handle. */
  release(run: KernelFunction): void
  /** The values, as an array of the caller's own. */
  read(handle: Handle, length: number): Float32Array | Promise<Float32Array>
  /** Why no work is done any more, where the device is gone. */
  lost(): BackendLostError | undefined
  /** Watches for errors that a call reports later: what it returns tells of them. */
  watch?(call: () => Handle | Promise<Handle>): {
    readonly result: Handle | Promise<Handle>
    readonly failure: Promise<DeviceFailure | undefined>
  }
  /** Resolves when the device has done all that it was given. */
  settle?(): Promise<void>
}

/** An error that a device reports. */
export interface DeviceFailure {
  readonly isOutOfMemory: boolean
  readonly message: string
}
