import { checkInput } from '../autodiff/inputs.ts'
import type { ArgReduceOp } from '../backend/opcodes.ts'
import { runContiguous } from '../dispatch/cast.ts'
import { runArgReduce } from '../dispatch/reduce.ts'
import { emptyAxis } from '../dispatch/reduction.ts'
import { checkFlag } from '../errors/flag.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { normalizeAxis } from '../tensor/shape.ts'
import { alias, type Tensor } from '../tensor/tensor.ts'
import { reductionOptionNames } from './reduction.ts'
import { reshape } from './reshape.ts'

/** Along which axis an extreme is looked for. */
export interface ArgReductionOptions {
  /** Negative ones count from the last. Default: all elements, in row-major order. */
  readonly axis?: number
  /** Whether reduced axes stay, with size 1. Default: false. */
  readonly keepDims?: boolean
}

/** The positions of extremes, for `argMax` and `argMin`. */
export function argReduceAlong(
  op: string,
  extreme: ArgReduceOp,
  x: Tensor,
  options: ArgReductionOptions = {},
): Tensor<'int32'> {
  checkInput(op, 'x', x)
  checkOptionNames(op, options, reductionOptionNames)
  const { axis: given } = options
  const keepDims = checkFlag(op, 'keepDims', options.keepDims)
  const { shape } = x
  if (given === undefined) {
    if (x.size === 0)
      throw emptyAxis(
        op,
        x,
        shape.map((_, i) => i),
      )
    const outShape = keepDims ? shape.map(() => 1) : []
    return tidy(() => {
      const whole = runContiguous(x)
      const flat = alias(whole, [x.size], [1], whole.offset)
      return reshape(runArgReduce(extreme, flat, 0), outShape)
    })
  }
  const axis = normalizeAxis(op, given, shape.length)
  if (shape[axis] === 0) throw emptyAxis(op, x, [axis])
  return tidy(() => {
    const kept = runArgReduce(extreme, x, axis)
    return keepDims
      ? kept
      : reshape(
          kept,
          shape.filter((_, i) => i !== axis),
        )
  })
}
