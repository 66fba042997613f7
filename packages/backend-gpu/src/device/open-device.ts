import { TapegradError, UnsupportedError } from '@tapegrad/core'
import { GPU as bundled, type GpuClass } from '../gpu-js.ts'
import type { GpuBackendOptions } from '../options.ts'
import type { Device, GpuMode } from './device.ts'
import { findWebGPU } from './find-webgpu.ts'
import { openProcessor } from './processor.ts'
import { openWebGL } from './webgl.ts'
import { openWebGPU } from './webgpu.ts'

/** Starts a mode, or the best there is. It never falls back to the processor. */
export function openDevice({ mode, GPU: own }: GpuBackendOptions): Promise<Device> {
  const GPU = own === undefined ? bundled : (own as GpuClass)
  if (mode === 'headlessgl' && GPU === bundled) {
    throw new UnsupportedError('headlessgl needs a gpu.js of your own', {
      op: 'gpuBackend',
      received: { mode },
      hint: "npm install gpu.js, import { GPU } from 'gpu.js', gpuBackend({ mode: 'headlessgl', GPU })",
    })
  }
  return mode === undefined ? openBest(GPU) : openMode(mode, GPU)
}

/** Starts a mode that is there as far as one can see; drivers may still refuse. */
async function started(mode: GpuMode, start: () => Device | Promise<Device>): Promise<Device> {
  try {
    return await start()
  } catch (cause) {
    if (cause instanceof TapegradError) throw cause
    throw new UnsupportedError(`${mode} does not start`, {
      op: 'gpuBackend',
      received: { mode, reason: (cause as Error).message },
      cause,
    })
  }
}

async function openMode(mode: GpuMode, GPU: GpuClass): Promise<Device> {
  if (mode === 'cpu' || mode === 'webasm') return started(mode, () => openProcessor(mode, GPU))
  if (mode === 'webgpu') {
    const problem = await findWebGPU()
    if (problem !== undefined) throw unsupported(mode, problem)
    return started(mode, () => openWebGPU(GPU))
  }
  if (mode === 'webgl2' && !GPU.isWebGL2Supported) {
    throw unsupported(mode, 'open the program in a browser that has WebGL2')
  }
  return started(mode, () => openWebGL(mode, GPU))
}

async function openBest(GPU: GpuClass): Promise<Device> {
  const problem = await findWebGPU()
  if (problem === undefined) return started('webgpu', () => openWebGPU(GPU))
  if (GPU.isWebGL2Supported) return started('webgl2', () => openWebGL('webgl2', GPU))
  throw new UnsupportedError('there is no GPU that a program can reach', {
    op: 'gpuBackend',
    expected: 'WebGPU or WebGL2',
    hint: `${problem}; or use cpuBackend() from '@tapegrad/backend-cpu'`,
  })
}

function unsupported(mode: GpuMode, hint: string): UnsupportedError {
  return new UnsupportedError(`${mode} is not available here`, { op: 'gpuBackend', received: { mode }, hint })
}
