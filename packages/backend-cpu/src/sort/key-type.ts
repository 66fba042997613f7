import type { FunctionBuilder, LoadName, Local, StoreName } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'

/** The dtypes that are sorted. */
export type SortType = 'int32' | 'float32' | 'float64'

/** The unsigned integers that stand for elements: their order is that of the elements. */
export interface KeyType {
  readonly type: 'i32' | 'i64'
  readonly bytes: 4 | 8
  readonly load: LoadName
  readonly store: StoreName
}

const narrow: KeyType = { type: 'i32', bytes: 4, load: 'i32.load', store: 'i32.store' }
const wide: KeyType = { type: 'i64', bytes: 8, load: 'i64.load', store: 'i64.store' }

export const keyTypes: Readonly<Record<SortType, KeyType>> = { int32: narrow, float32: narrow, float64: wide }

/**
 * Pushes the key of the element at an address.
 *
 * The sign bit is turned over, and of negative floats all others too. Both zeros have one key, and all NaN the greatest.
 */
export function pushKey(fn: FunctionBuilder, dtype: SortType, address: Local<'i32'>): void {
  const { scalar, load } = elementTypes[dtype]
  if (scalar === 'i32') {
    fn.load(load, address).op('i32.xor', -(2 ** 31))
    return
  }
  const value = fn.local(scalar)
  // −0 + 0 is 0.
  fn.load(load, address).op(`${scalar}.add`, 0).set(value)
  if (scalar === 'f32') {
    const bits = fn.local('i32')
    fn.i32(-1)
    fn.op('i32.reinterpret_f32', value).tee(bits)
    fn.op('i32.shr_s', bits, 31)
      .op('i32.or', -(2 ** 31))
      .op('i32.xor')
  } else {
    const bits = fn.local('i64')
    fn.i64(-1n)
    fn.op('i64.reinterpret_f64', value).tee(bits)
    fn.op('i64.shr_s', bits, 63)
      .op('i64.or', -(2 ** 63))
      .op('i64.xor')
  }
  fn.op(`${scalar}.ne`, value, value).select()
}
