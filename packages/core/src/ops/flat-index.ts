import { IndexError, UnsupportedError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { tensor } from '../tensor/create.ts'
import { rowMajorStrides, type Shape, sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { all } from './all.ts'
import { less } from './less.ts'
import { lessEqual } from './less-equal.ts'
import { logicalAnd } from './logical-and.ts'
import { mul } from './mul.ts'
import { reshape } from './reshape.ts'
import { sum } from './sum.ts'
import { where } from './where.ts'

/**
 * The row-major positions, in a box of some sides, of multi-indices along the last of two axes; −1, which lies outside
 * everything, where one of the indices lies outside its side.
 */
export function flatIndex(op: string, indices: Tensor<'int32'>, sides: Shape): Tensor {
  const { backend } = indices.storage
  if (sizeOf(sides) - 1 > backend.caps.maxInt) {
    throw new UnsupportedError('the axes have more positions than the backend can count', {
      op,
      received: { backend: backend.name, positions: sizeOf(sides) },
      expected: `at most ${backend.caps.maxInt + 1}`,
    })
  }
  return tidy(() => {
    if (sides.length === 1) return reshape(indices, [indices.size])
    const numbers = (values: Shape): Tensor => tensor(Int32Array.from(values), { backend })
    const isInside = logicalAnd(lessEqual(0, indices), less(indices, numbers(sides)))
    const positions = sum(mul(indices, numbers(rowMajorStrides(sides))), { axis: -1 })
    return where(all(isInside, { axis: -1 }), positions, -1)
  })
}

/**
 * Runs what gathers or scatters on behalf of an op: an index outside is told of in the op's name, and not as the
 * position that stands for several.
 */
export function explainOutside<T>(
  op: string,
  received: Readonly<Record<string, unknown>>,
  sides: Shape,
  run: () => T,
): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof IndexError) || error.op === op) throw error
    if (sides.length === 1) throw outsideAxis(op, received, sides[0]!, error)
    throw new IndexError('an index lies outside its axis', {
      op,
      received,
      expected: `indices from 0 to ${sides.map((side) => side - 1).join(', ')}`,
      cause: error,
    })
  }
}

function outsideAxis(
  op: string,
  received: Readonly<Record<string, unknown>>,
  side: number,
  cause: IndexError,
): IndexError {
  const { index } = cause.received
  return new IndexError('an index lies outside the axis', {
    op,
    received: { index, ...received },
    expected: `an integer from 0 to ${side - 1}`,
    ...((index as number) < 0 ? { hint: 'in tensors, negative indices do not count from the end' } : {}),
    cause,
  })
}
