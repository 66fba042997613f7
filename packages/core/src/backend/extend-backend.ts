import { checkOptionNames } from '../errors/option-names.ts'
import type { Backend } from './backend.ts'
import { checkBackend } from './current.ts'

/** Everything that a backend may have: `changes` with other names would be ignored. */
const members: Readonly<Record<keyof Backend, true>> = {
  name: true,
  caps: true,
  kernels: true,
  alloc: true,
  free: true,
  write: true,
  read: true,
  readSync: true,
  sync: true,
  dispose: true,
  fill: true,
  copy: true,
  unary: true,
  binary: true,
  select: true,
  reduce: true,
  argReduce: true,
  matmul: true,
  gather: true,
  scatterAdd: true,
}

/**
 * Makes a backend that does what `changes` says in a way of its own, and hands every other call to `base`.
 *
 * Handles are the base's, so its methods can be called with views of the new backend. Tensors that are made on the new
 * backend belong to it; one operation cannot take tensors of both. A method of the base is looked up when it is
 * called: once the base is disposed, the new backend fails as it does. The table of kernels is the base's, unless
 * `changes` has another one.
 *
 * @param base Any backend.
 * @param changes Members of a backend: a name, capabilities, any of the methods.
 * @throws {@link ArgumentError} for something that is not a backend, and for names that are none of a backend.
 * @example
 * ```ts
 * import { extendBackend, matmul, ones, setBackend } from '@tapegrad/core'
 * import { referenceBackend } from '@tapegrad/core/reference'
 *
 * const base = referenceBackend()
 * let products = 0
 * setBackend(
 *   extendBackend(base, {
 *     name: 'counting',
 *     matmul: (a, b, out) => {
 *       products++
 *       base.matmul(a, b, out)
 *     },
 *   }),
 * )
 * matmul(ones([2, 3]), ones([3, 2]))
 * console.log(products) // 1
 * ```
 */
export function extendBackend<H, C extends Partial<Backend<H>>>(
  base: Backend<H>,
  changes: C,
): Backend<H> & NoInfer<C> {
  checkBackend('extendBackend', base)
  checkOptionNames('extendBackend', changes, Object.keys(members))
  const inner: Backend<H> = base
  return {
    name: inner.name,
    caps: inner.caps,
    kernels: inner.kernels,
    alloc: (dtype, length) => inner.alloc(dtype, length),
    free: (storage) => inner.free(storage),
    write: (storage, data) => inner.write(storage, data),
    read: (storage) => inner.read(storage),
    ...(inner.readSync && { readSync: (storage) => inner.readSync!(storage) }),
    ...(inner.sync && { sync: () => inner.sync!() }),
    ...(inner.dispose && { dispose: () => inner.dispose!() }),
    fill: (out, value) => inner.fill(out, value),
    copy: (x, out) => inner.copy(x, out),
    unary: (op, x, out) => inner.unary(op, x, out),
    binary: (op, a, b, out) => inner.binary(op, a, b, out),
    select: (condition, a, b, out) => inner.select(condition, a, b, out),
    reduce: (op, x, axis, out) => inner.reduce(op, x, axis, out),
    argReduce: (op, x, axis, out) => inner.argReduce(op, x, axis, out),
    matmul: (a, b, out) => inner.matmul(a, b, out),
    gather: (x, index, axis, out) => inner.gather(x, index, axis, out),
    scatterAdd: (index, updates, axis, out) => inner.scatterAdd(index, updates, axis, out),
    ...changes,
  }
}
