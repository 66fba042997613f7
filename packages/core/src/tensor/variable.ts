import { watchNewVariable } from '../autodiff/recording.ts'
import type { View } from '../backend/backend.ts'
import { copyView } from '../dispatch/copy.ts'
import { viewOf } from '../dispatch/views.ts'
import { ArgumentError, BackendMismatchError, DTypeError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { watchForCollection } from '../memory/scope.ts'
import { checkDType, type TensorValues, tensor } from './create.ts'
import { type DType, isFloat, promoteTypes } from './dtype.ts'
import { rowMajorStrides, sameShape } from './shape.ts'
import { Storage } from './storage.ts'
import { allocate, Tensor } from './tensor.ts'
import { countVariable, tellOfWrite } from './variable-writes.ts'

/** Maps a variable's new value to an allowed one, after each optimizer step. */
export type Constraint = (value: Tensor) => Tensor

export interface VariableOptions<D extends DType = DType> {
  readonly dtype?: D
  /** What errors, summaries and files call it. */
  readonly name?: string
  /** The name with those of the layers around it, joined by slashes. Default: the name. */
  readonly path?: string
  /** Whether optimizers change it and gradient tapes watch it. Default: true for floats. */
  readonly trainable?: boolean
  /** Applied to the value after each optimizer step. */
  readonly constraint?: Constraint | null
}

const liveVariables: Set<WeakRef<Variable>> = new Set()

/** @internal The variables that exist, for tapes that watch all of them. */
export function forEachVariable(visit: (variable: Variable) => void): void {
  for (const reference of liveVariables) {
    const found = reference.deref()
    if (found === undefined) liveVariables.delete(reference)
    else visit(found)
  }
}

class StorageCell {
  storage: Storage
  constructor(storage: Storage) {
    this.storage = storage
  }
  release(): void {
    this.storage.release()
  }
}

/**
 * A tensor whose value can be replaced: a weight, a moving average, an optimizer's state.
 *
 * It is used like any tensor. No scope owns it: it lives until it is disposed.
 */
export class Variable<D extends DType = DType> extends Tensor<D> {
  readonly name: string
  readonly path: string
  trainable: boolean
  constraint: Constraint | null
  // What the garbage collector's safety net releases: it must not hold the variable itself.
  readonly #cell: StorageCell
  readonly #self: WeakRef<Variable>

  /** @internal Use {@link variable}. Takes a reference of its own to the storage. */
  constructor(initial: Tensor<D>, options: VariableOptions<D>) {
    super(
      initial.storage,
      initial.dtype,
      initial.shape,
      initial.strides,
      initial.offset,
      initial.size,
      initial.contiguous,
      false,
    )
    initial.storage.refs++
    this.name = options.name ?? 'variable'
    this.path = options.path ?? this.name
    this.trainable = options.trainable ?? isFloat(initial.dtype)
    this.constraint = options.constraint ?? null
    this.#cell = new StorageCell(initial.storage)
    const self = this as unknown as Variable
    watchForCollection(self, this.#cell)
    this.#self = new WeakRef(self)
    liveVariables.add(this.#self)
    countVariable()
    watchNewVariable(self)
  }

  /** @internal */
  override get isReplaceable(): boolean {
    return true
  }

  override dispose(): void {
    liveVariables.delete(this.#self)
    super.dispose()
  }

  /**
   * Replaces the value.
   *
   * Tapes, views and clones made before keep seeing the old one.
   *
   * @param value A tensor, number or nested arrays of the variable's shape. Its dtype must convert without loss of kind: floats to floats, anything weaker to a stronger one.
   * @returns The variable.
   * @throws {@link ShapeError}, {@link DTypeError}
   * @example
   * ```ts
   * const counter = variable(0)
   * counter.assign(add(counter, 1))
   * ```
   */
  assign(value: Tensor | TensorValues): this {
    this.assertUsable('assign', 'variable')
    const isTensor = value instanceof Tensor
    const next: Tensor = isTensor
      ? value
      : tensor(value, { dtype: this.dtype, backend: this.storage.backend })
    try {
      this.#checkAssignable(next)
      tellOfWrite(this as unknown as Variable)
      if (next.dtype === this.dtype && next.contiguous && next.size === next.storage.length)
        this.#share(next.storage)
      else this.#copy(next)
    } finally {
      if (!isTensor) next.dispose()
    }
    return this
  }

  /**
   * The elements as one dimension, for a kernel that changes them in place.
   *
   * Nothing else sees their storage: where a tape, a view or a clone holds it, those keep it with the old value, and the
   * variable takes a copy. The view holds until the variable is assigned, disposed or prepared again.
   *
   * @throws {@link DisposedError} after dispose, {@link OutOfMemoryError} where there is no room for the copy.
   * @example
   * ```ts
   * const w = variable([1, 2])
   * const { storage } = w
   * storage.backend.fill(w.prepareWrite(), 0)
   * console.log(w.dataSync()) // Float32Array [ 0, 0 ]
   * ```
   */
  prepareWrite(): View {
    this.assertUsable('prepareWrite', 'variable')
    tellOfWrite(this as unknown as Variable)
    if (this.storage.refs > 1) this.#moveToCopy(this)
    this.storage.version++
    return viewOf(this.storage, this.dtype, [this.size], [1], 0)
  }

  /** @internal Takes another storage of the same kind, and gives the one before; with each goes a reference. */
  exchangeStorage(storage: Storage): Storage {
    const before = this.storage
    ;(this as { storage: Storage }).storage = storage
    this.#cell.storage = storage
    return before
  }

  #checkAssignable(next: Tensor): void {
    next.assertUsable('assign', 'value')
    if (!sameShape(next.shape, this.shape)) {
      throw new ShapeError('the value has another shape than the variable', {
        op: 'assign',
        received: { variable: this, value: next },
      })
    }
    const converts =
      promoteTypes(next.dtype, this.dtype) === this.dtype || (isFloat(next.dtype) && isFloat(this.dtype))
    if (!converts) {
      throw new DTypeError('the value would lose its fraction or sign', {
        op: 'assign',
        received: { variable: this, value: next },
        hint: `cast(value, '${this.dtype}') where that is meant`,
      })
    }
    if (next.storage.backend !== this.storage.backend) {
      throw new BackendMismatchError('the value lives on another backend', {
        op: 'assign',
        received: { variable: this.storage.backend.name, value: next.storage.backend.name },
        hint: 'await value.to(backend) first',
      })
    }
  }

  // Tensors never change, and changes in place look at `refs`: sharing the storage is a copy that costs nothing.
  #share(storage: Storage): void {
    if (storage === this.storage) return
    storage.refs++
    this.#replaceStorage(storage)
  }

  #copy(next: Tensor): void {
    if (this.size === 0) return
    if (this.storage.refs > 1) {
      this.#moveToCopy(next)
      return
    }
    copyView(next, this)
    this.storage.version++
  }

  /** Leaves the storage to those who share it, and takes a new one with the elements of `source`. */
  #moveToCopy(source: View): void {
    const { dtype, shape, size } = this
    const storage = new Storage(this.storage.backend, dtype, size)
    const strides = rowMajorStrides(shape)
    try {
      copyView(source, { storage, dtype, shape, strides, offset: 0, size, contiguous: true })
    } catch (error) {
      storage.release()
      throw error
    }
    this.#replaceStorage(storage)
  }

  #replaceStorage(storage: Storage): void {
    this.exchangeStorage(storage).release()
  }
}

