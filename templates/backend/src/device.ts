import { allocateData, type Data, type DType, OutOfMemoryError } from '@tapegrad/core'

/** What the backend keeps for a storage: a typed array here, and a buffer, an address or an id on your device. */
export type Handle = Data

/** Room for elements, or an error that leaves everything as it was. `length` is 0 for an empty tensor. */
export function allocate(dtype: DType, length: number): Handle {
  try {
    return allocateData(dtype, length)
  } catch (cause) {
    throw new OutOfMemoryError('the device has no memory left', {
      op: 'alloc',
      received: { dtype, length },
      cause,
    })
  }
}

/** Gives the room back. Typed arrays are the garbage collector's: nothing is to be done here. */
export function release(_handle: Handle): void {}

/** Copies elements from the host to the whole of a storage. */
export function upload(handle: Handle, data: Data): void {
  handle.set(data)
}

/** A copy of the whole of a storage on the host. */
export function download(handle: Handle): Data {
  return handle.slice()
}

/** The first kernel: sets the elements from `start` to `end`. */
export function fillRange(handle: Handle, value: number, start: number, end: number): void {
  handle.fill(value, start, end)
}
