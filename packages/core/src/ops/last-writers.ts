import { tidy } from '../memory/scope.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { greater } from './greater.ts'
import { mul } from './mul.ts'
import { reshape } from './reshape.ts'
import { addRows, gatherRows } from './rows.ts'
import { sub } from './sub.ts'
import { where } from './where.ts'

/**
 * For each of `length` rows the number of the last update that names it, −1 where none does.
 *
 * Backends can only add up what meets in a row, in no order that they promise. So the numbers are compared bit by bit,
 * from the highest: where an update of a row has the bit, those of the row that lack it are out.
 */
export function lastWriters(index: Tensor, length: number): Tensor {
  const count = index.size
  const { backend } = index.storage
  const column = (value: (update: number) => number): Tensor =>
    tensor(
      Int32Array.from({ length: count }, (_, i) => value(i)),
      { shape: [count, 1], backend },
    )
  return tidy(() => {
    let left = column(() => 1)
    for (let bit = highestBit(count - 1); bit >= 0; bit--) {
      left = tidy(() => {
        const having = mul(
          left,
          column((update) => (update >> bit) & 1),
        )
        const havingInRow = gatherRows(addRows(index, having, length), index)
        return where(greater(havingInRow, 0), having, left)
      })
    }
    const numbers = mul(
      left,
      column((update) => update + 1),
    )
    return sub(reshape(addRows(index, numbers, length), [length]), 1)
  })
}

/** −1 for 0 and below: there is no bit to look at. */
function highestBit(value: number): number {
  return value <= 0 ? -1 : 31 - Math.clz32(value)
}
