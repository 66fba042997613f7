import { cpuBackend } from '@tapegrad/backend-cpu'
import { setDefaultBackend } from '@tapegrad/core'

export * from '@tapegrad/backend-cpu'
export * from '@tapegrad/core'
export * from '@tapegrad/core/methods'
export * from '@tapegrad/layers'
// Of both of that name: core's is the type of an op's argument.
export { Input } from '@tapegrad/layers'
export * from '@tapegrad/optimizers'

// Made on first use, so that a program that sets another backend does not pay for this one.
setDefaultBackend(() => cpuBackend())
