import type { Backend } from '../backend/backend.ts'
import { live } from '../memory/live.ts'
import { bytesPerElement, type DType } from './dtype.ts'

/**
 * Reference-counted room on a backend. Tensors are views onto it; the tape holds references of its own.
 *
 * Core owns this object, the backend only `handle`, which it may replace.
 */
export class Storage<H = unknown> {
  /** How many tensors and tape entries hold it. */
  refs = 1
  /** Counts the changes of contents after the first write, for backends that keep derived forms. */
  version = 0
  handle: H
  readonly backend: Backend<H>
  readonly dtype: DType
  readonly length: number

  constructor(backend: Backend<H>, dtype: DType, length: number) {
    this.handle = backend.alloc(dtype, length)
    this.backend = backend
    this.dtype = dtype
    this.length = length
    live.storages++
    live.bytes += length * bytesPerElement(dtype)
  }

  release(): void {
    if (--this.refs > 0) return
    live.storages--
    live.bytes -= this.length * bytesPerElement(this.dtype)
    this.backend.free(this)
  }
}
