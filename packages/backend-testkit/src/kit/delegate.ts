import {
  type Backend,
  type Capabilities,
  KernelTable,
  requiredBinaryOps,
  requiredUnaryOps,
} from '@tapegrad/core'

/** A backend that hands every call to another one; what `changes` names it does in a way of its own. */
export function delegateTo<H>(backend: Backend<H>, changes: Partial<Backend<H>> = {}): Backend<H> {
  return {
    name: backend.name,
    caps: backend.caps,
    kernels: backend.kernels,
    alloc: (dtype, length) => backend.alloc(dtype, length),
    free: (storage) => backend.free(storage),
    write: (storage, data) => backend.write(storage, data),
    read: (storage) => backend.read(storage),
    ...(backend.readSync && { readSync: (storage) => backend.readSync!(storage) }),
    ...(backend.sync && { sync: () => backend.sync!() }),
    ...(backend.dispose && { dispose: () => backend.dispose!() }),
    fill: (out, value) => backend.fill(out, value),
    copy: (x, out) => backend.copy(x, out),
    unary: (op, x, out) => backend.unary(op, x, out),
    binary: (op, a, b, out) => backend.binary(op, a, b, out),
    select: (condition, a, b, out) => backend.select(condition, a, b, out),
    reduce: (op, x, axis, out) => backend.reduce(op, x, axis, out),
    argReduce: (op, x, axis, out) => backend.argReduce(op, x, axis, out),
    matmul: (a, b, out) => backend.matmul(a, b, out),
    gather: (x, index, axis, out) => backend.gather(x, index, axis, out),
    scatterAdd: (index, updates, axis, out) => backend.scatterAdd(index, updates, axis, out),
    ...changes,
  }
}

/** The backend without optional functions and fused kernels: core composes everything from what is required. */
export function withoutOptions(backend: Backend): Backend {
  const caps: Capabilities = {
    ...backend.caps,
    unary: new Set(requiredUnaryOps),
    binary: new Set(requiredBinaryOps),
  }
  return delegateTo(backend, { name: `${backend.name} (composed)`, caps, kernels: new KernelTable() })
}
