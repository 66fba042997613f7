import {
  type Backend,
  type Capabilities,
  extendBackend,
  KernelTable,
  requiredBinaryOps,
  requiredUnaryOps,
} from '@tapegrad/core'

/** The backend without optional functions and fused kernels: core composes everything from what is required. */
export function withoutOptions(backend: Backend): Backend {
  const caps: Capabilities = {
    ...backend.caps,
    unary: new Set(requiredUnaryOps),
    binary: new Set(requiredBinaryOps),
  }
  return extendBackend(backend, { name: `${backend.name} (composed)`, caps, kernels: new KernelTable() })
}
