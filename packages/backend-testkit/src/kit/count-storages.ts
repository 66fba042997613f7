import { type Backend, extendBackend, type Storage } from '@tapegrad/core'

/** A backend that counts what it is asked to allocate and to free. */
export interface CountingBackend {
  readonly backend: Backend
  readonly alive: () => number
  readonly freedTwice: () => number
}

export function countStorages(inner: Backend): CountingBackend {
  const freed = new WeakSet<Storage>()
  let alive = 0
  let twice = 0
  const backend = extendBackend(inner, {
    alloc: (dtype, length) => {
      const handle = inner.alloc(dtype, length)
      alive++
      return handle
    },
    free: (storage) => {
      if (freed.has(storage)) twice++
      else alive--
      freed.add(storage)
      inner.free(storage)
    },
  })
  return { backend, alive: () => alive, freedTwice: () => twice }
}
