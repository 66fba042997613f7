import { fillWhole } from '../dispatch/fill.ts'
import { computed } from '../dispatch/prepare.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { backendOf, type CreateOptions, checkDType, createOptionNames } from './create-options.ts'
import type { DataOf, DType } from './dtype.ts'
import { checkFillValue, generate } from './host-data.ts'
import { flattenNested, type NestedArray } from './nested.ts'
import { checkShape, type Shape, scalarShape, sizeOf } from './shape.ts'
import { allocate, allocateLike, fromData, Tensor } from './tensor.ts'

export { type CreateOptions, checkDType } from './create-options.ts'
export { checkFillValue } from './host-data.ts'
export { arange, eye, linspace } from './ranges.ts'

export interface TensorOptions<D extends DType = DType> extends CreateOptions<D> {
  /** The shape of a flat list of values. Default: the shape of the nested arrays. */
  readonly shape?: Shape
}

const tensorOptionNames = [...createOptionNames, 'shape']

/** Typed arrays that have a dtype of their own. */
export type TypedArray = Uint8Array | Uint8ClampedArray | Int32Array | Float32Array | Float64Array

/** What tensors are made from. */
export type TensorValues = NestedArray | TypedArray | readonly TypedArray[]

/**
 * Makes a tensor from a number, a boolean, nested arrays, a typed array or a list of typed arrays; they are copied.
 *
 * Without `dtype`, numbers give float32, booleans bool, and typed arrays keep their own: `Uint8Array` uint8,
 * `Int32Array` int32, `Float32Array` float32, `Float64Array` float64. Numbers given for an integer dtype must be
 * whole and in its range.
 *
 * @throws {@link ShapeError} for ragged arrays or a shape that does not hold the values, {@link DTypeError} for typed arrays or values without a fitting dtype.
 * @see https://pytorch.org/docs/stable/generated/torch.tensor.html
 * @example
 * ```ts
 * tensor([[1, 2], [3, 4]])
 * tensor(new Float32Array(6), { shape: [2, 3] })
 * tensor([1, 2], { dtype: 'int32' })
 * ```
 */
export function tensor(values: Float64Array, options?: Omit<TensorOptions, 'dtype'>): Tensor<'float64'>
export function tensor(values: Int32Array, options?: Omit<TensorOptions, 'dtype'>): Tensor<'int32'>
export function tensor(
  values: Uint8Array | Uint8ClampedArray,
  options?: Omit<TensorOptions, 'dtype'>,
): Tensor<'uint8'>
export function tensor<D extends DType = 'float32'>(
  values: TensorValues,
  options?: TensorOptions<D>,
): Tensor<D>
export function tensor(values: TensorValues, options: TensorOptions = {}): Tensor {
  checkOptionNames('tensor', options, tensorOptionNames)
  const given = ArrayBuffer.isView(values)
    ? { data: values as ArrayLike<number>, shape: [values.length], dtype: dtypeOfArray(values) }
    : nestedValues(values)
  const dtype = checkDType('tensor', options.dtype ?? given.dtype)
  const shape = options.shape === undefined ? given.shape : checkShape('tensor', options.shape)
  if (sizeOf(shape) !== given.data.length) {
    throw new ShapeError('the shape does not hold the values', {
      op: 'tensor',
      received: { shape, values: given.data.length },
      expected: `${sizeOf(shape)} values`,
    })
  }
  const backend = backendOf('tensor', options)
  // Backends copy what they are given, so an array of the right kind needs no copy before.
  const data = isDataOf(values, dtype)
    ? values
    : generate('tensor', backend, dtype, given.data.length, (i) => given.data[i]!)
  return fromData(backend, dtype, shape, data)
}

function nestedValues(values: TensorValues): { data: ArrayLike<number>; shape: Shape; dtype: DType } {
  const flat = flattenNested('tensor', values)
  return { data: flat.values, shape: flat.shape, dtype: flat.isBoolean ? 'bool' : 'float32' }
}

