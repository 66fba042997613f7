import { bytesPerElement, type Operand, type View } from '@tapegrad/core'

/** A view of this backend: a storage's handle is its address in the memory, in bytes. */
export type CpuView = View<number>

/** A view of this backend, or a number that stands for every element. */
export type CpuOperand = Operand<number>

/** The address of a view's first element. */
export function addressOf({ storage, offset, dtype }: CpuView): number {
  // Nearly all views begin at their storage, and looking the dtype up costs as much as a small kernel.
  return offset === 0 ? storage.handle : storage.handle + offset * bytesPerElement(dtype)
}
