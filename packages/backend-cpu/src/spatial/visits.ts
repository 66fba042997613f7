import type { FunctionBuilder, Local } from '../assembler/index.ts'
import { calculate, type FloatType, load, store } from './float-type.ts'
import type { Place, Visit } from './row-kernel.ts'

/** to = from. */
export function copyTo(type: FloatType, to: keyof Place, from: keyof Place): Visit {
  return (fn, place, lanes) => {
    fn.get(place[to])
    load(fn, type, place[from], lanes)
    store(fn, type, lanes)
  }
}

/** to = to + from, or the greater of both. */
export function combineInto(type: FloatType, op: 'add' | 'max', to: keyof Place, from: keyof Place): Visit {
  return (fn, place, lanes) => {
    fn.get(place[to])
    load(fn, type, place[to], lanes)
    load(fn, type, place[from], lanes)
    calculate(fn, type, op, lanes)
    store(fn, type, lanes)
  }
}

/** to = to + a · b. */
export function addProduct(type: FloatType, to: keyof Place, a: keyof Place, b: keyof Place): Visit {
  return (fn, place, lanes) => {
    fn.get(place[to])
    load(fn, type, place[to], lanes)
    load(fn, type, place[a], lanes)
    load(fn, type, place[b], lanes)
    calculate(fn, type, 'mul', lanes)
    calculate(fn, type, 'add', lanes)
    store(fn, type, lanes)
  }
}

/**
 * Keeps at y the greatest element of x so far and at the tap its address; the first NaN, else the first of equals. An
 * address of 0 means that there is none yet.
 */
export function keepGreatest(type: FloatType): Visit {
  const locals = new WeakMap<FunctionBuilder, ReturnType<typeof makeLocals>>()
  return (fn, place, lanes) => {
    const known = locals.get(fn) ?? makeLocals(fn, type)
    locals.set(fn, known)
    if (lanes > 1) greatestOfVectors(fn, place, known.vectors)
    else greatestOfOne(fn, type, place, known)
  }
}

function makeLocals(fn: FunctionBuilder, type: FloatType) {
  return {
    value: fn.local(type.scalar),
    best: fn.local(type.scalar),
    vectors: fn.locals('v128', 4) as [Vector, Vector, Vector, Vector],
  }
}

type Vector = Local<'v128'>

function greatestOfOne(
  fn: FunctionBuilder,
  type: FloatType,
  { x, y, tap }: Place,
  { value, best }: ReturnType<typeof makeLocals>,
): void {
  const { scalar } = type
  fn.load(`${scalar}.load`, x).set(value).load(`${scalar}.load`, y).set(best)
  fn.op(`${scalar}.gt`, value, best)
  fn.op(`${scalar}.ne`, value, value).op(`${scalar}.eq`, best, best).op('i32.and').op('i32.or')
  fn.load('i32.load', tap)
    .op('i32.eqz')
    .op('i32.or')
    .if(() => {
      fn.store(`${scalar}.store`, y, value).store('i32.store', tap, x)
    })
}

function greatestOfVectors(
  fn: FunctionBuilder,
  { x, y, tap }: Place,
  [value, best, from, isGreater]: readonly [Vector, Vector, Vector, Vector],
): void {
  fn.load('v128.load', x).set(value).load('v128.load', y).set(best).load('v128.load', tap).set(from)
  fn.op('f32x4.gt', value, best)
  fn.op('f32x4.ne', value, value).op('f32x4.eq', best, best).op('v128.and').op('v128.or')
  fn.op('i32x4.eq', from, fn.constant('i32x4', 0)).op('v128.or').set(isGreater)
  fn.get(y).op('v128.bitselect', value, best, isGreater).storeStack('v128.store')
  fn.get(tap)
    .get(x)
    .op('i32x4.splat')
    .op('i32x4.add', fn.constant('i32x4', 0, 4, 8, 12))
  fn.op('v128.bitselect', from, isGreater).storeStack('v128.store')
}
