import { FunctionBuilder, type Local } from '../assembler/index.ts'

const parameters = ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'] as const

/**
 * The function of a reduction over views with up to two dimensions besides the axis, whose results are neighbours.
 *
 * Parameters, steps in bytes: x, out, workspace, the outer size and step, the inner size and step, the size and step
 * of the axis.
 */
export type ReduceKernel = FunctionBuilder<typeof parameters, readonly []>

export function reduceFunction(name: string): ReduceKernel {
  return new FunctionBuilder(name, parameters)
}

/** Runs `body` for each result, with the address of the first element to reduce, then moves `out` on. */
export function forEachResult(fn: ReduceKernel, bytes: number, body: (first: Local<'i32'>) => void): void {
  const [x, out, , outer, outerStep, inner, innerStep] = fn.params
  const first = fn.local('i32')
  const count = fn.local('i32')
  fn.repeat(outer, () => {
    fn.set(first, x).set(count, inner)
    fn.repeat(count, () => {
      body(first)
      fn.advance(first, innerStep).advance(out, bytes)
    })
    fn.advance(x, outerStep)
  })
}
