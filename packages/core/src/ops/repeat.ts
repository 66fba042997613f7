import { checkInput } from '../autodiff/inputs.ts'
import type { Backend } from '../backend/backend.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import type { DType } from '../tensor/dtype.ts'
import { allocateHost } from '../tensor/host-data.ts'
import { checkShape, normalizeAxis } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { flatten } from './flatten.ts'
import { gatherPositions } from './gather-positions.ts'
import { reshape } from './reshape.ts'
import { insertAxes } from './unit-axes.ts'

/**
 * Each element repeated, its copies one after the other.
 *
 * To repeat the tensor as a whole, use {@link tile}.
 *
 * @param x A tensor of any dtype.
 * @param repeats How often, a whole number of at least 0; or one for each element along the axis.
 * @param options `axis`: whose slices are repeated. Without it, the elements in row-major order are, and the result is a vector.
 * @returns A tensor whose size along the axis is the sum of the repeats.
 * @throws {@link ArgumentError} for repeats that are not whole numbers of at least 0, {@link ShapeError} for another number of repeats than elements, or an axis that the tensor does not have.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.repeat.html
 * @example
 * ```ts
 * repeat(tensor([1, 2]), 2) // [1, 1, 2, 2]
 * repeat(tensor([[1, 2], [3, 4]]), [1, 2], { axis: 0 }) // [[1, 2], [3, 4], [3, 4]]
 * ```
 */
export function repeat<D extends DType>(
  x: Tensor<D>,
  repeats: number | readonly number[],
  options: { readonly axis?: number } = {},
): Tensor<D> {
  checkInput('repeat', 'x', x)
  checkOptionNames('repeat', options, ['axis'])
  const axis = options.axis === undefined ? 0 : normalizeAxis('repeat', options.axis, x.shape.length)
  const side = options.axis === undefined ? x.size : x.shape[axis]!
  const counts = checkRepeats(repeats, side)
  return tidy(() => {
    const source = options.axis === undefined ? flatten(x) : x
    if (typeof counts === 'number') return repeatEqually(source, counts, axis)
    return gatherPositions(source, positionsOf(counts, x.storage.backend), axis)
  }) as Tensor<D>
}

function repeatEqually(x: Tensor, count: number, axis: number): Tensor {
  const { shape } = x
  const before = shape.slice(0, axis + 1)
  const after = shape.slice(axis + 1)
  const stretched = expandTo(insertAxes(x, [axis + 1]), [...before, count, ...after])
  return reshape(stretched, [...shape.slice(0, axis), shape[axis]! * count, ...after])
}

/** Each position as often as its count says. */
function positionsOf(counts: readonly number[], backend: Backend): Int32Array {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const positions = allocateHost('repeat', backend, 'int32', total)
  let end = 0
  counts.forEach((count, i) => {
    positions.fill(i, end, end + count)
    end += count
  })
  return positions
}

function checkRepeats(repeats: number | readonly number[], side: number): number | readonly number[] {
  const given: readonly unknown[] = Array.isArray(repeats) ? repeats : [repeats]
  if (!given.every((count) => Number.isInteger(count) && (count as number) >= 0)) {
    throw new ArgumentError('repeats is not a whole number of at least 0, or an array of them', {
      op: 'repeat',
      received: { repeats },
      hint: 'the counts of a tensor are read with await repeats.data()',
    })
  }
  const counts = given as readonly number[]
  const total = counts.length === 1 ? counts[0]! * side : counts.reduce((sum, count) => sum + count, 0)
  checkShape('repeat', [total], 'repeats')
  if (counts.length === 1) return counts[0]!
  if (counts.length === side) return counts
  throw new ShapeError('there is not one count for each element', {
    op: 'repeat',
    received: { repeats, elements: side },
    expected: `1 or ${side} counts`,
  })
}
