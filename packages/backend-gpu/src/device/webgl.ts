import { BackendLostError, UnsupportedError } from '@tapegrad/core'
import type { DeviceArray, GpuClass, Handle } from '../gpu-js.ts'
import { declareFunctions } from './declare-functions.ts'
import type { Device } from './device.ts'
import { kernelSettings } from './kernel-settings.ts'

/** What is asked of a context of WebGL. */
interface Context {
  readonly MAX_TEXTURE_SIZE: number
  getParameter(name: number): unknown
  isContextLost(): boolean
}

/** Positions in textures are computed in floats. */
const longest = 2 ** 24

/** gpu.js on WebGL: handles are textures, everything is synchronous. */
export function openWebGL(mode: 'webgl2' | 'headlessgl', GPU: GpuClass): Device {
  const gpu = declareFunctions(new GPU({ mode }))
  const probe = gpu.createKernel('function () { return 1; }', kernelSettings({ output: [1] }))
  const result = probe() as DeviceArray
  const context = result.context as Context
  const works = probe.kernel.constructor.mode === 'gpu' && result.toArray()[0] === 1
  result.delete()
  if (!works) {
    throw new UnsupportedError(`${mode} does not compute`, {
      op: 'gpuBackend',
      received: { mode },
      expected: 'a context that draws into textures of floats',
    })
  }
  const side = context.getParameter(context.MAX_TEXTURE_SIZE) as number
  const lost = (): BackendLostError | undefined =>
    context.isContextLost()
      ? new BackendLostError('the WebGL context is lost', {
          received: { mode },
          hint: 'make a new backend, and the tensors again from what was saved',
        })
      : undefined
  return {
    mode,
    gpu,
    handleType: 'ArrayTexture(1)',
    synchronous: true,
    maxLength: Math.min(side * side, longest),
    isInMode: (run) => run.kernel.constructor.mode === 'gpu' && run.kernel.context === context,
    // The textures of one element replace those of the latest call.
    release: (run) => void run.setOutput([1]),
    read: (handle: Handle) => (handle as DeviceArray).toArray(),
    lost,
  }
}
