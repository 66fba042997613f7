import type { FunctionBuilder, LoadName, PlainName, StoreName } from '../assembler/index.ts'
import { type Walker, type WalkKernel, walkKernel } from './walk-kernel.ts'

/** The dtypes that the kernels of scans take. */
export type ScanType = 'int32' | 'float32' | 'float64'

/** What is computed along lines. */
export type CumulativeOp = 'add' | 'mul'

/** How one line is walked; float32 in double precision. */
interface ScalarType {
  readonly bytes: number
  readonly type: 'i32' | 'f64'
  readonly load: LoadName
  readonly convert?: PlainName
  readonly round?: PlainName
  readonly store: StoreName
}

const scalarTypes: Readonly<Record<ScanType, ScalarType>> = {
  int32: { bytes: 4, type: 'i32', load: 'i32.load', store: 'i32.store' },
  float32: {
    bytes: 4,
    type: 'f64',
    load: 'f32.load',
    convert: 'f64.promote_f32',
    round: 'f32.demote_f64',
    store: 'f32.store',
  },
  float64: { bytes: 8, type: 'f64', load: 'f64.load', store: 'f64.store' },
}

/** The sums or products of all elements up to each one. */
export function cumulativeKernel(dtype: ScanType, op: CumulativeOp): WalkKernel {
  const { bytes } = scalarTypes[dtype]
  // Of no elements: −0, since 0 + −0 is 0.
  const ofNothing = op === 'mul' ? 1 : dtype === 'int32' ? 0 : -0
  return walkKernel(`cumulative_${op}`, { x: bytes, out: bytes }, (fn) => [
    vectorWalker(fn, dtype, op, ofNothing, 4),
    vectorWalker(fn, dtype, op, ofNothing, 1),
    lineWalker(fn, dtype, op, ofNothing),
  ])
}

function lineWalker(fn: FunctionBuilder, dtype: ScanType, op: CumulativeOp, ofNothing: number): Walker {
  const { type, load, convert, round, store } = scalarTypes[dtype]
  const total = fn.local(type)
  return {
    lines: 1,
    begin: () => fn.set(total, ofNothing),
    visit(x, out) {
      fn.get(out).load(load, x)
      if (convert !== undefined) fn.op(convert)
      fn.op(`${type}.${op}`, total).tee(total)
      if (round !== undefined) fn.op(round)
      fn.storeStack(store)
    },
  }
}

function vectorWalker(
  fn: FunctionBuilder,
  dtype: ScanType,
  op: CumulativeOp,
  ofNothing: number,
  vectors: number,
): Walker {
  const shape = dtype === 'int32' ? 'i32x4' : 'f64x2'
  const isWide = dtype === 'float32'
  const totals = fn.locals('v128', isWide ? 2 * vectors : vectors)
  const value = fn.local('v128')
  const combine: PlainName = `${shape}.${op}`
  return {
    lines: (dtype === 'float64' ? 2 : 4) * vectors,
    begin() {
      const start = fn.constant(shape, ofNothing)
      for (const total of totals) fn.set(total, start)
    },
    visit(x, out) {
      for (let i = 0; i < vectors; i++) {
        fn.get(out).load('v128.load', x, 16 * i)
        if (isWide) {
          const [low, high] = [totals[2 * i]!, totals[2 * i + 1]!]
          fn.tee(value).op('f64x2.promote_low_f32x4').op(combine, low).tee(low).op('f32x4.demote_f64x2_zero')
          fn.shuffle([2, 3, 2, 3], value, value).op('f64x2.promote_low_f32x4').op(combine, high).tee(high)
          fn.op('f32x4.demote_f64x2_zero').shuffle([0, 1, 4, 5])
        } else fn.op(combine, totals[i]!).tee(totals[i]!)
        fn.storeStack('v128.store', 16 * i)
      }
    },
  }
}
