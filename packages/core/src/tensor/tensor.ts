import type { Node } from '../autodiff/node.ts'
import type { Backend, View } from '../backend/backend.ts'
import { checkBackend } from '../backend/current.ts'
import { copyView } from '../dispatch/copy.ts'
import { computed } from '../dispatch/prepare.ts'
import { DisposedError, UnsupportedError } from '../errors/index.ts'
import { live } from '../memory/live.ts'
import { enterScope, stopWatching } from '../memory/scope.ts'
import { allocateData, type DataOf, type DType } from './dtype.ts'
import { formatData, formatHeader } from './format.ts'
import { type NestedArray, nestData } from './nested.ts'
import { isRowMajor, rowMajorStrides, type Shape, sizeOf } from './shape.ts'
import { Storage } from './storage.ts'

/** Usable; closed by its scope while the tape still needs it; disposed. */
type HandleState = 'open' | 'closed' | 'disposed'

/**
 * An immutable view of numbers on a backend, and the unit of automatic differentiation.
 *
 * A tensor is a small handle: `shape`, `strides` and `offset` say which elements of its reference-counted storage
 * it shows, so reshapes, slices and transposes copy nothing. Dispose handles you no longer need, or make them in
 * `tidy`.
 *
 * @typeParam D Its data type, `float32` for most.
 * @example
 * ```ts
 * using x = tensor([[1, 2], [3, 4]])
 * console.log(x.shape, await x.array())
 * ```
 */
export class Tensor<D extends DType = DType> implements View {
  /** @internal References to this handle: the user's, and one for each tape entry that saved it. */
  refs = 1
  /** @internal */
  state: HandleState = 'open'
  /** @internal How many scopes enclose the one that owns it; 0 for none. */
  depth = 0
  /** @internal Whether the garbage collector's safety net knows it. */
  watched = false
  // What Node's console.log calls.
  static {
    Object.defineProperty(Tensor.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Tensor): string {
        return this.toString()
      },
    })
  }

  /** @internal The tape entry that made it, where something records. */
  node: Node | null = null
  readonly storage: Storage
  readonly dtype: D
  readonly shape: Shape
  /** Elements to step in the storage for one step along each axis; 0 repeats an element. */
  readonly strides: readonly number[]
  /** Where in the storage its first element lies. */
  readonly offset: number
  /** The number of elements. */
  readonly size: number
  /** Whether its elements lie in the storage in row-major order without gaps. */
  readonly contiguous: boolean

  /** @internal Tensors are made by `tensor`, `zeros`, … and by operations. The reference to `storage` passes to it. */
  constructor(
    storage: Storage,
    dtype: D,
    shape: Shape,
    strides: readonly number[],
    offset: number,
    size: number,
    contiguous: boolean,
    owned = true,
  ) {
    this.storage = storage
    this.dtype = dtype
    this.shape = shape
    this.strides = strides
    this.offset = offset
    this.size = size
    this.contiguous = contiguous
    live.tensors++
    if (owned) this.depth = enterScope(this as unknown as Tensor)
  }

  /** @internal Whether its storage may be replaced, so that no backend may keep it as a view. */
  get isReplaceable(): boolean {
    return false
  }

  /** The number of dimensions. */
  get rank(): number {
    return this.shape.length
  }

  /** Whether this handle can no longer be used. */
  get disposed(): boolean {
    return this.state !== 'open'
  }

  /** Gives up this handle. Views of the same storage and running gradient computations keep what they need. */
  dispose(): void {
    const wasOpen = this.state === 'open'
    this.state = 'disposed'
    if (wasOpen) this.unref()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** A copy of the elements in row-major order. */
  async data(): Promise<DataOf[D]> {
    this.assertUsable('data', 'tensor')
    if (this.size === 0) return allocateData(this.dtype, 0)
    const { view, done } = wholeCopy(this as unknown as Tensor)
    try {
      return cut(await view.storage.backend.read(view.storage), view) as DataOf[D]
    } finally {
      done()
    }
  }

  /**
   * A copy of the elements in row-major order, at once.
   *
   * @throws {@link UnsupportedError} on backends that can only be read asynchronously.
   */
  dataSync(): DataOf[D] {
    this.assertUsable('dataSync', 'tensor')
    if (this.size === 0) return allocateData(this.dtype, 0)
    const backend = this.storage.backend
    if (backend.readSync === undefined) {
      throw new UnsupportedError('the backend cannot be read synchronously', {
        op: 'dataSync',
        received: { backend: backend.name },
        hint: 'await tensor.data()',
      })
    }
    const { view, done } = wholeCopy(this as unknown as Tensor)
    try {
      return cut(backend.readSync(view.storage), view) as DataOf[D]
    } finally {
      done()
    }
  }

  /** The elements as nested arrays: numbers, or booleans for bool. A scalar gives the element itself. */
  async array(): Promise<NestedArray> {
    return nestData(await this.data(), this.dtype, this.shape)
  }

  /** The same at once, where the backend can be read synchronously. */
  arraySync(): NestedArray {
    return nestData(this.dataSync(), this.dtype, this.shape)
  }

  /**
   * A copy on another backend; the gradient does not flow through it.
   *
   * @example
   * ```ts
   * const onDevice = await x.to(otherBackend)
   * ```
   */
  async to<H>(backend: Backend<H>): Promise<Tensor<D>> {
    this.assertUsable('to', 'tensor')
    checkBackend('to', backend)
    const data = await this.data()
    return fromData(backend as Backend, this.dtype, this.shape, data)
  }

  /** Shape, dtype and values as text, long axes shortened. */
  async format(): Promise<string> {
    return formatData(await this.data(), this.dtype, this.shape)
  }

  /** The same at once; only the shape and dtype where values cannot be read at once or are gone. */
  toString(): string {
    if (this.disposed || this.storage.backend.readSync === undefined) {
      return formatHeader(this.dtype, this.shape, this.disposed ? 'disposed' : undefined)
    }
    return formatData(this.dataSync(), this.dtype, this.shape)
  }

  /** @internal Throws where the handle is no longer usable. */
  assertUsable(op: string, name: string): void {
    if (this.state === 'open') return
    throw new DisposedError(
      this.state === 'closed'
        ? `${name} was used after its tidy scope ended`
        : `${name} was used after dispose`,
      {
        op,
        received: { [name]: this },
        hint: this.state === 'closed' ? 'return it from tidy, or keep() it' : 'dispose it after its last use',
      },
    )
  }

  /** @internal Its scope ends. */
  closeHandle(): void {
    if (this.state !== 'open') return
    this.state = 'closed'
    this.unref()
  }

  /** @internal Gives up one reference to the handle; with the last one goes the storage's. */
  unref(): void {
    if (--this.refs > 0) return
    if (this.state === 'open') this.state = 'disposed'
    live.tensors--
    if (this.watched) stopWatching(this as unknown as Tensor)
    this.storage.release()
  }
}

