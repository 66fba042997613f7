import { live } from './live.ts'

/** What is alive in the program, over all backends. */
export interface MemoryInfo {
  /** Tensor handles that are neither disposed nor collected. */
  readonly tensors: number
  /** Storages behind them; several tensors may share one. */
  readonly storages: number
  /** Bytes of these storages. */
  readonly bytes: number
  /** Tensors so far that nobody disposed and that the garbage collector had to clean up. */
  readonly leaked: number
}

/**
 * Counts the tensors that are alive and the bytes they hold.
 *
 * @example
 * ```ts
 * const before = memory().tensors
 * tidy(() => add(ones([3]), 1)).dispose()
 * console.log(memory().tensors === before) // true
 * ```
 */
export function memory(): MemoryInfo {
  return { ...live }
}