/**
 * Makes a variable.
 *
 * @param initial Its first value: a tensor (which stays yours), a number, nested arrays or a typed array.
 * @param options `dtype`, `name`, `path`, `trainable`, `constraint`.
 * @returns The variable, which no scope disposes.
 * @throws {@link DTypeError} for an unknown dtype or a trainable integer, {@link ArgumentError} for other options that make no sense.
 * @example
 * ```ts
 * const w = variable(zeros([784, 10]), { name: 'kernel' })
 * ```
 */
export function variable<D extends DType>(initial: Tensor<D>, options?: VariableOptions<D>): Variable<D>
export function variable<D extends DType = 'float32'>(
  initial: TensorValues,
  options?: VariableOptions<D>,
): Variable<D>
export function variable(initial: Tensor | TensorValues, options: VariableOptions = {}): Variable {
  checkOptions(options)
  if (!(initial instanceof Tensor)) {
    using value = tensor(initial, options.dtype === undefined ? {} : { dtype: options.dtype })
    checkTrainable(value.dtype, options)
    return new Variable(value, options)
  }
  initial.assertUsable('variable', 'initial')
  const dtype = options.dtype ?? initial.dtype
  checkTrainable(dtype, options)
  // A variable covers its whole storage, so that fused kernels may write it without tails.
  if (dtype === initial.dtype && initial.contiguous && initial.size === initial.storage.length) {
    return new Variable(initial, options)
  }
  using whole = allocate(initial.storage.backend, dtype, initial.shape)
  if (whole.size > 0) copyView(initial, whole)
  return new Variable(whole, options)
}

function checkOptions(options: VariableOptions): void {
  checkOptionNames('variable', options, ['dtype', 'name', 'path', 'trainable', 'constraint'])
  const { dtype, name, path, trainable, constraint } = options
  if (dtype !== undefined) checkDType('variable', dtype)
  if (name !== undefined && typeof name !== 'string') throw invalid('name', name, 'text')
  if (path !== undefined && typeof path !== 'string') throw invalid('path', path, 'text')
  if (trainable !== undefined && typeof trainable !== 'boolean')
    throw invalid('trainable', trainable, 'true or false')
  if (constraint !== undefined && constraint !== null && typeof constraint !== 'function')
    throw invalid('constraint', constraint, 'a function or null')
}

function invalid(option: string, value: unknown, expected: string): ArgumentError {
  return new ArgumentError(`the option ${option} is wrong`, {
    op: 'variable',
    received: { [option]: value },
    expected,
  })
}

function checkTrainable(dtype: DType, { trainable }: VariableOptions): void {
  if (trainable !== true || isFloat(dtype)) return
  throw new DTypeError('only floats can be trained', {
    op: 'variable',
    received: { dtype, trainable },
    hint: "leave trainable away, or make it a 'float32'",
  })
}
