import { isRowMajor, type Storage, sizeOf, type View } from '@tapegrad/core'

/** Another window onto a storage. */
export function viewOf(
  { storage, offset }: { readonly storage: Storage<number>; readonly offset: number },
  shape: readonly number[],
  strides: readonly number[],
): View<number> {
  const contiguous = isRowMajor(shape, strides)
  return { storage, dtype: storage.dtype, shape, strides, offset, size: sizeOf(shape), contiguous }
}
