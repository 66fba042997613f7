import type { FunctionBuilder, Local } from '../assembler/index.ts'
import { type FloatMath, floatMath, type Vectors, vectorShuffle } from '../elementwise/vector-math.ts'
import { addWide } from '../reduce/vector-reducer.ts'
import { firstLanes, type Lines, maskOfFirst, type Part, wholeVectors } from './lines.ts'

/** One line whose elements are neighbours; it begins at an address for each tensor. */
export function rowLine(fn: FunctionBuilder, starts: readonly Local<'i32'>[], length: Local<'i32'>): Lines {
  const m = floatMath(fn, 'f32x4')
  // Emitted again for every walk, but with the same variables.
  const pointers = fn.locals('i32', starts.length)
  const steps = fn.local('i32')

  /** `rest` is the mask of the last elements, which do not fill a vector. */
  function walk(work: (part: Part, rest?: Vectors) => void): void {
    for (const [i, pointer] of pointers.entries()) fn.set(pointer, starts[i]!)
    const repeat = (width: number) => {
      fn.repeat(steps, () => {
        work(wholeVectors(fn, pointers, width))
        for (const pointer of pointers) fn.advance(pointer, 16 * width)
      })
    }
    fn.op('i32.shr_u', length, 4).set(steps)
    repeat(4)
    fn.op('i32.shr_u', length, 2).op('i32.and', 3).set(steps)
    repeat(1)
    fn.op('i32.and', length, 3)
      .tee(steps)
      .if(() => {
        work(firstLanes(fn, pointers, steps), maskOfFirst(fn, steps))
      })
  }

  return {
    each: (work) => walk((part) => work(part)),
    maximum(values) {
      const largest = fn.local('v128')
      fn.v128('f32x4', -Infinity).set(largest)
      walk((part, rest) => {
        const found = values(part)
        const [inside] = fold(m.pmax, rest === undefined ? found : m.select(rest, found, -Infinity))
        fn.op('f32x4.pmax', largest, inside!).set(largest)
      })
      return acrossLanes(fn, m.pmax, [largest])
    },
    total(values) {
      const totals = fn.locals('v128', 2)
      for (const total of totals) fn.v128('f64x2', 0).set(total)
      walk((part, rest) => {
        const found = values(part)
        const [inside] = fold(m.add, rest === undefined ? found : m.only(rest, found))
        addWide(fn, inside!, totals)
      })
      const [low, high] = totals
      const sum = fn.local('v128')
      fn.op('f64x2.add', low!, high!).set(sum)
      fn.shuffle([1, 0], sum, sum).op('f64x2.add', sum).op('f32x4.demote_f64x2_zero').set(sum)
      return vectorShuffle(fn, [0, 0, 0, 0], [sum], [sum])
    },
  }
}

type Combine = FloatMath['add']

/** Combines one, two or four vectors into one. */
function fold(combine: Combine, values: Vectors): Vectors {
  if (values.length === 1) return values
  const half = values.length / 2
  return fold(combine, combine(values.slice(0, half), values.slice(half)))
}

/** Combines the lanes of a vector; all lanes of the result are equal. */
function acrossLanes(fn: FunctionBuilder, combine: Combine, value: Vectors): Vectors {
  const pairs = combine(value, vectorShuffle(fn, [2, 3, 0, 1], value, value))
  return combine(pairs, vectorShuffle(fn, [1, 0, 3, 2], pairs, pairs))
}
