import { FunctionBuilder, type Local } from '../assembler/index.ts'
import { addProduct, type LaneType } from './lane-type.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/** The function of a product with one column. */
export type DotKernel = FunctionBuilder<typeof parameters, readonly []>

/**
 * A matrix of float32 times one column: dot products along rows, whose elements are neighbours, as are those of the
 * column and of the result.
 *
 * Each sum is four interleaved ones, added as (0 + 2) + (1 + 3), and then the last k mod 4 terms, in order.
 *
 * Parameters: a, step between rows in bytes, b, c, the number of rows, k.
 */
export function dotKernel(type: LaneType): DotKernel {
  const fn: DotKernel = new FunctionBuilder('matmulColumn', parameters)
  const [a, aRow, , c, rows] = fn.params
  const groups = fn.local('i32')
  const group = (size: number) => {
    dotRows(fn, type, size)
    fn.get(a)
      .op('i32.mul', aRow, size)
      .op('i32.add')
      .set(a)
      .advance(c, 4 * size)
  }
  fn.op('i32.shr_u', rows, 2)
    .set(groups)
    .repeat(groups, () => group(4))
  fn.op('i32.and', rows, 3)
    .set(groups)
    .repeat(groups, () => group(1))
  return fn
}

function dotRows(fn: DotKernel, type: LaneType, count: number): void {
  const [a, aRow, b, c, , k] = fn.params
  const rows = fn.locals('i32', count)
  const sums = fn.locals('v128', count)
  const totals = fn.locals('f32', count)
  const left = fn.local('v128')
  const right = fn.local('v128')
  const [column, steps] = fn.locals('i32', 2) as [Local<'i32'>, Local<'i32'>]
  fn.set(rows[0]!, a)
  for (let i = 1; i < count; i++) fn.op('i32.add', rows[i - 1]!, aRow).set(rows[i]!)
  for (const sum of sums) fn.v128('f32x4', 0).set(sum)
  fn.set(column, b)

  fn.op('i32.shr_u', k, 2)
    .set(steps)
    .repeat(steps, () => {
      fn.load('v128.load', column).set(right)
      for (const [i, row] of rows.entries()) {
        fn.load('v128.load', row).set(left)
        addProduct(fn, type, sums[i]!, left, right)
      }
      for (const row of [...rows, column]) fn.advance(row, 16)
    })
  for (const [i, sum] of sums.entries()) {
    fn.lane('f32x4.extract_lane', 0, sum).lane('f32x4.extract_lane', 2, sum).op('f32.add')
    fn.lane('f32x4.extract_lane', 1, sum).lane('f32x4.extract_lane', 3, sum).op('f32.add')
    fn.op('f32.add').set(totals[i]!)
  }
  fn.op('i32.and', k, 3)
    .set(steps)
    .repeat(steps, () => {
      for (const [i, row] of rows.entries()) {
        fn.get(totals[i]!).load('f32.load', row).load('f32.load', column).op('f32.mul').op('f32.add')
        fn.set(totals[i]!)
      }
      for (const row of [...rows, column]) fn.advance(row, 4)
    })
  for (const [i, total] of totals.entries()) fn.store('f32.store', c, total, 4 * i)
}
