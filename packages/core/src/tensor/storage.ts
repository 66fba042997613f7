import type { Backend } from '../backend/backend.ts'
import { UnsupportedError } from '../errors/index.ts'
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
    checkLength(backend, dtype, length)
    this.handle = backend.alloc(dtype, length)
    this.backend = backend
    this.dtype = dtype
    this.length = length
    live.storages++
    live.bytes += bytesOf(this)
  }

  release(): void {
    if (--this.refs > 0) return
    live.storages--
    live.bytes -= bytesOf(this)
    this.backend.free(this)
  }
}

/** What a storage takes on its backend. */
function bytesOf<H>({ backend, dtype, length }: Storage<H>): number {
  return length * (backend.caps.bytesPerElement ?? bytesPerElement(dtype))
}

/** Throws where a backend cannot hold so many elements in one storage. */
export function checkLength<H>(backend: Backend<H>, dtype: DType, length: number): void {
  if (length <= backend.caps.maxLength) return
  throw new UnsupportedError('there are more elements than the backend can hold in one tensor', {
    received: { backend: backend.name, dtype, elements: length },
    expected: `at most ${backend.caps.maxLength} elements`,
  })
}
