import type { DType, ReduceOp } from '@tapegrad/core'
import type { FunctionBuilder, LoadName, Local, PlainName, StoreName } from '../assembler/index.ts'
import { forEachResult, type ReduceKernel, reduceFunction } from './walk.ts'

/** How elements are reduced one after the other; float32 in double precision. */
interface ScalarType {
  readonly bytes: number
  readonly type: 'i32' | 'f64'
  readonly load: LoadName
  readonly convert?: PlainName
  readonly round?: PlainName
  readonly store: StoreName
}

const scalarTypes: Readonly<Record<DType, ScalarType>> = {
  float32: {
    bytes: 4,
    type: 'f64',
    load: 'f32.load',
    convert: 'f64.promote_f32',
    round: 'f32.demote_f64',
    store: 'f32.store',
  },
  float64: { bytes: 8, type: 'f64', load: 'f64.load', store: 'f64.store' },
  int32: { bytes: 4, type: 'i32', load: 'i32.load', store: 'i32.store' },
  uint8: { bytes: 1, type: 'i32', load: 'i32.load8_u', store: 'i32.store8' },
  bool: { bytes: 1, type: 'i32', load: 'i32.load8_u', store: 'i32.store8' },
}

/** Reduces views of any strides, element by element in order. */
export function scalarKernel(dtype: DType, op: ReduceOp): ReduceKernel {
  const { bytes, type, load, convert, round, store } = scalarTypes[dtype]
  const fn = reduceFunction('reduceElements')
  const [, out, , , , , , length, axisStep] = fn.params
  const element = fn.local('i32')
  const steps = fn.local('i32')
  const total = fn.local(type)
  const value = fn.local(type)
  const read = () => {
    fn.load(load, element)
    if (convert !== undefined) fn.op(convert)
    fn.set(value).advance(element, axisStep)
  }
  forEachResult(fn, bytes, (first) => {
    fn.set(element, first)
    read()
    fn.set(total, value).op('i32.sub', length, 1).set(steps)
    fn.repeat(steps, () => {
      read()
      combine(fn, dtype === 'bool' ? boolOps[op] : op, total, value)
    })
    fn.get(out).get(total)
    if (round !== undefined) fn.op(round)
    fn.storeStack(store)
  })
  return fn
}

/** A bool's sum is whether any is true, its product whether all are. */
const boolOps: Readonly<Record<ReduceOp, ReduceOp>> = { sum: 'max', prod: 'min', max: 'max', min: 'min' }

const names = { sum: 'add', prod: 'mul', max: 'max', min: 'min' } as const

/** total = op(total, value). */
function combine(
  fn: FunctionBuilder,
  op: ReduceOp,
  total: Local<'i32' | 'f64'>,
  value: Local<'i32' | 'f64'>,
): void {
  const name = names[op]
  if (total.type === 'f64') fn.op(`f64.${name}`, total, value).set(total)
  else if (name === 'add' || name === 'mul') fn.op(`i32.${name}`, total, value).set(total)
  else {
    fn.get(total).get(value)
    fn.op(name === 'max' ? 'i32.gt_s' : 'i32.lt_s', total, value)
      .select()
      .set(total)
  }
}