/** A new tensor of its own storage, with undefined contents. */
export function allocate<D extends DType>(backend: Backend, dtype: D, shape: Shape): Tensor<D> {
  const size = sizeOf(shape)
  checkDTypeSupported(backend, dtype)
  return new Tensor(new Storage(backend, dtype, size), dtype, shape, rowMajorStrides(shape), 0, size, true)
}

/** The same with the shape of another tensor, whose arrays it shares. */
export function allocateLike<D extends DType>(like: View, dtype: D): Tensor<D> {
  const { storage, shape, size } = like
  if (dtype !== like.dtype) checkDTypeSupported(storage.backend, dtype)
  const strides = like.contiguous ? like.strides : rowMajorStrides(shape)
  return new Tensor(new Storage(storage.backend, dtype, size), dtype, shape, strides, 0, size, true)
}

/** Throws where a backend does not have a dtype. */
export function checkDTypeSupported(backend: Backend, dtype: DType): void {
  if (backend.caps.dtypes.has(dtype)) return
  throw new UnsupportedError('the backend does not have this dtype', {
    received: { backend: backend.name, dtype },
    expected: `one of ${[...backend.caps.dtypes].join(', ')}`,
  })
}

/** A tensor of host data, which is copied. */
export function fromData<D extends DType>(
  backend: Backend,
  dtype: D,
  shape: Shape,
  data: DataOf[D],
): Tensor<D> {
  return computed(allocate(backend, dtype, shape), (out) => backend.write(out.storage, data))
}

/** Another tensor on the same storage, outside the tape. */
export function alias<D extends DType>(
  of: Tensor<D>,
  shape: Shape,
  strides: readonly number[],
  offset: number,
): Tensor<D> {
  of.storage.refs++
  return new Tensor(of.storage, of.dtype, shape, strides, offset, sizeOf(shape), isRowMajor(shape, strides))
}

/** A second handle on the same view, with the same place on the tape. */
export function cloneHandle<D extends DType>(of: Tensor<D>): Tensor<D> {
  of.storage.refs++
  const clone = new Tensor(of.storage, of.dtype, of.shape, of.strides, of.offset, of.size, of.contiguous)
  clone.node = of.node
  return clone
}

/** The handle itself where it can be used, else a new one on the same view. */
export function openHandle<D extends DType>(of: Tensor<D>): Tensor<D> {
  return of.state === 'open' ? of : cloneHandle(of)
}

/** Turns the tape's reference to a handle into one of the innermost scope: the handle itself where nobody else has it. */
export function takeHandle<D extends DType>(of: Tensor<D>): Tensor<D> {
  if (of.state === 'closed' && of.refs === 1) {
    of.state = 'open'
    of.depth = enterScope(of as unknown as Tensor)
    return of
  }
  const clone = cloneHandle(of)
  of.unref()
  return clone
}

/** A handle that no scope owns and no garbage collector watches: for the tape, which gives it back itself. */
export function unscopedHandle<D extends DType>(of: Tensor<D>): Tensor<D> {
  of.storage.refs++
  const handle = new Tensor(
    of.storage,
    of.dtype,
    of.shape,
    of.strides,
    of.offset,
    of.size,
    of.contiguous,
    false,
  )
  handle.node = of.node
  return handle
}

/** A view that is contiguous, the tensor itself where it is, and what to call when it has been read. */
function wholeCopy(tensor: Tensor): { view: View; done: () => void } {
  const { dtype, shape, strides, offset, size } = tensor
  if (tensor.contiguous) {
    // Not the tensor itself: a Variable may take another storage while an asynchronous read is under way.
    const storage = tensor.storage
    storage.refs++
    return {
      view: { storage, dtype, shape, strides, offset, size, contiguous: true },
      done: () => storage.release(),
    }
  }
  const storage = new Storage(tensor.storage.backend, dtype, size)
  const view: View = {
    storage,
    dtype,
    shape,
    strides: rowMajorStrides(shape),
    offset: 0,
    size,
    contiguous: true,
  }
  try {
    copyView(tensor, view)
  } catch (error) {
    storage.release()
    throw error
  }
  return { view, done: () => storage.release() }
}

function cut(data: DataOf[DType], view: View): DataOf[DType] {
  return data.length === view.size ? data : data.slice(view.offset, view.offset + view.size)
}
