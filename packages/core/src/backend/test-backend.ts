import { referenceBackend } from '../reference/index.ts'
import type { Data } from '../tensor/dtype.ts'
import type { Storage } from '../tensor/storage.ts'
import type { Backend, Capabilities, Operand, View } from './backend.ts'

/** The methods that may be watched or made to fail. */
type MethodName =
  | 'alloc'
  | 'write'
  | 'fill'
  | 'copy'
  | 'unary'
  | 'binary'
  | 'select'
  | 'reduce'
  | 'argReduce'
  | 'matmul'
  | 'gather'
  | 'scatterAdd'

export interface TestBackend extends Backend<Data> {
  readonly caps: Capabilities
  /** Storages that are allocated and not yet freed. */
  live(): number
}

export interface TestBackendOptions {
  readonly inner?: Backend<Data>
  /** Called before each method; what it throws, the method throws. */
  readonly before?: (method: MethodName, operands: readonly Operand<Data>[]) => void
  /** Whether it can be read at once. Default: true. */
  readonly readsAtOnce?: boolean
}

/** The reference backend seen from outside, for tests of core: calls can be watched, and a double free throws. */
export function testBackend(options: TestBackendOptions = {}): TestBackend {
  const { inner = referenceBackend(), before = () => undefined, readsAtOnce = true } = options
  const freed = new WeakSet<Storage<Data>>()
  let live = 0
  const views = (...operands: Operand<Data>[]): readonly Operand<Data>[] => operands
  const backend: TestBackend = {
    name: 'test',
    caps: inner.caps,
    kernels: inner.kernels,
    live: () => live,
    alloc(dtype, length) {
      before('alloc', [])
      const handle = inner.alloc(dtype, length)
      live++
      return handle
    },
    free(storage) {
      if (freed.has(storage)) throw new Error('a storage was freed twice')
      freed.add(storage)
      live--
      inner.free(storage)
    },
    write(storage, data) {
      before('write', [])
      inner.write(storage, data)
    },
    async read(storage) {
      // As on a device, the values are there later.
      const data = await inner.read(storage)
      await Promise.resolve()
      return data
    },
    fill(out, value) {
      before('fill', views(out))
      inner.fill(out, value)
    },
    copy(x, out) {
      before('copy', views(x, out))
      inner.copy(x, out)
    },
    unary(op, x, out) {
      before('unary', views(x, out))
      inner.unary(op, x, out)
    },
    binary(op, a, b, out) {
      before('binary', views(a, b, out))
      inner.binary(op, a, b, out)
    },
    select(c, a, b, out) {
      before('select', views(c, a, b, out))
      inner.select(c, a, b, out)
    },
    reduce(op, x, axis, out) {
      before('reduce', views(x, out))
      inner.reduce(op, x, axis, out)
    },
    argReduce(op, x, axis, out) {
      before('argReduce', views(x, out))
      inner.argReduce(op, x, axis, out)
    },
    matmul(a, b, out) {
      before('matmul', views(a, b, out))
      inner.matmul(a, b, out)
    },
    gather(x, index, axis, out) {
      before('gather', views(x, index, out))
      inner.gather(x, index, axis, out)
    },
    scatterAdd(index, updates, axis, out) {
      before('scatterAdd', views(index, updates, out))
      inner.scatterAdd(index, updates, axis, out)
    },
  }
  if (readsAtOnce) backend.readSync = (storage) => inner.readSync!(storage)
  return backend
}

/** A view in words, for expectations. */
export function layoutOf(view: View | number): string {
  return typeof view === 'number' ? String(view) : `[${view.shape}] by [${view.strides}]`
}

/** A backend that throws where core does not keep what the interface promises about views, and tells of its calls. */
export function keepingPromises(
  inner: Backend<Data>,
  tell: (call: string) => void = () => undefined,
): TestBackend {
  return testBackend({
    inner,
    before: (method, operands) => {
      if (method === 'alloc' || method === 'write') return
      tell([method, ...operands.map(layoutOf)].join(' '))
      for (const operand of operands) if (typeof operand !== 'number') checkView(method, operand)
      const out = operands.at(-1) as View
      const isWhole = out.contiguous && out.offset === 0 && out.size === out.storage.length
      if (!isWhole && method !== 'fill' && method !== 'copy') throw new Error(`${method}: out is not whole`)
    },
  })
}

function checkView(method: MethodName, view: View): void {
  const { maxRank, strided } = view.storage.backend.caps
  if (view.size === 0) throw new Error(`${method}: a view without elements`)
  if (view.shape.length > maxRank) throw new Error(`${method}: a view of rank ${view.shape.length}`)
  const takesAny = strided || method === 'fill' || method === 'copy'
  if (!takesAny && !view.contiguous) throw new Error(`${method}: a view with gaps`)
}
