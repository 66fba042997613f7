import { OutOfMemoryError } from '@tapegrad/core'
import { FreeBlocks } from './free-blocks.ts'
import { blockAlignment, blockSize, sizeClassOf } from './size-classes.ts'

/** How a memory is made. */
export interface WasmMemoryOptions {
  /** The most bytes that the memory may grow to; at most and by default 4 GiB, counted in pages of 64 KiB. */
  readonly memoryLimit?: number
}

const pageSize = 65536
const initialPages = 16
const maximumPages = 65536

/**
 * One WebAssembly memory and an allocator for it.
 *
 * A block begins at a multiple of 64, and the 64 bytes that follow what was asked for belong to it: kernels may read
 * and write up to 64 bytes past the end, where values have no meaning. Nothing is promised about bytes in front of a
 * block, and contents are not cleared.
 *
 * Addresses reach 4 GiB: turn them into indices with `>>>` or a division, never with `>>`, and compare them unsigned.
 */
export class WasmMemory {
  readonly memory: WebAssembly.Memory
  /** The whole memory. Growth replaces the views: never keep one across an `alloc`. */
  declare f32: Float32Array<ArrayBuffer>
  declare f64: Float64Array<ArrayBuffer>
  declare i32: Int32Array<ArrayBuffer>
  declare u8: Uint8Array<ArrayBuffer>
  readonly #limit: number
  readonly #free = new FreeBlocks()
  #bytesInUse = 0
  // Above it nothing was ever allocated. Address 0 is no block's.
  #top = blockAlignment

  constructor({ memoryLimit = maximumPages * pageSize }: WasmMemoryOptions = {}) {
    const pages = Math.min(maximumPages, Math.max(1, Math.floor(memoryLimit / pageSize)))
    this.#limit = pages * pageSize
    this.memory = new WebAssembly.Memory({ initial: Math.min(initialPages, pages), maximum: pages })
    this.#refreshViews()
  }

  /** What all blocks in use take, rounding and padding included. */
  get bytesInUse(): number {
    return this.#bytesInUse
  }

  /** The size of the memory. */
  get bytesReserved(): number {
    return this.memory.buffer.byteLength
  }

  /**
   * The address of a new block of at least `bytes` bytes.
   *
   * @throws OutOfMemoryError where the limit or the system leaves no room; all blocks stay as they were.
   */
  alloc(bytes: number): number {
    if (!(bytes <= this.#limit)) throw this.#outOfMemory(bytes)
    const sizeClass = sizeClassOf(bytes)
    const address = this.#free.pop(sizeClass) ?? this.#allocNew(sizeClass, bytes)
    this.#bytesInUse += blockSize(sizeClass)
    return address
  }

  /** Gives a block back, with the `bytes` that `alloc` was asked for. */
  free(address: number, bytes: number): void {
    const sizeClass = sizeClassOf(bytes)
    this.#free.push(sizeClass, address)
    this.#bytesInUse -= blockSize(sizeClass)
  }

  #allocNew(sizeClass: number, bytes: number): number {
    const size = blockSize(sizeClass)
    if (this.#reserve(this.#top + size)) return this.#takeTop(size)
    const part = this.#free.split(sizeClass)
    if (part !== undefined) return part
    this.#top = this.#free.merge(this.#top)
    const merged = this.#free.pop(sizeClass) ?? this.#free.split(sizeClass)
    if (merged !== undefined) return merged
    if (this.#reserve(this.#top + size)) return this.#takeTop(size)
    throw this.#outOfMemory(bytes)
  }

  #takeTop(size: number): number {
    const address = this.#top
    this.#top += size
    return address
  }

  /** Grows the memory to at least `bytes`: to double its size, or as little as needed where that fails. */
  #reserve(bytes: number): boolean {
    const reserved = this.bytesReserved
    if (bytes <= reserved) return true
    if (bytes > this.#limit) return false
    return this.#grow(Math.min(this.#limit, Math.max(bytes, 2 * reserved))) || this.#grow(bytes)
  }

  #grow(bytes: number): boolean {
    try {
      this.memory.grow(Math.ceil((bytes - this.bytesReserved) / pageSize))
    } catch {
      return false
    }
    this.#refreshViews()
    return true
  }

  #refreshViews(): void {
    const { buffer } = this.memory
    this.f32 = new Float32Array(buffer)
    this.f64 = new Float64Array(buffer)
    this.i32 = new Int32Array(buffer)
    this.u8 = new Uint8Array(buffer)
  }

  #outOfMemory(bytes: number): OutOfMemoryError {
    return new OutOfMemoryError(`no room for ${bytes} bytes`, {
      op: 'alloc',
      received: {
        bytes,
        bytesInUse: this.#bytesInUse,
        bytesReserved: this.bytesReserved,
        memoryLimit: this.#limit,
      },
      expected: `at most ${this.#limit} bytes in all`,
      hint: 'dispose tensors that are no longer needed, wrap steps in tidy(), use smaller batches, or raise memoryLimit (at most 4 GiB)',
    })
  }
}
