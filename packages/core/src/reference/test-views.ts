import type { View } from '../backend/backend.ts'
import type { Data, DType } from '../tensor/dtype.ts'
import { isRowMajor, rowMajorStrides, sizeOf } from '../tensor/shape.ts'
import { Storage } from '../tensor/storage.ts'
import type { ReferenceBackend } from './reference-backend.ts'

/** What the tests of this folder write by hand instead of tensors: a window onto a new storage. */
export interface Layout {
  readonly shape?: readonly number[]
  readonly strides?: readonly number[]
  readonly offset?: number
}

/** A view of a storage. */
export function viewOf(storage: Storage<Data>, layout: Layout = {}): View<Data> {
  const shape = layout.shape ?? [storage.length]
  const strides = layout.strides ?? rowMajorStrides(shape)
  const contiguous = isRowMajor(shape, strides)
  const { dtype } = storage
  return { storage, dtype, shape, strides, offset: layout.offset ?? 0, size: sizeOf(shape), contiguous }
}

/** A view of a new storage that holds `values`. */
export function input(
  backend: ReferenceBackend,
  dtype: DType,
  values: readonly number[],
  layout: Layout = {},
): View<Data> {
  const storage = new Storage(backend, dtype, values.length)
  storage.handle.set(values)
  return viewOf(storage, layout)
}

/** A contiguous view of a new storage with contents that every method has to overwrite. */
export function output(backend: ReferenceBackend, dtype: DType, shape: readonly number[]): View<Data> {
  const storage = new Storage(backend, dtype, sizeOf(shape))
  storage.handle.fill(99)
  return viewOf(storage, { shape })
}

/** Everything in the storage of a view, as plain numbers. */
export function contents(view: View<Data>): number[] {
  return [...view.storage.handle]
}
