import { type Backend, type Data, extendBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'

/** A backend with a queue, which counts a storage until its room is given back. */
export type QueuedBackend = Backend<Data> & { readonly storages: () => number }

/** The reference as a device is: calls return at once and are done in order when something is read, which takes a while. */
export function queuedBackend(): QueuedBackend {
  const reference = referenceBackend()
  const queue: (() => void)[] = []
  let storages = 0
  const later = (job: () => void): void => void queue.push(job)
  const settle = (): void => {
    let failure: { readonly error: unknown } | undefined
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
      try {
        job()
      } catch (error) {
        // What depends on it fails as well, and must not fail whoever reads next.
        failure ??= { error }
      }
    }
    if (failure !== undefined) throw failure.error
  }
  const { readSync: _, ...backend } = extendBackend(reference, {
    name: 'queued',
    alloc: (dtype, length) => {
      storages++
      return reference.alloc(dtype, length)
    },
    write: (storage, data) => {
      const copy = data.slice()
      later(() => reference.write(storage, copy))
    },
    read: async (storage) => {
      const reading = new Promise<Data>((resolve) => later(() => resolve(reference.readSync(storage))))
      await Promise.resolve()
      settle()
      return reading
    },
    sync: async () => settle(),
    free: (storage) =>
      later(() => {
        storages--
        reference.free(storage)
      }),
    fill: (...args) => later(() => reference.fill(...args)),
    copy: (...args) => later(() => reference.copy(...args)),
    unary: (...args) => later(() => reference.unary(...args)),
    binary: (...args) => later(() => reference.binary(...args)),
    select: (...args) => later(() => reference.select(...args)),
    reduce: (...args) => later(() => reference.reduce(...args)),
    argReduce: (...args) => later(() => reference.argReduce(...args)),
    matmul: (...args) => later(() => reference.matmul(...args)),
    gather: (...args) => later(() => reference.gather(...args)),
    scatterAdd: (...args) => later(() => reference.scatterAdd(...args)),
  })
  return { ...backend, storages: () => storages }
}
