import { type Backend, type Data, type Operand, Storage, type View } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'

/** The ten methods that compute. */
export type Compute<H> = Pick<
  Backend<H>,
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
>

interface Transfers<H> {
  download(handle: H): Data
  upload(handle: H, data: Data): void
}

/** Copies what a call reads to the host, and its result back. */
interface Staging<H> {
  (x: View<H>): View<Data>
  (x: Operand<H>): Operand<Data>
}

/** All computing methods for a device that has none yet: core's reference backend computes on copies. */
export function onHost<H>({ download, upload }: Transfers<H>): Compute<H> {
  const reference = referenceBackend()

  function compute(out: View<H>, call: (host: Staging<H>) => void): void {
    const copies = new Map<Storage<H>, Storage<Data>>()
    const copyOf = (storage: Storage<H>): Storage<Data> => {
      const known = copies.get(storage)
      if (known !== undefined) return known
      const copy = new Storage(reference, storage.dtype, storage.length)
      copies.set(storage, copy)
      reference.write(copy, download(storage.handle))
      return copy
    }
    function host(x: View<H>): View<Data>
    function host(x: Operand<H>): Operand<Data>
    function host(x: Operand<H>): Operand<Data> {
      if (typeof x === 'number') return x
      const { storage, dtype, shape, strides, offset, size, contiguous } = x
      return { storage: copyOf(storage), dtype, shape, strides, offset, size, contiguous }
    }
    try {
      call(host)
      upload(out.storage.handle, reference.readSync(copyOf(out.storage)))
    } finally {
      for (const copy of copies.values()) copy.release()
    }
  }

  return {
    fill: (out, value) => compute(out, (host) => reference.fill(host(out), value)),
    copy: (x, out) => compute(out, (host) => reference.copy(host(x), host(out))),
    unary: (op, x, out) => compute(out, (host) => reference.unary(op, host(x), host(out))),
    binary: (op, a, b, out) => compute(out, (host) => reference.binary(op, host(a), host(b), host(out))),
    select: (condition, a, b, out) =>
      compute(out, (host) => reference.select(host(condition), host(a), host(b), host(out))),
    reduce: (op, x, axis, out) => compute(out, (host) => reference.reduce(op, host(x), axis, host(out))),
    argReduce: (op, x, axis, out) =>
      compute(out, (host) => reference.argReduce(op, host(x), axis, host(out))),
    matmul: (a, b, out) => compute(out, (host) => reference.matmul(host(a), host(b), host(out))),
    gather: (x, index, axis, out) =>
      compute(out, (host) => reference.gather(host(x), host(index), axis, host(out))),
    scatterAdd: (index, updates, axis, out) =>
      compute(out, (host) => reference.scatterAdd(host(index), host(updates), axis, host(out))),
  }
}
