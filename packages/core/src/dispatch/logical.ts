import type { Input } from '../autodiff/node.ts'
import type { BinaryOp } from '../backend/opcodes.ts'
import { tidy } from '../memory/scope.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { runCast } from './cast.ts'
import { runBinary } from './elementwise.ts'

/** out = op(a ≠ 0, b ≠ 0) with broadcasting. */
export function runLogical(op: BinaryOp, a: Input, b: Input): Tensor<'bool'> {
  return tidy(() => {
    const condition = typeof a === 'number' && typeof b === 'number' ? tensor(a !== 0) : toBool(a)
    return runBinary(op, condition, toBool(b), 'bool')
  })
}

function toBool(x: Input): Input {
  return typeof x === 'number' ? Number(x !== 0) : runCast(x, 'bool')
}
