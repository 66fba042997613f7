import { FunctionBuilder, type Local } from '../assembler/index.ts'
import { floatMath } from '../elementwise/vector-math.ts'
import { columnLines } from './column-lines.ts'
import type { LineFunction } from './line-functions.ts'
import { rowLine } from './row-line.ts'

const rowParameters = ['i32', 'i32', 'i32', 'i32', 'i32'] as const
const columnParameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/** The function of lines that follow one another. */
export type RowKernel = FunctionBuilder<typeof rowParameters, readonly []>

/** The function of lines side by side. */
export type ColumnKernel = FunctionBuilder<typeof columnParameters, readonly []>

/**
 * A function along rows.
 *
 * Parameters: the addresses of up to three tensors, how many rows, and the elements of one.
 */
export function rowKernel(name: string, { tensors, emit }: LineFunction): RowKernel {
  const fn: RowKernel = new FunctionBuilder(`${name}Rows`, rowParameters)
  const [a, b, c, rows, length] = fn.params
  const starts = [a, b, c].slice(0, tensors)
  const bytes = fn.local('i32')
  fn.op('i32.mul', length, 4).set(bytes)
  fn.repeat(rows, () => {
    emit(floatMath(fn, 'f32x4'), rowLine(fn, starts, length))
    for (const start of starts) fn.advance(start, bytes)
  })
  return fn
}

/**
 * A function along the middle of three axes.
 *
 * Parameters: the addresses of up to three tensors, and the sizes of the axes.
 */
export function columnKernel(name: string, { tensors, emit }: LineFunction): ColumnKernel {
  const fn: ColumnKernel = new FunctionBuilder(`${name}Columns`, columnParameters)
  const [a, b, c, outer, length, inner] = fn.params
  const starts = [a, b, c].slice(0, tensors)
  const step = fn.local('i32')
  const rest = fn.local('i32')
  const blocks = fn.local('i32')
  const emitLines = (width: number | Local<'i32'>) =>
    emit(floatMath(fn, 'f32x4'), columnLines(fn, starts, length, step, width))
  const repeat = (width: number) => {
    fn.repeat(blocks, () => {
      emitLines(width)
      for (const start of starts) fn.advance(start, 16 * width)
    })
  }
  fn.op('i32.mul', inner, 4).set(step)
  fn.op('i32.and', inner, 3).set(rest)
  fn.repeat(outer, () => {
    fn.op('i32.shr_u', inner, 4).set(blocks)
    repeat(4)
    fn.op('i32.shr_u', inner, 2).op('i32.and', 3).set(blocks)
    repeat(1)
    fn.get(rest).if(() => emitLines(rest))
    // From the end of the first row to the first row of what comes next.
    for (const start of starts) {
      fn.get(start).op('i32.mul', rest, 4).op('i32.add')
      fn.op('i32.sub', length, 1).op('i32.mul', step).op('i32.add').set(start)
    }
  })
  return fn
}
