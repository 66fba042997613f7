import type { Local } from '../assembler/index.ts'
import { addWide, type VectorReducer } from './vector-reducer.ts'
import { type ReduceKernel, reduceFunction } from './walk.ts'

/** How many results are computed at a time: they stay in the first-level cache. */
const columnBlock = 1024
/** How many rows are joined before they go into the results. */
const rowGroup = 8

/** Bytes of the workspace of `columnsKernel`. */
export const columnWorkspace: number = 8 * columnBlock

/**
 * Reduces along an axis while the elements of the inner dimension are neighbours: whole rows of vectors are added to
 * results that are collected in the workspace. Reads past the end of rows by less than one vector.
 */
export function columnsKernel(reducer: VectorReducer): ReduceKernel {
  const { bytes, wide } = reducer
  const fn = reduceFunction('reduceColumns')
  const [x, out, workspace, outer, outerStep, inner, , length, axisStep] = fn.params
  const block = fn.local('i32')
  const remaining = fn.local('i32')
  const columns = fn.local('i32')
  const vectors = fn.local('i32')
  const row = fn.local('i32')
  const groups = fn.local('i32')
  const count = fn.local('i32')
  const result = fn.local('i32')
  const start = wide ? fn.constant('f64x2', -0) : fn.constant(reducer.shape, reducer.start)
  const resultBytes = wide ? 32 : 16

  fn.repeat(outer, () => {
    fn.set(block, x).set(remaining, inner)
    fn.loop((nextBlock) => {
      fn.i32(columnBlock).get(remaining).op('i32.gt_u', remaining, columnBlock).select().set(columns)
      fn.op('i32.mul', columns, bytes).op('i32.add', 15).op('i32.shr_u', 4).set(vectors)

      fn.set(count, vectors).set(result, workspace)
      fn.repeat(count, () => {
        for (let offset = 0; offset < resultBytes; offset += 16) {
          fn.store('v128.store', result, start, offset)
        }
        fn.advance(result, resultBytes)
      })
      fn.set(row, block)
      fn.op('i32.div_u', length, rowGroup)
        .set(groups)
        .repeat(groups, () => addRows(rowGroup))
      fn.op('i32.rem_u', length, rowGroup)
        .set(groups)
        .repeat(groups, () => addRows(1))
      if (wide) narrow()
      fn.op('i32.mul', columns, bytes).set(count).bulk('memory.copy', out, workspace, count)

      fn.advance(out, count).advance(block, count)
      fn.op('i32.sub', remaining, columns).tee(remaining).branchIf(nextBlock)
    })
    fn.advance(x, outerStep)
  })
  return fn

  /** Adds `size` rows to the results. */
  function addRows(size: number): void {
    const rows = fn.locals('i32', size)
    const values = fn.locals('v128', size)
    for (const [i, pointer] of rows.entries()) {
      if (i === 0) fn.set(pointer, row)
      else fn.op('i32.add', rows[i - 1]!, axisStep).set(pointer)
    }
    fn.op('i32.add', rows.at(-1)!, axisStep).set(row)
    fn.set(count, vectors).set(result, workspace)
    fn.repeat(count, () => {
      for (const [i, pointer] of rows.entries()) fn.load('v128.load', pointer).set(values[i]!)
      for (let half = size / 2; half >= 1; half /= 2) {
        for (let i = 0; i < half; i++) {
          fn.op(reducer.combine, values[i]!, values[i + half]!).set(values[i]!)
        }
      }
      addToResult(values[0]!)
      for (const pointer of rows) fn.advance(pointer, 16)
      fn.advance(result, resultBytes)
    })
  }

  function addToResult(value: Local<'v128'>): void {
    const totals = fn.locals('v128', resultBytes / 16)
    for (const [i, total] of totals.entries()) fn.load('v128.load', result, 16 * i).set(total)
    if (wide) addWide(fn, value, totals)
    else fn.op(reducer.combine, totals[0]!, value).set(totals[0]!)
    for (const [i, total] of totals.entries()) fn.store('v128.store', result, total, 16 * i)
  }

  /** Rounds wide results, in place: what is written lies in front of what is still to be read. */
  function narrow(): void {
    const target = fn.local('i32')
    const low = fn.local('v128')
    const high = fn.local('v128')
    fn.set(count, vectors).set(result, workspace).set(target, workspace)
    fn.repeat(count, () => {
      fn.load('v128.load', result).op('f32x4.demote_f64x2_zero').set(low)
      fn.load('v128.load', result, 16).op('f32x4.demote_f64x2_zero').set(high)
      fn.get(target).shuffle([0, 1, 4, 5], low, high).storeStack('v128.store')
      fn.advance(result, 32).advance(target, 16)
    })
  }
}
