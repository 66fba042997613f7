import { defineMultiOp } from '../autodiff/define-list-op.ts'
import { checkInput } from '../autodiff/inputs.ts'
import { ArgumentError, ShapeError, UnsupportedError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import type { DType } from '../tensor/dtype.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { concat } from './concat.ts'
import { regionAlong, viewOfRegion } from './region.ts'
import { withZeros } from './unused-outputs.ts'

/** As many tensors as a program may still want to hold. */
const mostEmptyParts = 65_536

interface SplitAttributes {
  readonly axis: number
  readonly sizes: readonly number[]
}

const splitAlong: (inputs: readonly Tensor[], attributes: SplitAttributes) => readonly Tensor[] =
  /* @__PURE__ */ defineMultiOp({
    name: 'split',
    forward: ([x], { axis, sizes }: SplitAttributes) => {
      let start = 0
      return sizes.map((size) => {
        const { shape, strides, offset } = viewOfRegion(x!, regionAlong(x!.shape, axis, start, size))
        start += size
        return alias(x!, shape, strides, offset)
      })
    },
    vjpAll: (gradients, [x], _needs, { axis, sizes }) => {
      const shapes = sizes.map((size) => x!.shape.map((side, i) => (i === axis ? size : side)))
      return [concat(withZeros(gradients, shapes), { axis })]
    },
  })

/**
 * Cuts a tensor along an axis into views; nothing is copied.
 *
 * @param x A tensor of any dtype.
 * @param sections The number of equal parts, or the sizes of the parts, which add up to the axis.
 * @param options `axis` (default: 0).
 * @returns The parts in order.
 * @throws {@link ShapeError} when the parts do not fill the axis, {@link ArgumentError} for sections that are not whole numbers, {@link UnsupportedError} for more than 65,536 parts of an empty axis.
 * @see https://pytorch.org/docs/stable/generated/torch.split.html
 * @example
 * ```ts
 * const [a, b] = split(tensor([1, 2, 3, 4]), 2) // [1, 2] and [3, 4]
 * const [head, tail] = split(tensor([1, 2, 3, 4]), [1, 3]) // [1] and [2, 3, 4]
 * ```
 */
export function split<D extends DType>(
  x: Tensor<D>,
  sections: number | readonly number[],
  options: { readonly axis?: number } = {},
): Tensor<D>[] {
  checkInput('split', 'x', x)
  checkOptionNames('split', options, ['axis'])
  const axis = normalizeAxis('split', options.axis ?? 0, x.shape.length)
  const sizes = partSizes(x, sections, axis)
  return splitAlong([x], { axis, sizes }) as Tensor<D>[]
}

function partSizes(x: Tensor, sections: number | readonly number[], axis: number): readonly number[] {
  const side = x.shape[axis]!
  if (Array.isArray(sections)) {
    const sizes: readonly number[] = [...sections]
    if (!sizes.every((size) => isCount(size, 0))) throw badSections(sections)
    if (sizes.reduce((total, size) => total + size, 0) === side) return sizes
    throw new ShapeError('the sizes of the parts do not add up to the axis', {
      op: 'split',
      received: { x, sections, axis },
      expected: `sizes with the sum ${side}`,
    })
  }
  const count = sections as number
  if (!isCount(count, 1)) throw badSections(sections)
  // An empty axis can be cut into any number of parts.
  if (side === 0 && count > mostEmptyParts) {
    throw new UnsupportedError('there are too many parts', {
      op: 'split',
      received: { x, sections, axis },
      expected: `at most ${mostEmptyParts} parts of an empty axis`,
    })
  }
  if (side % count === 0) return Array.from({ length: count }, () => side / count)
  throw new ShapeError('the axis cannot be cut into equal parts', {
    op: 'split',
    received: { x, sections, axis },
    expected: `a divisor of ${side}`,
    hint: 'pass the sizes of the parts: split(x, [2, 1])',
  })
}

function isCount(value: unknown, least: number): boolean {
  return Number.isInteger(value) && (value as number) >= least
}

function badSections(sections: unknown): ArgumentError {
  return new ArgumentError('sections is neither a number of parts nor a list of their sizes', {
    op: 'split',
    received: { sections },
    expected: 'a whole number of at least 1, or an array of whole numbers of at least 0',
  })
}
