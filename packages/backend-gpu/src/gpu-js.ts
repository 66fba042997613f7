/// <reference path="./gpu-browser.d.ts" />
import library from 'gpu.js/dist/gpu-browser.js'

/*
 * The part of gpu.js that this package uses. Its own types describe kernels written as functions; these describe
 * kernels written as strings, whose results stay on the device, and the few fields that are needed to release them.
 */

/** A result that stays on the device: a texture in WebGL, a buffer in WebGPU. */
export interface DeviceArray {
  toArray(): Float32Array
  delete(): void
  /** Where it lives: in WebGPU gpu.js's adapter and device, in WebGL the context. */
  readonly context: unknown
  /** In WebGPU the buffer itself. */
  readonly buffer?: DeviceBuffer
}

/** What a kernel takes and gives; on the processor it is a plain array. */
export type Handle = Float32Array | DeviceArray

/** A buffer of WebGPU with gpu.js's count of those who hold it. */
export interface DeviceBuffer {
  _refs?: number
  destroy(): void
}

/** The kernel behind a {@link KernelFunction}, which changes when gpu.js falls back to another mode. */
interface KernelState {
  readonly constructor: { readonly mode: string }
  readonly context: unknown
  /** WebGPU only: compiles it; the arguments are only looked at for their types. */
  build?(...args: readonly (Handle | number)[]): Promise<void>
  /** WebGL only: writes its shader in GLSL. */
  translateSource?(): void
  translatedSource?: string | null
  /** WebGPU only: its latest output, and the buffers of its arguments. */
  outputBuffer?: DeviceBuffer | null
  bindGroup?: unknown
  bindGroupDirty?: boolean
  readonly paramsLayout?: { readonly arrayArgs: readonly ArgumentRecord[] } | null
  /** WebAssembly only: its modules by the lengths of their arrays, each with a memory, and the latest. */
  readonly _moduleCache?: Map<string, ModuleEntry>
  _active?: ModuleEntry | null
}

interface ModuleEntry {
  readonly sizeSignature: string
  readonly memory: { readonly buffer: { readonly byteLength: number } }
}

interface ArgumentRecord {
  buffer: DeviceBuffer | null
  boundBuffer: DeviceBuffer | null
}

/** A compiled kernel; in WebGPU it returns a Promise. */
export interface KernelFunction {
  (...args: readonly (Handle | number)[]): Handle | Promise<Handle>
  setOutput(output: readonly number[]): unknown
  readonly kernel: KernelState
}

export interface KernelSettings {
  readonly output: readonly number[]
  readonly argumentTypes: Readonly<Record<string, string>>
  readonly functions: readonly HelperFunction[]
  readonly pipeline: boolean
  readonly immutable: boolean
  readonly dynamicOutput: boolean
  readonly dynamicArguments: boolean
  readonly precision: 'single'
  readonly tactic: 'precision'
  readonly loopMaxIterations: number
}

export interface HelperFunction {
  readonly source: string
  readonly settings: { readonly argumentTypes: Readonly<Record<string, string>>; readonly returnType: string }
}

/** An instance of gpu.js's `GPU`. */
export interface Gpu {
  createKernel(source: string, settings: KernelSettings): KernelFunction
  destroy(): Promise<void>
}

/** The class that gpu.js exports. */
export interface GpuClass {
  new (options: { mode: string }): Gpu
  readonly isWebGL2Supported: boolean
}

/** gpu.js's own class, bundled with this package. */
export const GPU: GpuClass = library.GPU
