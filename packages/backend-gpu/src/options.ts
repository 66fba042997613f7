import { ArgumentError, checkOptionNames } from '@tapegrad/core'
import { type GpuMode, gpuModes } from './device/device.ts'

/** How a {@link gpuBackend} is made. */
export interface GpuBackendOptions {
  /** Where it computes. Default: WebGPU where an adapter answers, else WebGL2. */
  readonly mode?: GpuMode
  /** The class `GPU` of your own gpu.js. `headlessgl` needs it; the other modes have one. */
  readonly GPU?: new (options: {
    readonly mode: GpuMode
  }) => object
  /** The most bytes that tensors may take on the device. Default: no limit but the device's. */
  readonly memoryLimit?: number
}

const optionNames: Readonly<Record<keyof GpuBackendOptions, true>> = {
  mode: true,
  GPU: true,
  memoryLimit: true,
}

/** Throws {@link ArgumentError} where the options are not what they should be. */
export function checkOptions(options: unknown): asserts options is GpuBackendOptions {
  checkOptionNames('gpuBackend', options, Object.keys(optionNames))
  const { mode, GPU, memoryLimit }: { [Name in keyof GpuBackendOptions]?: unknown } = options as object
  if (mode !== undefined && !(gpuModes as readonly unknown[]).includes(mode)) {
    throw invalid('mode is unknown', { mode }, `one of ${gpuModes.join(', ')}`)
  }
  if (GPU !== undefined && typeof GPU !== 'function') {
    throw invalid(
      'GPU is not a class',
      { GPU },
      "the class that gpu.js exports: import { GPU } from 'gpu.js'",
    )
  }
  if (memoryLimit !== undefined && !(typeof memoryLimit === 'number' && memoryLimit > 0)) {
    throw invalid('memoryLimit is not a number of bytes', { memoryLimit }, 'a number above 0')
  }
}

function invalid(what: string, received: Readonly<Record<string, unknown>>, expected: string): ArgumentError {
  return new ArgumentError(`the option ${what}`, { op: 'gpuBackend', received, expected })
}
