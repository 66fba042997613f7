import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { type DType, isFloat } from '../tensor/dtype.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { equal } from './equal.ts'
import { isFinite as isFiniteNumber } from './is-finite.ts'
import { isNaN as isNotANumber } from './is-nan.ts'
import { where } from './where.ts'

/** What {@link nanToNum} puts in place of numbers that are not finite. */
export interface NanToNumOptions {
  /** In place of NaN. Default: 0. */
  readonly nan?: number
  /** In place of Infinity. Default: the largest number of the dtype. */
  readonly posInf?: number
  /** In place of −Infinity. Default: the least number of the dtype. */
  readonly negInf?: number
}

const replace: (x: Tensor, attributes: Required<NanToNumOptions>) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'nanToNum',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, { nan, posInf, negInf }: Required<NanToNumOptions>) => {
    if (!isFloat(x.dtype)) return alias(x, x.shape, x.strides, x.offset)
    return tidy(() => {
      const aboveLeast = where(equal(x, -Infinity), negInf, where(isNotANumber(x), nan, x))
      return where(equal(x, Infinity), posInf, aboveLeast)
    })
  },
  vjp: { x: (g, { x }) => where(isFiniteNumber(x), g, 0) },
})

/**
 * The elements with NaN and infinities replaced by numbers.
 *
 * The gradient is 1 where x is finite and 0 elsewhere.
 *
 * @param x A tensor of any dtype; integers and bools stay as they are.
 * @param options `nan` (default: 0), `posInf` and `negInf` (default: the largest and the least number of the dtype).
 * @returns A tensor of the same shape and dtype.
 * @throws {@link ArgumentError} where x is not a tensor or an option not a number, {@link DisposedError} where x was disposed.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.nan_to_num.html
 * @example
 * ```ts
 * nanToNum(tensor([NaN, 2, Infinity]), { posInf: 9 }) // [0, 2, 9]
 * ```
 */
export function nanToNum<D extends DType>(x: Tensor<D>, options: NanToNumOptions = {}): Tensor<D> {
  checkInput('nanToNum', 'x', x)
  checkOptionNames('nanToNum', options, ['nan', 'posInf', 'negInf'])
  const largest = x.dtype === 'float64' ? Number.MAX_VALUE : 2 ** 128 - 2 ** 104
  const { nan = 0, posInf = largest, negInf = -largest } = options
  for (const [name, value] of Object.entries({ nan, posInf, negInf })) {
    if (typeof value === 'number') continue
    throw new ArgumentError(`${name} is not a number`, { op: 'nanToNum', received: { [name]: value } })
  }
  return replace(x, { nan, posInf, negInf }) as Tensor<D>
}
