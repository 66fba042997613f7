import type { ArgReduceOp, DType } from '@tapegrad/core'
import type { LoadName, PlainName } from '../assembler/index.ts'
import { forEachResult, type ReduceKernel, reduceFunction } from './walk.ts'

interface Comparison {
  readonly type: 'i32' | 'f32' | 'f64'
  readonly load: LoadName
  readonly larger: PlainName
  readonly smaller: PlainName
  /** Of a NaN with itself it is true. */
  readonly differs?: PlainName
}

const bytes: Comparison = { type: 'i32', load: 'i32.load8_u', larger: 'i32.gt_s', smaller: 'i32.lt_s' }

const comparisons: Readonly<Record<DType, Comparison>> = {
  float32: { type: 'f32', load: 'f32.load', larger: 'f32.gt', smaller: 'f32.lt', differs: 'f32.ne' },
  float64: { type: 'f64', load: 'f64.load', larger: 'f64.gt', smaller: 'f64.lt', differs: 'f64.ne' },
  int32: { type: 'i32', load: 'i32.load', larger: 'i32.gt_s', smaller: 'i32.lt_s' },
  uint8: bytes,
  bool: bytes,
}

/** The position of the first NaN, else of the first extreme, as int32. */
export function argKernel(dtype: DType, op: ArgReduceOp): ReduceKernel {
  const { type, load, larger, smaller, differs } = comparisons[dtype]
  const replaces = op === 'max' ? larger : smaller
  const fn = reduceFunction('argReduce')
  const [, out, , , , , , length, axisStep] = fn.params
  const element = fn.local('i32')
  const position = fn.local('i32')
  const bestPosition = fn.local('i32')
  const value = fn.local(type)
  const best = fn.local(type)
  forEachResult(fn, 4, (first) => {
    fn.load(load, first).set(best).set(bestPosition, 0)
    fn.set(element, first).set(position, 0)
    fn.block((found) => {
      fn.loop((again) => {
        if (differs !== undefined) {
          // The first NaN ends the search.
          fn.load(load, element)
            .tee(value)
            .op(differs, value)
            .if(() => {
              fn.set(bestPosition, position).branch(found)
            })
        } else {
          fn.load(load, element).set(value)
        }
        fn.op(replaces, value, best).if(() => {
          fn.set(best, value).set(bestPosition, position)
        })
        fn.advance(element, axisStep)
        fn.op('i32.add', position, 1).tee(position).op('i32.lt_u', length).branchIf(again)
      })
    })
    fn.store('i32.store', out, bestPosition)
  })
  return fn
}
