import { cpuBackend } from '@tapegrad/backend-cpu'
import {
  add,
  type Backend,
  grad,
  mul,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import '@tapegrad/core/methods'
import { type ProfiledBackend, profile } from '@tapegrad/core/profiler'
import { referenceBackend } from '@tapegrad/core/reference'

const backend: Backend = cpuBackend({ memoryLimit: 2 ** 20 })
setBackend(backend)
export const profiled: ProfiledBackend = profile(referenceBackend())

const squares = (x: Tensor): Tensor => sum(mul(x, x))
const x: Tensor<'float32'> = tensor([1, 2, 3])
const gradient: Tensor = grad(squares)(x)
export const values: Promise<unknown> = gradient.add(1).array()

// @ts-expect-error: a string is no tensor
add(x, 'one')
// @ts-expect-error: options are checked
cpuBackend({ memory: 1 })

export function explain(error: unknown): string {
  return error instanceof ShapeError ? error.message : 'something else'
}
