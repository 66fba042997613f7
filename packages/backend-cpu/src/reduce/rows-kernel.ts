import type { FunctionBuilder, Local } from '../assembler/index.ts'
import { addWide, type VectorReducer } from './vector-reducer.ts'
import { forEachResult, type ReduceKernel, reduceFunction } from './walk.ts'

/** How many vectors of each of the four partial sums are added before they go into wide totals. */
const chain = 32

/** Reduces along an axis whose elements are neighbours, in four partial results of one vector each. */
export function rowsKernel(reducer: VectorReducer): ReduceKernel {
  const { bytes, lanes, combine } = reducer
  const fn = reduceFunction('reduceRows')
  const [, out, , , , , , length] = fn.params
  const start = fn.constant(reducer.shape, reducer.start)
  const wideStart = fn.constant('f64x2', -0)
  const parts = fn.locals('v128', 4)
  const totals = fn.locals('v128', 2)
  const element = fn.local('i32')
  const steps = fn.local('i32')
  const rest = fn.local('i32')

  const reset = () => {
    for (const part of parts) fn.set(part, start)
  }
  const join = () => {
    const [a, b, c, d] = parts as [Local<'v128'>, Local<'v128'>, Local<'v128'>, Local<'v128'>]
    fn.op(combine, a, b).op(combine, c, d).op(combine).set(a)
    if (reducer.wide) addWide(fn, a, totals)
  }
  const addVectors = (count: Local<'i32'>, into: readonly Local<'v128'>[]) => {
    fn.repeat(count, () => {
      for (const [i, part] of into.entries()) {
        fn.get(part)
          .load('v128.load', element, 16 * i)
          .op(combine)
          .set(part)
      }
      fn.advance(element, 16 * into.length)
    })
  }

  forEachResult(fn, bytes, (first) => {
    fn.set(element, first)
    reset()
    if (reducer.wide) for (const total of totals) fn.set(total, wideStart)
    fn.op('i32.div_u', length, 4 * lanes).set(steps)
    if (reducer.wide) {
      const some = fn.local('i32')
      fn.loop((again) => {
        fn.op('i32.gt_u', steps, chain).if(() => {
          fn.set(some, chain)
          addVectors(some, parts)
          join()
          reset()
          fn.advance(steps, -chain).branch(again)
        })
      })
    }
    addVectors(steps, parts)
    fn.op('i32.div_u', length, lanes).op('i32.and', 3).set(rest)
    addVectors(rest, parts.slice(0, 1))
    fn.op('i32.and', length, lanes - 1)
      .tee(rest)
      .if(() => {
        fn.get(parts[1]!).load('v128.load', element).get(start)
        pushMask(fn, bytes, rest)
        fn.op('v128.bitselect').op(combine).set(parts[1]!)
      })
    join()
    if (reducer.wide) storeWide(fn, out, totals)
    else storeJoined(fn, out, reducer, parts[0]!)
  })
  return fn
}

/** Pushes a vector whose first `count` lanes have all bits set. */
function pushMask(fn: FunctionBuilder, bytes: 1 | 4 | 8, count: Local<'i32'>): void {
  if (bytes === 1) {
    const numbers = Array.from({ length: 16 }, (_, i) => i)
    fn.op('i8x16.splat', count).op('i8x16.gt_s', fn.constant('i8x16', ...numbers))
  } else if (bytes === 4) {
    fn.op('i32x4.splat', count).op('i32x4.gt_s', fn.constant('i32x4', 0, 1, 2, 3))
  } else {
    fn.op('i64.extend_i32_u', count)
      .op('i64x2.splat')
      .op('i64x2.gt_s', fn.constant('i32x4', 0, 0, 1, 0))
  }
}

function storeWide(fn: FunctionBuilder, out: Local<'i32'>, totals: readonly Local<'v128'>[]): void {
  const [low, high] = totals
  fn.op('f64x2.add', low!, high!).set(low!)
  fn.get(out).lane('f64x2.extract_lane', 0, low!).lane('f64x2.extract_lane', 1, low!)
  fn.op('f64.add').op('f32.demote_f64').storeStack('f32.store')
}

/** Reduces the lanes of a vector by halves and writes the result. */
function storeJoined(
  fn: FunctionBuilder,
  out: Local<'i32'>,
  { lanes, combine, storeLane }: VectorReducer,
  vector: Local<'v128'>,
): void {
  for (let half = lanes / 2; half >= 1; half /= 2) {
    const swapped = Array.from({ length: lanes }, (_, i) => i ^ half)
    fn.shuffle(swapped, vector, vector).op(combine, vector).set(vector)
  }
  fn.storeLane(storeLane, 0, out, vector)
}
