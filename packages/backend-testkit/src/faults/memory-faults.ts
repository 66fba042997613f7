import { type Data, KernelTable, Storage, softmaxKernel } from '@tapegrad/core'
import type { Fault } from './fault.ts'
import { lineKernel } from './lines.ts'
import { addPlainKernels, softmaxLine } from './plain-kernels.ts'

export const memoryFaults: readonly Fault[] = [
  {
    name: 'free does nothing',
    group: 'memory',
    caughtBy: 'storages are balanced',
    names: 'free',
    plant: () => ({ free: () => {} }),
  },
  {
    name: 'free forgets one storage in ten',
    group: 'memory',
    caughtBy: 'memory stays level over thousands of steps',
    names: 'free',
    plant: (correct) => {
      let calls = 0
      return {
        free: (storage) => {
          if (++calls % 10 !== 0) correct.free(storage)
        },
      }
    },
  },
  {
    name: 'matmul leaks its workspace',
    group: 'memory',
    caughtBy: 'memory stays level over thousands of steps',
    names: 'free',
    plant: (correct) => ({
      matmul: (a, b, out) => {
        correct.alloc(out.dtype, out.size)
        correct.matmul(a, b, out)
      },
    }),
  },
  {
    name: 'read gives doubles',
    group: 'memory',
    caughtBy: 'storages keep their contents',
    names: 'read',
    plant: () => ({ read: async (storage) => Float64Array.from(storage.handle) }),
  },
  {
    name: 'read gives the storage itself',
    group: 'memory',
    caughtBy: 'read copies',
    names: 'read',
    plant: () => ({ read: async (storage) => storage.handle }),
  },
  {
    name: 'readSync gives the storage itself',
    group: 'memory',
    caughtBy: 'read copies',
    names: 'read',
    plant: () => ({ readSync: (storage) => storage.handle }),
  },
  {
    name: 'read looks only after a while',
    group: 'memory',
    caughtBy: 'free comes after earlier calls',
    names: 'free',
    plant: (correct) => ({
      read: async (storage) => {
        await Promise.resolve()
        return correct.read(storage)
      },
    }),
  },
  {
    name: "write keeps the caller's array",
    group: 'memory',
    caughtBy: 'write copies',
    names: 'write',
    plant: () => ({
      write: (storage, data) => {
        storage.handle = data
      },
    }),
  },
  {
    name: 'write leaves out the last elements',
    group: 'memory',
    caughtBy: 'storages keep their contents',
    names: 'read',
    plant: () => ({
      write: (storage, data) => storage.handle.set(data.subarray(0, data.length - (data.length % 4))),
    }),
  },
  {
    name: 'alloc gives room that is still in use',
    group: 'memory',
    caughtBy: 'storages keep their contents',
    names: 'read',
    plant: (correct) => {
      const released: Data[] = []
      return {
        alloc: (dtype, length) => {
          const fresh = correct.alloc(dtype, length)
          const found = released.findIndex(
            (block) => block.constructor === fresh.constructor && block.length >= length,
          )
          // Every block is handed out twice.
          return found < 0 ? fresh : released.splice(found, 1)[0]!.subarray(0, length)
        },
        free: (storage) => {
          released.push(storage.handle, storage.handle)
          correct.free(storage)
        },
      }
    },
  },
  {
    name: 'exp writes a whole vector at its end',
    group: 'memory',
    caughtBy: 'ops stay within their storages',
    names: 'exp',
    plant: (correct) => {
      const arena = new Float32Array(2 ** 20)
      let used = 0
      return {
        alloc: (dtype, length) => {
          if (dtype !== 'float32') return correct.alloc(dtype, length)
          used += length
          return arena.subarray(used - length, used)
        },
        unary: (op, x, out) => {
          correct.unary(op, x, out)
          const end = out.storage.handle.byteOffset / 4 + out.size
          if (op === 'exp') arena.fill(1, end, Math.ceil(end / 4) * 4)
        },
      }
    },
  },
  {
    name: 'softmax leaks its first workspace where there is no room for the second',
    group: 'memory',
    caughtBy: 'a failed allocation leaves nothing behind',
    names: 'storages',
    plant: () => ({
      kernels: addPlainKernels(new KernelTable()).set(softmaxKernel, (x, axis, out) => {
        const workspaces = [0, 0].map(() => new Storage(out.storage.backend, out.dtype, out.size))
        lineKernel(softmaxLine)(x, axis, out)
        for (const workspace of workspaces) workspace.release()
      }),
    }),
  },
  {
    name: 'write rounds to 16 bits',
    group: 'random',
    caughtBy: 'random.uniform',
    plant: (correct) => ({
      write: (storage, data) =>
        correct.write(
          storage,
          data.map((value) => Math.round(value * 2 ** 16) / 2 ** 16),
        ),
    }),
  },
]
