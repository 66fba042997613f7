import type { DType } from '@tapegrad/core'
import { FunctionBuilder, type ValueType } from '../assembler/index.ts'
import { type FloatMath, floatMath, type Vectors } from '../elementwise/vector-math.ts'
import { type Part, wholeVectors } from '../softmax/lines.ts'

/** A step of an optimizer. */
export interface Step {
  /** Different for each variant. */
  readonly name: string
  /** How many tensors there are, and how many numbers. */
  readonly tensors: number
  readonly numbers: number
  /** Emits the step for some vectors of each tensor, which `part` loads and stores by the tensors' numbers. */
  readonly emit: (m: FloatMath, part: Part, numbers: readonly Vectors[]) => void
}

/** How many vectors are computed side by side. */
const interleaved = 4

/**
 * A kernel that takes a step in one pass.
 *
 * Parameters: the address of each tensor, how many elements they have, and the numbers. Elements are rounded up to
 * whole vectors: up to 60 bytes past the end are read and written, which are the tensors' padding.
 */
export function stepKernel(dtype: DType, { name, tensors, numbers, emit }: Step): FunctionBuilder {
  const isDouble = dtype === 'float64'
  const types: ValueType[] = [
    ...new Array<ValueType>(tensors + 1).fill('i32'),
    ...new Array<ValueType>(numbers).fill(isDouble ? 'f64' : 'f32'),
  ]
  const fn: FunctionBuilder = new FunctionBuilder(`${name}_${dtype}`, types)
  const pointers = fn.locals('i32', tensors)
  for (const [i, pointer] of pointers.entries()) fn.get(fn.params[i]!).set(pointer)
  const repeated = fn.params.slice(tensors + 1).map((value): Vectors => {
    const vector = fn.local('v128')
    fn.op(isDouble ? 'f64x2.splat' : 'f32x4.splat', value).set(vector)
    return [vector]
  })
  const elements = (16 * interleaved) / (isDouble ? 8 : 4)
  const remaining = fn.local('i32')
  fn.op('i32.add', fn.params[tensors]!, elements - 1)
    .op('i32.shr_u', Math.log2(elements))
    .set(remaining)
  fn.repeat(remaining, () => {
    const m = floatMath(fn, isDouble ? 'f64x2' : 'f32x4')
    emit(m, wholeVectors(fn, pointers, interleaved), repeated)
    for (const pointer of pointers) fn.advance(pointer, 16 * interleaved)
  })
  return fn
}
