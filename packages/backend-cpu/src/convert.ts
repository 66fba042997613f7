import type { DType } from '@tapegrad/core'
import { FunctionBuilder } from './assembler/index.ts'
import { elementTypes } from './element-type.ts'

/**
 * Turns the element on the stack from one dtype into another: floats to integers truncate and wrap, anything to bool
 * is x ≠ 0. A uint8 only has its low byte right, which is what stores take.
 */
export function convert(fn: FunctionBuilder, from: DType, to: DType): void {
  const source = elementTypes[from].scalar
  const target = elementTypes[to].scalar
  if (to === 'bool') {
    if (from !== 'bool') fn.op(`${source}.ne`, 0)
    return
  }
  if (source === target) return
  if (source === 'i32') fn.op(`${target === 'f64' ? 'f64' : 'f32'}.convert_i32_s`)
  else if (target === 'i32') truncate(fn, source)
  else fn.op(target === 'f32' ? 'f32.demote_f64' : 'f64.promote_f32')
}

/** Truncates a float on the stack; what is in the range of int32, as nearly all is, without a call. */
function truncate(fn: FunctionBuilder, source: 'f32' | 'f64'): void {
  const x = fn.local(source)
  fn.tee(x)
    .op(`${source}.abs`)
    .op(`${source}.lt`, 2 ** 31)
  fn.if(
    () => fn.op(`i32.trunc_sat_${source}_s`, x),
    () => {
      fn.get(x)
      if (source === 'f32') fn.op('f64.promote_f32')
      fn.call(truncateToInt32())
    },
    'i32',
  )
}

/**
 * JavaScript's `ToInt32`: truncates toward 0 and keeps the low 32 bits; NaN and infinities give 0.
 *
 * From 2⁶³ on a double is an integer times a power of two: its low bits are the mantissa's, shifted.
 */
export function truncateToInt32(): FunctionBuilder<readonly ['f64'], readonly ['i32']> {
  const fn = new FunctionBuilder('toInt32', ['f64'], ['i32'])
  const [x] = fn.params
  const bits = fn.local('i64')
  const shift = fn.local('i64')
  const mantissa = fn.local('i64')
  fn.op('f64.abs', x).op('f64.lt', 2 ** 63)
  fn.if(() => fn.op('i64.trunc_sat_f64_s', x).op('i32.wrap_i64').return())
  fn.op('i64.reinterpret_f64', x).set(bits)
  fn.op('i64.shr_u', bits, 52).op('i64.and', 0x7ff).op('i64.sub', 1075).tee(shift)
  fn.op('i64.gt_s', 31).if(() => fn.i32(0).return())
  fn.op('i64.and', bits, 2 ** 52 - 1)
    .op('i64.or', 2 ** 52)
    .op('i64.shl', shift)
    .set(mantissa)
  fn.i64(0n).op('i64.sub', mantissa).get(mantissa).op('f64.lt', x, 0).select().op('i32.wrap_i64')
  return fn
}
