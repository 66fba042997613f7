import type { ArgReduceOp } from '@tapegrad/core'
import type { FunctionBuilder } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import type { ScanType } from './cumulative-kernel.ts'
import { type Walker, type WalkKernel, walkKernel } from './walk-kernel.ts'

/** What every element replaces that is no NaN, which does in any case. */
const starts: Readonly<Record<ArgReduceOp, Readonly<Record<'integer' | 'float', number>>>> = {
  max: { integer: -(2 ** 31), float: -Infinity },
  min: { integer: 2 ** 31 - 1, float: Infinity },
}

/** The positions of the extremes of all elements up to each one: the last of equals, and the last NaN before others. */
export function extremeKernel(dtype: ScanType, op: ArgReduceOp): WalkKernel {
  const start = starts[op][dtype === 'int32' ? 'integer' : 'float']
  return walkKernel(`cumulative_${op}`, { x: elementTypes[dtype].bytes, out: 4 }, (fn) => {
    const line = lineWalker(fn, dtype, op, start)
    // Positions are as wide as the elements: two float64 would have half a vector of them.
    return dtype === 'float64' ? [line] : [vectorWalker(fn, dtype, op, start), line]
  })
}

function lineWalker(fn: FunctionBuilder, dtype: ScanType, op: ArgReduceOp, start: number): Walker {
  const { scalar, load } = elementTypes[dtype]
  const [best, value] = [fn.local(scalar), fn.local(scalar)]
  const [position, found, replaces] = [fn.local('i32'), fn.local('i32'), fn.local('i32')]
  return {
    lines: 1,
    begin: () => fn.set(best, start).set(position, 0).set(found, 0),
    visit(x, out) {
      fn.load(load, x).set(value)
      const [low, high] = op === 'max' ? [best, value] : [value, best]
      if (scalar === 'i32') fn.op('i32.le_s', low, high)
      else fn.op(`${scalar}.le`, low, high).op(`${scalar}.ne`, value, value).op('i32.or')
      fn.set(replaces)
      fn.get(value).get(best).get(replaces).select().set(best)
      fn.get(position).get(found).get(replaces).select().set(found)
      fn.store('i32.store', out, found).advance(position, 1)
    },
  }
}

/** Four lines at once. */
function vectorWalker(
  fn: FunctionBuilder,
  dtype: 'int32' | 'float32',
  op: ArgReduceOp,
  start: number,
): Walker {
  const shape = dtype === 'int32' ? 'i32x4' : 'f32x4'
  const [best, value] = [fn.local('v128'), fn.local('v128')]
  const [position, found, replaces] = [fn.local('v128'), fn.local('v128'), fn.local('v128')]
  return {
    lines: 4,
    begin() {
      const zero = fn.constant('i32x4', 0)
      fn.set(best, fn.constant(shape, start)).set(position, zero).set(found, zero)
    },
    visit(x, out) {
      fn.load('v128.load', x).set(value)
      const [low, high] = op === 'max' ? [best, value] : [value, best]
      if (shape === 'i32x4') fn.op('i32x4.le_s', low, high)
      else fn.op('f32x4.le', low, high).op('f32x4.ne', value, value).op('v128.or')
      fn.set(replaces)
      fn.op('v128.bitselect', value, best, replaces).set(best)
      fn.op('v128.bitselect', position, found, replaces).set(found)
      fn.store('v128.store', out, found)
      fn.op('i32x4.add', position, fn.constant('i32x4', 1)).set(position)
    },
  }
}
