import { type BlasBackend, blasBackend } from '@tapegrad/backend-blas'
import { type Backend, setBackend, tensor } from '@tapegrad/core'

const blas: BlasBackend = blasBackend({ threads: 1, memoryLimit: 2 ** 24 })
const backend: Backend<number> = blas
setBackend(backend)
export const library: string = blas.library
export const values: Promise<unknown> = tensor([1, 2]).array()

// @ts-expect-error: threads are a number
blasBackend({ threads: 'all' })
