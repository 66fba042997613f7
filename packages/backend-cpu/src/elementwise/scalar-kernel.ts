import type { DType } from '@tapegrad/core'
import { FunctionBuilder, type Local } from '../assembler/index.ts'
import { elementTypes } from '../element-type.ts'
import { kernelParameters, nameParameters } from './kernel.ts'

/** Computes one element: pushes it, from elements in locals. */
export type ScalarExpression = (fn: FunctionBuilder, ...elements: readonly Local[]) => void

/**
 * A kernel that goes element by element, for what has no vector form; inputs may have any strides.
 *
 * @param expression Leaves an element of `out` on the stack.
 */
export function scalarKernel(
  name: string,
  dtypes: readonly DType[],
  out: DType,
  expression: ScalarExpression,
): FunctionBuilder {
  const fn: FunctionBuilder = new FunctionBuilder(name, kernelParameters(dtypes.length))
  const p = nameParameters(fn.params, dtypes.length)
  const types = dtypes.map((dtype) => elementTypes[dtype])
  const result = elementTypes[out]
  const elements = types.map(({ scalar }) => fn.local(scalar))
  const positions = fn.locals('i32', dtypes.length)
  const target = fn.local('i32')
  const remaining = fn.local('i32')
  fn.repeat(p.rows, () => {
    for (const [i, input] of p.inputs.entries()) fn.set(positions[i]!, input)
    fn.set(target, p.out).set(remaining, p.count)
    fn.repeat(remaining, () => {
      for (const [i, { load }] of types.entries()) fn.load(load, positions[i]!).set(elements[i]!)
      fn.get(target)
      expression(fn, ...elements)
      fn.storeStack(result.store).advance(target, result.bytes)
      for (const [i, position] of positions.entries()) fn.advance(position, p.strides[i]!)
    })
    for (const [i, input] of p.inputs.entries()) fn.advance(input, p.rowStrides[i]!)
    fn.advance(p.out, p.outRowStride)
  })
  return fn
}
