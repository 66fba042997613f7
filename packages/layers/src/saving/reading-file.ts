import {
  ArgumentError,
  DTypeError,
  IndexError,
  SerializationError,
  ShapeError,
  UnsupportedError,
} from '@tapegrad/core'

// What constructors say of values that a user could have passed. Lack of memory and lost devices stay what they are.
const faults = [ArgumentError, ShapeError, DTypeError, IndexError, UnsupportedError, RangeError]

/** Runs a function that makes objects from what a file says: values that they refuse are the file's fault. */
export function readingFile<T>(op: string, f: () => T): T {
  try {
    return f()
  } catch (error) {
    if (!faults.some((fault) => error instanceof fault)) throw error
    throw new SerializationError('the file describes something that cannot be made', {
      op,
      received: { fault: (error as Error).message.split('\n', 1)[0] },
      cause: error,
    })
  }
}
