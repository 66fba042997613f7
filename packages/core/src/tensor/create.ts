import type { Backend } from '../backend/backend.ts'
import { getBackend } from '../backend/current.ts'
import { fillWhole } from '../dispatch/fill.ts'
import { computed } from '../dispatch/prepare.ts'
import { ArgumentError, DTypeError, OutOfMemoryError, ShapeError } from '../errors/index.ts'
import { allocateData, type Data, type DataOf, type DType, dtypes, isDType } from './dtype.ts'
import { flattenNested, type NestedArray } from './nested.ts'
import { checkShape, type Shape, scalarShape, sizeOf } from './shape.ts'
import { checkLength } from './storage.ts'
import { allocate, fromData, Tensor } from './tensor.ts'

/** Where and as what a tensor is created. */
export interface CreateOptions<D extends DType = DType> {
  /** Default: float32, unless the function says otherwise. */
  readonly dtype?: D
  /** Default: the current backend. */
  readonly backend?: Backend
}

export interface TensorOptions<D extends DType = DType> extends CreateOptions<D> {
  /** The shape of a flat list of values. Default: the shape of the nested arrays. */
  readonly shape?: Shape
}

/** Typed arrays that have a dtype of their own. */
export type TypedArray = Uint8Array | Uint8ClampedArray | Int32Array | Float32Array | Float64Array

/** What tensors are made from. */
export type TensorValues = NestedArray | TypedArray

/**
 * Makes a tensor from a number, a boolean, nested arrays or a typed array, which is copied.
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
  return fromData(options.backend ?? getBackend(), dtype, shape, convert('tensor', given.data, dtype))
}

function nestedValues(values: NestedArray): { data: ArrayLike<number>; shape: Shape; dtype: DType } {
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

const integerRange: { readonly [D in DType]?: readonly [number, number] } = {
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
}

function convert(op: string, values: ArrayLike<number>, dtype: DType): Data {
  return generate(op, values.length, dtype, (i) => values[i]!)
}

/** Host data with `at(i)` at every position, checked for the range of integers. */
function generate<D extends DType>(
  op: string,
  length: number,
  dtype: D,
  at: (position: number) => number,
): DataOf[D] {
  const data = hostData(op, dtype, length)
  const range = integerRange[dtype]
  for (let i = 0; i < length; i++) {
    const value = at(i)
    if (range !== undefined && !(Number.isInteger(value) && value >= range[0] && value <= range[1])) {
      throw new DTypeError(`a value is not a whole number in the range of ${dtype}`, {
        op,
        received: { value, position: i },
        expected: `whole numbers from ${range[0]} to ${range[1]}`,
        hint: 'make a float32 tensor and cast() it where truncation is meant',
      })
    }
    data[i] = dtype === 'bool' ? Number(value !== 0) : value
  }
  return data
}

/** Room for values on the host, from where they are written to the backend. */
function hostData<D extends DType>(op: string, dtype: D, length: number): DataOf[D] {
  try {
    return allocateData(dtype, length)
  } catch (cause) {
    throw new OutOfMemoryError('there is no memory for the values', {
      op,
      received: { dtype, elements: length },
      cause,
    })
  }
}

/** Checks a dtype that a user passed. */
export function checkDType(op: string, dtype: unknown): DType {
  if (isDType(dtype)) return dtype
  throw new DTypeError('unknown dtype', { op, received: { dtype }, expected: `one of ${dtypes.join(', ')}` })
}

/** Checks a number that is written into a tensor of `dtype`. */
export function checkFillValue(op: string, value: unknown, dtype: DType): number {
  if (typeof value !== 'number' && typeof value !== 'boolean') {
    throw new ArgumentError('the value is not a number', { op, received: { value } })
  }
  return convert(op, [Number(value)], dtype)[0]!
}

/**
 * A tensor without dimensions that holds one number.
 *
 * @example
 * ```ts
 * scalar(3).shape // []
 * ```
 */
