import type { Backend } from '../backend/backend.ts'
import { checkBackend } from '../backend/current.ts'
import type { Kernel } from '../backend/kernel-key.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { ProfiledKernels } from './profiled-kernels.ts'
import { formatRows, type ProfileRow, Tally } from './tally.ts'

export interface ProfileOptions {
  /** The clock, in milliseconds. Default: `performance.now`. */
  readonly now?: () => number
}

/** A backend that knows what was called on it. */
export interface ProfiledBackend<H = unknown> extends Backend<H> {
  /** One row for each kind of call since the last `reset`, the one that took longest first. */
  rows(): readonly ProfileRow[]
  /** The rows as text: name, calls, milliseconds in all, microseconds for one, share of the whole. */
  table(): string
  /** Forgets all calls. */
  reset(): void
}

/**
 * Wraps a backend so that every call is counted and timed: all methods, each function of `unary`, `binary`, `reduce`
 * and `argReduce` by itself, and every kernel in its table.
 *
 * Tensors made on the wrapped backend belong to it and not to the one inside. The time of a call ends when it returns,
 * that of `read` and `sync` when they resolve: of a device that works later, a queued call shows what queueing took
 * and `read` shows the waiting.
 *
 * @param backend Any backend; it may be used by itself as well, which is not counted.
 * @returns A backend of the same capabilities, with `rows()`, `table()` and `reset()`.
 * @throws {@link ArgumentError} for something that is not a backend, and for unknown options.
 * @example
 * ```ts
 * import { matmul, ones, setBackend, tanh } from '@tapegrad/core'
 * import { profile } from '@tapegrad/core/profiler'
 * import { referenceBackend } from '@tapegrad/core/reference'
 *
 * const backend = profile(referenceBackend())
 * setBackend(backend)
 * tanh(matmul(ones([64, 64]), ones([64, 64])))
 * console.log(backend.table())
 * ```
 */
export function profile<H>(backend: Backend<H>, options: ProfileOptions = {}): ProfiledBackend<H> {
  checkBackend('profile', backend)
  checkOptionNames('profile', options, ['now'])
  const { now = (): number => performance.now() } = options
  if (typeof now !== 'function') {
    throw new ArgumentError('now is not a function', { op: 'profile', received: { now } })
  }
  const inner: Backend<H> = backend
  const tally = new Tally()

  function timed<T>(name: string, call: () => T): T {
    const start = now()
    try {
      return call()
    } finally {
      tally.add(name, now() - start)
    }
  }

  async function awaited<T>(name: string, call: () => Promise<T>): Promise<T> {
    const start = now()
    try {
      return await call()
    } finally {
      tally.add(name, now() - start)
    }
  }

  function timedKernel<F extends Kernel>(name: string, kernel: F): F {
    return ((...args) => timed(name, () => kernel(...args))) as F
  }

  return {
    name: inner.name,
    caps: inner.caps,
    kernels: new ProfiledKernels(inner.kernels, timedKernel),
    alloc: (dtype, length) => timed('alloc', () => inner.alloc(dtype, length)),
    free: (storage) => timed('free', () => inner.free(storage)),
    write: (storage, data) => timed('write', () => inner.write(storage, data)),
    read: (storage) => awaited('read', () => inner.read(storage)),
    ...(inner.readSync && { readSync: (storage) => timed('readSync', () => inner.readSync!(storage)) }),
    ...(inner.sync && { sync: () => awaited('sync', () => inner.sync!()) }),
    ...(inner.dispose && { dispose: () => inner.dispose!() }),
    fill: (out, value) => timed('fill', () => inner.fill(out, value)),
    copy: (x, out) => timed('copy', () => inner.copy(x, out)),
    unary: (op, x, out) => timed(`unary ${op}`, () => inner.unary(op, x, out)),
    binary: (op, a, b, out) => timed(`binary ${op}`, () => inner.binary(op, a, b, out)),
    select: (condition, a, b, out) => timed('select', () => inner.select(condition, a, b, out)),
    reduce: (op, x, axis, out) => timed(`reduce ${op}`, () => inner.reduce(op, x, axis, out)),
    argReduce: (op, x, axis, out) => timed(`argReduce ${op}`, () => inner.argReduce(op, x, axis, out)),
    matmul: (a, b, out) => timed('matmul', () => inner.matmul(a, b, out)),
    gather: (x, index, axis, out) => timed('gather', () => inner.gather(x, index, axis, out)),
    scatterAdd: (index, updates, axis, out) =>
      timed('scatterAdd', () => inner.scatterAdd(index, updates, axis, out)),
    rows: () => tally.rows(),
    table: () => formatRows(tally.rows()),
    reset: () => tally.clear(),
  }
}
