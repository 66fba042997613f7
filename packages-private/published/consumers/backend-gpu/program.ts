import { type GpuBackend, gpuBackend } from '@tapegrad/backend-gpu'
import { type Backend, setBackend, tensor } from '@tapegrad/core'

const gpu: GpuBackend = await gpuBackend({ mode: 'cpu' })
const backend: Backend = gpu
setBackend(backend)
export const values: Promise<unknown> = tensor([1, 2]).array()

// @ts-expect-error: there is no such mode
gpuBackend({ mode: 'abacus' })
