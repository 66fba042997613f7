import type { View } from '../backend/backend.ts'

const oneStep: readonly number[] = [1]

/** Fills a whole tensor, as one dimension: a backend may take fewer than the tensor has. */
export function fillWhole(out: View, value: number): void {
  if (out.size === 0) return
  const { storage, dtype, size } = out
  const line: View = { storage, dtype, shape: [size], strides: oneStep, offset: 0, size, contiguous: true }
  storage.backend.fill(line, value)
}
