import { allocateData, type Backend, type DType, Storage } from '@tapegrad/core'

/** Runs a function with storages of given contents, which are released at the end unless the function did. */
export async function withStorages<T>(
  backend: Backend,
  use: (make: (dtype: DType, values: readonly number[]) => Storage) => Promise<T>,
): Promise<T> {
  const made: Storage[] = []
  try {
    return await use((dtype, values) => {
      const storage = new Storage(backend, dtype, values.length)
      made.push(storage)
      const data = allocateData(dtype, values.length)
      data.set(values)
      backend.write(storage, data)
      return storage
    })
  } finally {
    for (const storage of made) if (storage.refs > 0) storage.release()
  }
}