export function scalar<D extends DType = 'float32'>(
  value: number | boolean,
  options: CreateOptions<D> = {},
): Tensor<D> {
  const dtype = checkDType('scalar', options.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32')) as D
  return filled('scalar', scalarShape, value, dtype, options.backend)
}

/**
 * A tensor with every element equal to `value`.
 *
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
  const dtype = checkDType('full', options.dtype ?? (typeof value === 'boolean' ? 'bool' : 'float32')) as D
  return filled('full', checkShape('full', shape), value, dtype, options.backend)
}

/**
 * A tensor of zeros.
 *
 * @example
 * ```ts
 * zeros([2, 3], { dtype: 'int32' })
 * ```
 */
export function zeros<D extends DType = 'float32'>(shape: Shape, options: CreateOptions<D> = {}): Tensor<D> {
  return filled(
    'zeros',
    checkShape('zeros', shape),
    0,
    checkDType('zeros', options.dtype ?? 'float32') as D,
    options.backend,
  )
}

/**
 * A tensor of ones.
 *
 * @example
 * ```ts
 * ones([3])
 * ```
 */
export function ones<D extends DType = 'float32'>(shape: Shape, options: CreateOptions<D> = {}): Tensor<D> {
  return filled(
    'ones',
    checkShape('ones', shape),
    1,
    checkDType('ones', options.dtype ?? 'float32') as D,
    options.backend,
  )
}

function filled<D extends DType>(
  op: string,
  shape: Shape,
  value: number | boolean,
  dtype: D,
  backend: Backend | undefined,
): Tensor<D> {
  const number = checkFillValue(op, value, dtype)
  return computed(allocate(backend ?? getBackend(), dtype, shape), (out) => fillWhole(out, number))
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
  return filled(op, x.shape, value, x.dtype, x.storage.backend)
}

/**
 * A matrix with ones on its diagonal and zeros elsewhere.
 *
 * @param rows The number of rows.
 * @param options `columns`, the number of columns (default: as many as rows), besides `dtype` and `backend`.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.eye.html
 * @example
 * ```ts
 * eye(3)
 * ```
 */
export function eye<D extends DType = 'float32'>(
  rows: number,
  options: CreateOptions<D> & { readonly columns?: number } = {},
): Tensor<D> {
  const dtype = checkDType('eye', options.dtype ?? 'float32') as D
  const shape = checkShape('eye', [rows, options.columns ?? rows])
  const [m, n] = shape as readonly [number, number]
  const backend = options.backend ?? getBackend()
  checkLength(backend, dtype, m * n)
  const data = hostData('eye', dtype, m * n)
  for (let i = 0; i < Math.min(m, n); i++) data[i * n + i] = 1
  return fromData(backend, dtype, shape, data)
}

/**
 * Numbers from `start` (inclusive) to `stop` (exclusive) in steps of `step`; `arange(n)` counts from 0.
 *
 * @throws {@link ArgumentError} for a step of 0 or bounds that are not finite.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.arange.html
 * @example
 * ```ts
 * arange(3) // [0, 1, 2]
 * arange(1, 2, 0.25) // [1, 1.25, 1.5, 1.75]
 * arange(5, { dtype: 'int32' })
 * ```
 */
export function arange<D extends DType = 'float32'>(stop: number, options?: CreateOptions<D>): Tensor<D>
export function arange<D extends DType = 'float32'>(
  start: number,
  stop: number,
  step?: number,
  options?: CreateOptions<D>,
): Tensor<D>
export function arange(
  first: number,
  second?: number | CreateOptions,
  step = 1,
  last: CreateOptions = {},
): Tensor {
  const hasStart = typeof second === 'number'
  const [start, stop, options] = hasStart ? [first, second, last] : [0, first, second ?? {}]
  const dtype = checkDType('arange', options.dtype ?? 'float32')
  if (![start, stop, step].every(Number.isFinite) || step === 0) {
    throw new ArgumentError('start, stop and step must be finite, and step not 0', {
      op: 'arange',
      received: { start, stop, step },
    })
  }
  const length = Math.max(0, Math.ceil((stop - start) / step))
  const shape = checkShape('arange', [length])
  const backend = options.backend ?? getBackend()
  checkLength(backend, dtype, length)
  return fromData(
    backend,
    dtype,
    shape,
    generate('arange', length, dtype, (i) => start + i * step),
  )
}

/**
 * `count` numbers at equal distances from `start` to `stop`, both included.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linspace.html
 * @example
 * ```ts
 * linspace(0, 1, 5) // [0, 0.25, 0.5, 0.75, 1]
 * ```
 */
export function linspace<D extends DType = 'float32'>(
  start: number,
  stop: number,
  count: number,
  options: CreateOptions<D> = {},
): Tensor<D> {
  const dtype = checkDType('linspace', options.dtype ?? 'float32') as D
  if (!Number.isFinite(start) || !Number.isFinite(stop)) {
    throw new ArgumentError('start and stop must be finite', { op: 'linspace', received: { start, stop } })
  }
  const shape = checkShape('linspace', [count])
  const step = (stop - start) / (count - 1)
  const at = (i: number): number => (i === 0 ? start : i === count - 1 ? stop : start + i * step)
  const backend = options.backend ?? getBackend()
  checkLength(backend, dtype, count)
  return fromData(backend, dtype, shape, generate('linspace', count, dtype, at))
}
