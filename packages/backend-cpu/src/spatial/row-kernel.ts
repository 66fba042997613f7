import { FunctionBuilder, type Local } from '../assembler/index.ts'
import type { FloatType } from './float-type.ts'

// biome-ignore format: input, output, taps, then sizes.
const parameters = [
  'i32', 'i32',
  'i32', 'i32',
  'i32', 'i32', 'i32',
  'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32',
] as const

/** The function of one row of windows in one row of an input. */
export type RowKernel = FunctionBuilder<typeof parameters, readonly []>

/** The addresses of some neighbouring channels: of the input, of the output, and of the tap. */
export interface Place {
  readonly x: Local<'i32'>
  readonly y: Local<'i32'>
  readonly tap: Local<'i32'>
}

/** What is done with `lanes` channels at a time. */
export type Visit = (fn: FunctionBuilder, place: Place, lanes: number) => void

/**
 * Visits, for each output of a row, each tap that lies in the input, channel by channel.
 *
 * Parameters, steps in bytes: a row of the input, step between its elements; a row of the output, step between its
 * elements; the first tap, step between taps, from the taps of one output to those of the next (0 where all have the
 * same); how many outputs, which element of the input the first tap of the first output is, stride, dilation, how many
 * elements the row of the input has, how many taps, how many channels.
 */
export function rowKernel(name: string, type: FloatType, lanes: readonly number[], visit: Visit): RowKernel {
  const fn: RowKernel = new FunctionBuilder(name, parameters)
  const [x, xStep, y, yStep, taps, tapStep, tapsNext, ...sizes] = fn.params
  const [outputs, first, stride, dilation, width, tapCount, channels] = sizes
  const [at, tap, left, blocks, rest] = fn.locals('i32', 5) as [Int, Int, Int, Int, Int]
  const place = { x: fn.local('i32'), y: fn.local('i32'), tap: fn.local('i32') }
  fn.repeat(outputs, () => {
    fn.set(at, first).set(tap, taps).set(left, tapCount)
    fn.repeat(left, () => {
      // Unsigned, so that what lies before the input is beyond it.
      fn.op('i32.lt_u', at, width).if(() => {
        fn.op('i32.mul', at, xStep).op('i32.add', x).set(place.x)
        fn.set(place.y, y).set(place.tap, tap).set(rest, channels)
        for (const count of lanes) {
          fn.op('i32.div_u', rest, count).set(blocks)
          fn.op('i32.rem_u', rest, count).set(rest)
          fn.repeat(blocks, () => {
            visit(fn, place, count)
            for (const pointer of Object.values(place)) fn.advance(pointer, count * type.bytes)
          })
        }
      })
      fn.advance(at, dilation).advance(tap, tapStep)
    })
    fn.advance(y, yStep).advance(taps, tapsNext).advance(first, stride)
  })
  return fn
}

type Int = Local<'i32'>
