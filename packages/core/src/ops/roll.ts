import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { concat } from './concat.ts'
import { flatten } from './flatten.ts'
import { regionAlong, sliceRegion } from './region.ts'
import { reshape } from './reshape.ts'

/** How far each axis is moved. */
type Shifts = readonly number[]

const rollAxes: (x: Tensor, shifts: Shifts) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'roll',
  inputs: ['x'],
  forward: (x: Tensor, shifts: Shifts) =>
    tidy(() => shifts.reduce(rollAxis, alias(x, x.shape, x.strides, x.offset))),
  vjp: {
    x: (g, _saved, shifts) =>
      rollAxes(
        g,
        shifts.map((shift) => -shift),
      ),
  },
})

function rollAxis(x: Tensor, shift: number, axis: number): Tensor {
  const side = x.shape[axis]!
  const start = side === 0 ? 0 : ((-shift % side) + side) % side
  if (start === 0) return x
  const tail = sliceRegion(x, regionAlong(x.shape, axis, start, side - start))
  const head = sliceRegion(x, regionAlong(x.shape, axis, 0, start))
  return concat([tail, head], { axis })
}

/**
 * The elements moved along axes, those that leave at one end entering at the other.
 *
 * `out[(i + shift) mod n] = x[i]` along an axis of n elements.
 *
 * @param x A tensor of any dtype.
 * @param shift How far, a whole number, negative ones backward; or one for each axis.
 * @param options `axis`, one or several; an axis named twice is moved by the sum. Without it, the elements in row-major order are moved, and the shape stays.
 * @throws {@link ShapeError} for an axis that the tensor does not have, or another number of shifts than axes, {@link ArgumentError} for shifts that are not whole numbers.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.roll.html
 * @example
 * ```ts
 * roll(tensor([1, 2, 3]), 1) // [3, 1, 2]
 * roll(tensor([[1, 2], [3, 4]]), 1, { axis: 0 }) // [[3, 4], [1, 2]]
 * roll(tensor([[1, 2], [3, 4]]), 1) // [[4, 1], [2, 3]]
 * ```
 */
export function roll<D extends DType>(
  x: Tensor<D>,
  shift: number | readonly number[],
  options: { readonly axis?: number | readonly number[] } = {},
): Tensor<D> {
  checkInput('roll', 'x', x)
  checkOptionNames('roll', options, ['axis'])
  const given = checkShifts(shift)
  if (options.axis === undefined) {
    if (given.length !== 1) throw wrongCount(shift, options.axis)
    return tidy(() => reshape(rollAxes(flatten(x), given), x.shape)) as Tensor<D>
  }
  const named: readonly number[] = Array.isArray(options.axis) ? options.axis : [options.axis as number]
  const axes = named.map((axis) => normalizeAxis('roll', axis, x.shape.length))
  if (given.length !== 1 && given.length !== axes.length) throw wrongCount(shift, options.axis)
  const shifts = new Array<number>(x.shape.length).fill(0)
  axes.forEach((axis, i) => {
    shifts[axis]! += given[given.length === 1 ? 0 : i]!
  })
  return rollAxes(x, shifts) as Tensor<D>
}

function checkShifts(shift: number | readonly number[]): readonly number[] {
  const shifts: readonly unknown[] = Array.isArray(shift) ? shift : [shift]
  if (shifts.every((count) => Number.isSafeInteger(count))) return shifts as readonly number[]
  throw new ArgumentError('shift is not a whole number or an array of them', {
    op: 'roll',
    received: { shift },
  })
}

function wrongCount(shift: unknown, axis: unknown): ShapeError {
  return new ShapeError('there is not one shift for each axis', {
    op: 'roll',
    received: { shift, axis },
    hint: 'roll(x, [1, 2], { axis: [0, 1] })',
  })
}
