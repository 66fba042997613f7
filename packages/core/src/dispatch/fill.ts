import type { View } from '../backend/backend.ts'
import { viewOf } from './views.ts'

/** Fills a whole tensor, as one dimension: a backend may take fewer than the tensor has. */
export function fillWhole(out: View, value: number): void {
  if (out.size === 0) return
  const { storage, dtype, size } = out
  storage.backend.fill(viewOf(storage, dtype, [size], [1], 0), value)
}
