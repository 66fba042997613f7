import type { BinaryOp } from '@tapegrad/core'
import type { Local } from '../assembler/index.ts'
import type { ScalarExpression } from './scalar-kernel.ts'

/** A shift of an integer by another, element by element: instructions on vectors shift all lanes by the same count. */
export function shiftExpression(op: BinaryOp): ScalarExpression | undefined {
  if (op === 'leftShift') return leftShift
  return op === 'rightShift' ? rightShift : undefined
}

// As unsigned numbers negative counts are large, too. Instructions take a count modulo 32.
const leftShift: ScalarExpression = (fn, x, count) => {
  const [a, b] = [x, count] as [Local<'i32'>, Local<'i32'>]
  fn.op('i32.shl', a, b).i32(0).op('i32.lt_u', b, 32).select()
}

// The longest shift leaves the sign alone.
const rightShift: ScalarExpression = (fn, x, count) => {
  const [a, b] = [x, count] as [Local<'i32'>, Local<'i32'>]
  fn.get(a).get(b).i32(31).op('i32.lt_u', b, 32).select().op('i32.shr_s')
}
