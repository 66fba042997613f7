import {
  type Backend,
  type Capabilities,
  KernelTable,
  requiredBinaryOps,
  requiredUnaryOps,
} from '@tapegrad/core'
import { allocate, download, fillRange, type Handle, release, upload } from './device.ts'
import { onHost } from './on-host.ts'

/** What the device does, stated honestly: core and the kit adapt to it. */
const caps: Capabilities = {
  unary: new Set(requiredUnaryOps),
  binary: new Set(requiredBinaryOps),
  dtypes: new Set(['bool', 'uint8', 'int32', 'float32']),
  strided: true,
  maxRank: 6,
  maxLength: 2 ** 31 - 1,
  maxInt: 2 ** 31 - 1,
  specialValues: true,
  checksIndices: true,
  deterministic: true,
}

/** Makes the backend. */
export function myBackend(): Backend<Handle> {
  const host = onHost<Handle>({ download, upload })
  return {
    name: 'mine',
    caps,
    // Fused kernels come last: kernels.set(softmaxKernel, (x, axis, out) => …)
    kernels: new KernelTable(),

    alloc: allocate,
    free: ({ handle }) => release(handle),
    write: ({ handle }, data) => upload(handle, data),
    read: async ({ handle }) => download(handle),
    readSync: ({ handle }) => download(handle),

    // Everything is computed on the host until you replace it, as `fill` is below where the device can.
    ...host,
    fill: (out, value) => {
      if (out.contiguous) fillRange(out.storage.handle, value, out.offset, out.offset + out.size)
      else host.fill(out, value)
    },
  }
}