// By name, not by instanceof: arrays of another realm (a frame, a test environment) have other classes.
const dtypeOfKind: ReadonlyMap<unknown, DType> = /* @__PURE__ */ new Map([
  ['Float32Array', 'float32'],
  ['Float64Array', 'float64'],
  ['Int32Array', 'int32'],
  ['Uint8Array', 'uint8'],
  ['Uint8ClampedArray', 'uint8'],
])

function isDataOf<D extends DType>(values: TensorValues, dtype: D): values is DataOf[D] {
  if (!ArrayBuffer.isView(values)) return false
  const kind = values[Symbol.toStringTag]
  return dtypeOfKind.get(kind) === dtype && kind !== 'Uint8ClampedArray'
}

function dtypeOfArray(values: ArrayBufferView): DType {
  const dtype = dtypeOfKind.get((values as Partial<TypedArray>)[Symbol.toStringTag])
  if (dtype !== undefined) return dtype
  throw new DTypeError('this kind of typed array has no dtype', {
    op: 'tensor',
    received: { values },
    expected: 'a Uint8Array, Int32Array, Float32Array or Float64Array',
    hint: 'convert it: Int32Array.from(values)',
  })
}

/**
 * A tensor without dimensions that holds one number.
 *
 * @throws {@link DTypeError} for a value that the dtype does not have.
 * @example
 * ```ts
 * scalar(3).shape // []
 * ```
 */
export function scalar<D extends DType = 'float32'>(
  value: number | boolean,
  options: CreateOptions<D> = {},
): Tensor<D> {
  return filled('scalar', scalarShape, value, options)
}

/**
 * A tensor with every element equal to `value`.
 *
 * @throws {@link ShapeError} for sizes that are not whole numbers of at least 0, {@link DTypeError} for a value that the dtype does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.full.html
 * @example
 * ```ts
 * full([2, 3], 7)
 * ```
 */
export function full<D extends DType = 'float32'>(
  shape: Shape,
  value: number | boolean,
  options: CreateOptions<D> = {},
): Tensor<D> {
  return filled('full', shape, value, options)
}

/**
 * A tensor of zeros.
 *
 * @throws {@link ShapeError} for sizes that are not whole numbers of at least 0.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.zeros.html
 * @example
 * ```ts
 * zeros([2, 3], { dtype: 'int32' })
 * ```
 */
export function zeros<D extends DType = 'float32'>(shape: Shape, options: CreateOptions<D> = {}): Tensor<D> {
  return filled('zeros', shape, 0, options)
}

/**
 * A tensor of ones.
 *
 * @throws {@link ShapeError} for sizes that are not whole numbers of at least 0.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.ones.html
 * @example
 * ```ts
 * ones([3])
 * ```
 */
export function ones<D extends DType = 'float32'>(shape: Shape, options: CreateOptions<D> = {}): Tensor<D> {
  return filled('ones', shape, 1, options)
}

function filled<D extends DType>(
  op: string,
  shape: Shape,
  value: number | boolean,
  options: CreateOptions<D>,
): Tensor<D> {
  checkOptionNames(op, options, createOptionNames)
  const checked = checkShape(op, shape)
  const dtype = checkDType(op, options.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32')) as D
  const number = checkFillValue(op, value, dtype)
  return computed(allocate(backendOf(op, options), dtype, checked), (out) => fillWhole(out, number))
}

/** A tensor of zeros with the shape, dtype and backend of another. */
export function zerosLike<D extends DType>(x: Tensor<D>): Tensor<D> {
  return filledLike('zerosLike', x, 0)
}

/** A tensor of ones with the shape, dtype and backend of another. */
export function onesLike<D extends DType>(x: Tensor<D>): Tensor<D> {
  return filledLike('onesLike', x, 1)
}

function filledLike<D extends DType>(op: string, x: Tensor<D>, value: number): Tensor<D> {
  if (!(x instanceof Tensor)) throw new ArgumentError('x is not a tensor', { op, received: { x } })
  x.assertUsable(op, 'x')
  return computed(allocateLike(x, x.dtype), (out) => fillWhole(out, value))
}
