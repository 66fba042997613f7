import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { backendOf, type CreateOptions, checkDType, createOptionNames } from './create-options.ts'
import type { DataOf, DType } from './dtype.ts'
import { allocateHost, generate } from './host-data.ts'
import { checkShape } from './shape.ts'
import { fromData, type Tensor } from './tensor.ts'

/**
 * A matrix with ones on its diagonal and zeros elsewhere.
 *
 * @param rows The number of rows.
 * @param options `columns`, the number of columns (default: as many as rows), besides `dtype` and `backend`.
 * @throws {@link ShapeError} for sizes that are not whole numbers of at least 0.
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
  checkOptionNames('eye', options, [...createOptionNames, 'columns'])
  const dtype = checkDType('eye', options.dtype ?? 'float32') as D
  const shape = checkShape('eye', [rows, options.columns ?? rows])
  const [m, n] = shape as readonly [number, number]
  const backend = backendOf('eye', options)
  const data = allocateHost('eye', backend, dtype, m * n)
  for (let i = 0; i < Math.min(m, n); i++) data[i * n + i] = 1
  return fromData(backend, dtype, shape, data)
}

/**
 * Numbers from `start` (inclusive) to `stop` (exclusive) in steps of `step`; `arange(n)` counts from 0.
 *
 * @throws {@link ArgumentError} for a step of 0 or bounds that are not finite, {@link DTypeError} for fractions in an integer dtype.
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
  second: number | CreateOptions = {},
  step = 1,
  last: CreateOptions = {},
): Tensor {
  const [start, stop, options] = typeof second === 'number' ? [first, second, last] : [0, first, second]
  checkOptionNames('arange', options, createOptionNames)
  const dtype = checkDType('arange', options.dtype ?? 'float32')
  if (![start, stop, step].every(Number.isFinite) || step === 0) {
    throw new ArgumentError('start, stop and step must be finite, and step not 0', {
      op: 'arange',
      received: { start, stop, step },
    })
  }
  const length = Math.max(0, Math.ceil((stop - start) / step))
  if (length > Number.MAX_SAFE_INTEGER) {
    throw new ShapeError('the range has more numbers than can be counted', {
      op: 'arange',
      received: { start, stop, step },
    })
  }
  const backend = backendOf('arange', options)
  const data = generate('arange', backend, dtype, length, (i) => start + i * step)
  return fromData(backend, dtype, checkShape('arange', [length]), data)
}

/**
 * `count` numbers at equal distances from `start` to `stop`, both included.
 *
 * @throws {@link ArgumentError} for bounds that are not finite, {@link ShapeError} for a count that is not a whole number of at least 0.
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
  checkOptionNames('linspace', options, createOptionNames)
  const dtype = checkDType('linspace', options.dtype ?? 'float32') as D
  // The difference of two huge numbers is infinite.
  if (!Number.isFinite(start) || !Number.isFinite(stop) || !Number.isFinite(stop - start)) {
    throw new ArgumentError('start, stop and their distance must be finite', {
      op: 'linspace',
      received: { start, stop },
    })
  }
  const shape = checkShape('linspace', [count], 'count')
  const step = (stop - start) / (count - 1)
  const at = (i: number): number => (i === 0 ? start : i === count - 1 ? stop : start + i * step)
  const backend = backendOf('linspace', options)
  return fromData(backend, dtype, shape, generate('linspace', backend, dtype, count, at) as DataOf[D])
}
