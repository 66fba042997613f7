import type { FunctionBuilder, Local } from '../assembler/index.ts'
import { floatMath, type Vectors } from '../elementwise/vector-math.ts'
import { addWide } from '../reduce/vector-reducer.ts'
import { firstLanes, type Lines, type Part, wholeVectors } from './lines.ts'

/** Lines side by side: how many vectors of them, or how many of one vector. */
export type Width = number | Local<'i32'>

/** Lines whose elements are `step` bytes apart, and whose neighbours are other lines. */
export function columnLines(
  fn: FunctionBuilder,
  starts: readonly Local<'i32'>[],
  length: Local<'i32'>,
  step: Local<'i32'>,
  width: Width,
): Lines {
  const m = floatMath(fn, 'f32x4')
  const pointers = fn.locals('i32', starts.length)
  const steps = fn.local('i32')
  const vectors = typeof width === 'number' ? width : 1
  const part = typeof width === 'number' ? wholeVectors(fn, pointers, width) : firstLanes(fn, pointers, width)

  function each(work: (part: Part) => void): void {
    for (const [i, pointer] of pointers.entries()) fn.set(pointer, starts[i]!)
    fn.set(steps, length).repeat(steps, () => {
      work(part)
      for (const pointer of pointers) fn.advance(pointer, step)
    })
  }

  return {
    each,
    maximum(values) {
      const largest = fn.locals('v128', vectors)
      for (const vector of largest) fn.v128('f32x4', -Infinity).set(vector)
      each(() => {
        for (const [i, found] of m.pmax(largest, values(part)).entries()) fn.set(largest[i]!, found)
      })
      return largest
    },
    total(values) {
      const totals = Array.from({ length: vectors }, () => fn.locals('v128', 2))
      for (const total of totals.flat()) fn.v128('f64x2', 0).set(total)
      each(() => {
        for (const [i, found] of values(part).entries()) addWide(fn, found, totals[i]!)
      })
      return totals.map(([low, high]): Vectors[number] => {
        const sum = fn.local('v128')
        fn.op('f32x4.demote_f64x2_zero', low!).op('f32x4.demote_f64x2_zero', high!)
        fn.shuffle([0, 1, 4, 5]).set(sum)
        return sum
      })
    },
  }
}
