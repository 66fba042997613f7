import { BackendLostError, UnsupportedError } from '@tapegrad/core'
import type { DeviceArray, DeviceBuffer, GpuClass, Handle, KernelFunction } from '../gpu-js.ts'
import type { Device, DeviceFailure } from './device.ts'
import { kernelSettings } from './kernel-settings.ts'

/** The part of WebGPU that is used here. */
interface WebGPUDevice {
  readonly limits: { readonly maxStorageBufferBindingSize: number; readonly maxBufferSize: number }
  readonly lost: Promise<{ readonly message: string }>
  readonly queue: {
    submit(commands: readonly unknown[]): void
    onSubmittedWorkDone(): Promise<void>
  }
  createBuffer(options: { size: number; usage: number }): ReadableBuffer
  createCommandEncoder(): {
    copyBufferToBuffer(from: DeviceBuffer, at: number, to: DeviceBuffer, start: number, size: number): void
    finish(): unknown
  }
  pushErrorScope(filter: 'out-of-memory' | 'validation'): void
  popErrorScope(): Promise<{ readonly message: string } | null>
}

interface ReadableBuffer extends DeviceBuffer {
  mapAsync(mode: number): Promise<void>
  getMappedRange(): ArrayBuffer
  unmap(): void
}

const mapRead = 1
const copyDestination = 8
const bytesPerFloat = 4
/** Positions are computed as signed integers. */
const longest = 2 ** 30

/** gpu.js on WebGPU: handles are buffers, calls return at once and values come later. `navigator.gpu` is there. */
export async function openWebGPU(GPU: GpuClass): Promise<Device> {
  const gpu = new GPU({ mode: 'webgpu' })
  const probe = gpu.createKernel('function () { return 1; }', kernelSettings({ output: [1] }))
  const result = (await probe()) as DeviceArray
  const context = result.context as { readonly device: WebGPUDevice }
  const { device } = context
  result.delete()
  const isInMode = (run: KernelFunction): boolean =>
    run.kernel.constructor.mode === 'webgpu' && run.kernel.context === context
  if (!isInMode(probe)) {
    throw new UnsupportedError('gpu.js does not run on WebGPU', { op: 'gpuBackend' })
  }

  let loss: BackendLostError | undefined
  const gone = device.lost.then(({ message }) => {
    loss = new BackendLostError('the WebGPU device is lost', {
      received: { message },
      hint: 'make a new backend, and the tensors again from what was saved',
    })
  })

  async function read(handle: Handle, length: number): Promise<Float32Array> {
    const { buffer } = handle as DeviceArray
    const size = length * bytesPerFloat
    const staging = device.createBuffer({ size, usage: mapRead | copyDestination })
    try {
      const commands = device.createCommandEncoder()
      commands.copyBufferToBuffer(buffer!, 0, staging, 0, size)
      device.queue.submit([commands.finish()])
      await staging.mapAsync(mapRead)
      const values = new Float32Array(staging.getMappedRange().slice(0))
      staging.unmap()
      return values
    } catch (error) {
      // A read that is under way when the device goes fails before the loss is told.
      await Promise.race([gone, device.queue.onSubmittedWorkDone().catch(() => gone)])
      throw error
    } finally {
      staging.destroy()
    }
  }

  return {
    mode: 'webgpu',
    gpu,
    handleType: 'WebGPUBuffer',
    synchronous: false,
    maxLength: Math.min(
      Math.floor(device.limits.maxStorageBufferBindingSize / bytesPerFloat),
      Math.floor(device.limits.maxBufferSize / bytesPerFloat),
      longest,
    ),
    prepare: async (run, args) => {
      await run.kernel.build!(...args)
    },
    isInMode,
    release: ({ kernel }) => {
      const { outputBuffer, paramsLayout } = kernel
      if (outputBuffer) {
        outputBuffer._refs! -= 1
        if (outputBuffer._refs === 0) outputBuffer.destroy()
      }
      kernel.outputBuffer = null
      for (const record of paramsLayout?.arrayArgs ?? []) {
        record.buffer?.destroy()
        record.buffer = null
        record.boundBuffer = null
      }
      kernel.bindGroup = null
      kernel.bindGroupDirty = true
    },
    read,
    lost: () => loss,
    watch: (call) => {
      device.pushErrorScope('validation')
      device.pushErrorScope('out-of-memory')
      try {
        return { result: call(), failure: failureOf(device) }
      } catch (error) {
        void failureOf(device)
        throw error
      }
    },
    settle: () => device.queue.onSubmittedWorkDone(),
  }
}

/** The error that the two innermost scopes caught. */
async function failureOf(device: WebGPUDevice): Promise<DeviceFailure | undefined> {
  const scopes = [device.popErrorScope(), device.popErrorScope()] as const
  try {
    const [exhausted, invalid] = await Promise.all(scopes)
    const error = exhausted ?? invalid
    return error === null ? undefined : { isOutOfMemory: exhausted !== null, message: error.message }
  } catch {
    // The device is lost, which is told elsewhere.
    return undefined
  }
}
