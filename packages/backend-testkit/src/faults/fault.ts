import { type Backend, type Data, extendBackend, KernelTable } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import type { Group } from '../kit/case.ts'
import { addPlainKernels } from './plain-kernels.ts'

type PlainBackend = Backend<Data>

/** One mistake that an author of a backend may make. */
export interface Fault {
  readonly name: string
  /** The group, and the case in it, that must notice. */
  readonly group: Group
  readonly caughtBy: string
  /** What the message must name, where it is not the case. */
  readonly names?: string
  /** What a correct backend does differently then. */
  readonly plant: (correct: PlainBackend) => Partial<PlainBackend>
}

/** A correct backend with every fused kernel, and how many storages it holds. */
export interface CountedBackend {
  readonly backend: PlainBackend
  readonly allocated: () => number
}

export function correctBackend(): CountedBackend {
  const reference = referenceBackend()
  let count = 0
  const backend = extendBackend(reference, {
    kernels: addPlainKernels(new KernelTable()),
    alloc: (dtype, length) => {
      const data = reference.alloc(dtype, length)
      count++
      return data
    },
    free: (storage) => {
      count--
      reference.free(storage)
    },
  })
  return { backend, allocated: () => count }
}

/** A correct backend but for one fault. */
export function faultyBackend({ name, plant }: Fault): CountedBackend {
  const { backend, allocated } = correctBackend()
  return { backend: extendBackend(backend, { name, ...plant(backend) }), allocated }
}
