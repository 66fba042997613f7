import type { Data, DType } from '../tensor/dtype.ts'
import type { Storage } from '../tensor/storage.ts'
import type { KernelTable } from './kernel-key.ts'
import type { ArgReduceOp, BinaryOp, ReduceOp, UnaryOp } from './opcodes.ts'

/**
 * A window onto a storage: element [i, j, …] lies at `offset + i·strides[0] + j·strides[1] + …`, counted in
 * elements.
 *
 * Views are immutable, so a backend may keep one in a queue. Strides may be 0 (broadcast) or negative (flipped).
 * `contiguous` means row-major without gaps; `offset` may still be greater than 0.
 */
export interface View<H = unknown> {
  readonly storage: Storage<H>
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
  readonly size: number
  readonly contiguous: boolean
}

/**
 * An argument of an element-wise method: a view, or a number that stands for every element.
 *
 * A number takes the dtype of the other argument, in whose range it lies; at most one argument of a `binary` call
 * is a number, and in `select` both branches may be.
 */
export type Operand<H = unknown> = View<H> | number

/** What a backend can do; core and the test kit adapt to it. */
export interface Capabilities {
  /** The functions it has: all required ones, and any of the optional ones. */
  readonly unary: ReadonlySet<UnaryOp>
  readonly binary: ReadonlySet<BinaryOp>
  /** At least float32, int32 and bool. */
  readonly dtypes: ReadonlySet<DType>
  /** Whether methods besides `fill` and `copy`, which always do, take non-contiguous views. Where not, core copies first. */
  readonly strided: boolean
  /** The most dimensions of a view. Core merges dimensions and copies to stay within; at least 4. */
  readonly maxRank: number
  /** The most elements of one storage. */
  readonly maxLength: number
  /** Every integer in [−maxInt, maxInt] survives in an int32: 2³¹ − 1, or 2²⁴ where a device only has floats. */
  readonly maxInt: number
  /** The bytes of an element where all dtypes take the same on the device. Default: those of the dtype's typed array. */
  readonly bytesPerElement?: number
  /** Whether NaN, infinities and signed zeros come out of every method as IEEE 754 says. */
  readonly specialValues: boolean
  /**
   * Whether `gather` and `scatterAdd` throw `IndexError`, at once or when the result is read; otherwise gather gives NaN
   * (0 for integers) and scatter drops.
   */
  readonly checksIndices: boolean
  /** Whether the same calls give the same bits every time. */
  readonly deterministic: boolean
}

/**
 * What a device must do to run tapegrad: four methods for memory and ten for compute.
 *
 * Core infers shapes and dtypes, allocates each `out` (whole, contiguous, not yet read) and checks everything that
 * can be checked: a backend never validates, never sees a view without elements and never an empty reduction.
 * Methods may return before the work is done, as long as reads see all earlier calls. Work that is queued reads
 * `storage.handle` when it runs, not when it is queued, and may replace it.
 *
 * Optional kernels in `kernels` make compositions faster; none is needed.
 *
 * @typeParam H What the backend keeps for a storage: an array, an address, a buffer.
 */
export interface Backend<H = unknown> {
  readonly name: string
  readonly caps: Capabilities
  readonly kernels: KernelTable

  // Memory.

  /** Room for `length` elements; their values are not defined. Throws `OutOfMemoryError` and changes nothing where there is none. */
  alloc(dtype: DType, length: number): H
  /** Gives the room back once every earlier call is done. */
  free(storage: Storage<H>): void
  /** Fills a whole storage from the host. The data is copied: the caller may reuse its array at once. */
  write(storage: Storage<H>, data: Data): void
  /** A copy of a whole storage on the host, after every earlier call. */
  read(storage: Storage<H>): Promise<Data>
  /** The same without waiting, where the device can. */
  readSync?(storage: Storage<H>): Data
  /** Resolves when every earlier call is done; rejects with the first failure that no read has reported. */
  sync?(): Promise<void>
  /** Releases what the backend itself holds, threads and contexts, after every earlier call. Its storages are only freed afterwards. */
  dispose?(): void

  // Compute. `out` is contiguous and covers its whole storage, except in `fill` and `copy`.

  /** out = value. `out` may be a region of a storage. */
  fill(out: View<H>, value: number): void
  /**
   * out = x, of equal shapes. Casts where the dtypes differ: floats to integers truncate toward 0 (NaN gives 0,
   * out of range wraps as JavaScript's `ToInt32` does), anything to bool is `x ≠ 0`. `out` may be a region of a
   * storage.
   */
  copy(x: View<H>, out: View<H>): void
  /** out = op(x). */
  unary(op: UnaryOp, x: View<H>, out: View<H>): void
  /** out = op(a, b). Shapes are equal: core has expanded broadcasts to strides of 0. */
  binary(op: BinaryOp, a: Operand<H>, b: Operand<H>, out: View<H>): void
  /** out = condition ? a : b, for each element; the branch not taken has no influence, NaN included. */
  select(condition: View<H>, a: Operand<H>, b: Operand<H>, out: View<H>): void
  /** Reduces one axis, which `out` keeps with size 1. */
  reduce(op: ReduceOp, x: View<H>, axis: number, out: View<H>): void
  /** The int32 position of the extreme element along one axis, which `out` keeps with size 1. */
  argReduce(op: ArgReduceOp, x: View<H>, axis: number, out: View<H>): void
  /** out[b] = a[b] · b[b] for matrices a [batch, M, K], b [batch, K, N]: always rank 3, K ≥ 1. */
  matmul(a: View<H>, b: View<H>, out: View<H>): void
  /** out[…, i, …] = x[…, index[…, i, …], …] along `axis`; the int32 index has the shape of `out`, with strides of 0 where it repeats. */
  gather(x: View<H>, index: View<H>, axis: number, out: View<H>): void
  /** out = 0, then out[…, index[…, i, …], …] += updates[…, i, …] along `axis`; the int32 index has the shape of `updates`. */
  scatterAdd(index: View<H>, updates: View<H>, axis: number, out: View<H>): void
}
