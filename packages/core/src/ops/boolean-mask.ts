import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { DTypeError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { Data, DType } from '../tensor/dtype.ts'
import { normalizeAxis, sameShape } from '../tensor/shape.ts'
import { type Tensor, unscopedHandle } from '../tensor/tensor.ts'
import { gatherPositions } from './gather-positions.ts'
import { reshape } from './reshape.ts'

/**
 * The elements, or slices, where a mask is true, in row-major order. Asynchronous: it reads the mask.
 *
 * As NumPy's `x[mask]`. Of variables, the values at the time of the call are taken. The gradient goes back to where the
 * elements come from, and is zero elsewhere; it is recorded by a {@link GradientTape} that is open before the call and
 * after it. The functions of {@link grad} and {@link valueAndGrad} are synchronous: there, {@link where} keeps the shape,
 * or the positions are found outside with {@link nonzero}.
 *
 * @param x A tensor of any dtype.
 * @param mask A bool tensor of the shape that x has along as many axes.
 * @param options `axis` (default: 0): the first axis that the mask is for.
 * @returns A tensor of shape `[...x.shape.slice(0, axis), n, ...x.shape.slice(axis + mask.rank)]`, where n elements of the mask are true.
 * @throws {@link DTypeError} for a mask of another dtype, {@link ShapeError} for one of another shape or without axes, or an axis that the tensor does not have; as a rejection.
 * @see https://www.tensorflow.org/api_docs/python/tf/boolean_mask
 * @example
 * ```ts
 * const x = tensor([[1, 2], [3, 4]])
 * await booleanMask(x, greater(x, 1)) // [2, 3, 4]
 * await booleanMask(x, tensor([false, true])) // [[3, 4]]
 * await booleanMask(x, tensor([false, true]), { axis: 1 }) // [[2], [4]]
 * ```
 */
export async function booleanMask<D extends DType>(
  x: Tensor<D>,
  mask: Tensor,
  options: { readonly axis?: number } = {},
): Promise<Tensor<D>> {
  checkInput('booleanMask', 'x', x)
  checkInput('booleanMask', 'mask', mask)
  checkSameBackend('booleanMask', x, mask)
  checkOptionNames('booleanMask', options, ['axis'])
  const axis = normalizeAxis('booleanMask', options.axis ?? 0, x.shape.length)
  checkMask(x, mask, axis)
  const { shape } = x
  const { size, shape: masked } = mask
  // The value and the place on the tape that x has now, whatever becomes of the handle meanwhile.
  const held = unscopedHandle(x)
  try {
    const positions = truePositions(await mask.data())
    return tidy(() => {
      const lines = reshape(held, [...shape.slice(0, axis), size, ...shape.slice(axis + masked.length)])
      return gatherPositions(lines, positions, axis) as Tensor<D>
    })
  } finally {
    held.dispose()
  }
}

function truePositions(flags: Data): Int32Array {
  let count = 0
  for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) count++
  const positions = new Int32Array(count)
  let end = 0
  for (let i = 0; i < flags.length; i++) if (flags[i] !== 0) positions[end++] = i
  return positions
}

function checkMask(x: Tensor, mask: Tensor, axis: number): void {
  if (mask.dtype !== 'bool') {
    throw new DTypeError('the mask is not of bools', {
      op: 'booleanMask',
      received: { mask },
      hint: 'notEqual(mask, 0) makes one; positions are for gather() or index()',
    })
  }
  const { length } = mask.shape
  if (length > 0 && sameShape(mask.shape, x.shape.slice(axis, axis + length))) return
  throw new ShapeError('the mask does not have the shape of what it is for', {
    op: 'booleanMask',
    received: { x, mask, axis },
    expected: `the first of the sizes [${x.shape.slice(axis).join(', ')}], at least one`,
  })
}
