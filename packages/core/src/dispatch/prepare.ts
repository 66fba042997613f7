import type { View } from '../backend/backend.ts'
import { rowMajorStrides } from '../tensor/shape.ts'
import { Storage } from '../tensor/storage.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { copyView } from './copy.ts'

/*
 * Backends may be able to take contiguous views only, or few dimensions. Then core copies, and the copies die with
 * the call: a free is ordered after every earlier call.
 */
const temporaries: Storage[] = []

/** Whether a view can be handed to its backend as it is. */
export function isAcceptable(x: View): boolean {
  const { strided, maxRank } = x.storage.backend.caps
  return (x.contiguous || strided) && x.shape.length <= maxRank
}

/** A contiguous copy that lives until `finish`. */
export function temporaryCopy(x: View): View {
  const storage = new Storage(x.storage.backend, x.dtype, x.size)
  temporaries.push(storage)
  const { dtype, shape, size } = x
  const copy: View = {
    storage,
    dtype,
    shape,
    strides: rowMajorStrides(shape),
    offset: 0,
    size,
    contiguous: true,
  }
  copyView(x, copy)
  return copy
}

/** Computes what a new tensor holds. Where that throws, nobody has the tensor's handle yet: it goes at once. */
export function computed<T extends Tensor>(out: T, compute: (out: T) => void): T {
  try {
    if (out.size > 0) compute(out)
  } catch (error) {
    out.dispose()
    throw error
  }
  return out
}

/** The call is made: its temporaries go. */
export function finish(): void {
  while (temporaries.length > 0) temporaries.pop()!.release()
}
