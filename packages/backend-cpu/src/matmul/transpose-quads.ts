import type { FunctionBuilder, Local } from '../assembler/index.ts'

/** Transposes four vectors of four lanes: lane i of result j is lane j of vector i. */
export function transposeQuads(fn: FunctionBuilder, vectors: readonly Local<'v128'>[]): Local<'v128'>[] {
  const [r0, r1, r2, r3] = vectors
  const pick = (lanes: readonly number[], a: Local<'v128'>, b: Local<'v128'>): Local<'v128'> => {
    const result = fn.local('v128')
    fn.shuffle(lanes, a, b).set(result)
    return result
  }
  const lowTop = pick([0, 4, 1, 5], r0!, r1!)
  const highTop = pick([2, 6, 3, 7], r0!, r1!)
  const lowBottom = pick([0, 4, 1, 5], r2!, r3!)
  const highBottom = pick([2, 6, 3, 7], r2!, r3!)
  return [
    pick([0, 1, 4, 5], lowTop, lowBottom),
    pick([2, 3, 6, 7], lowTop, lowBottom),
    pick([0, 1, 4, 5], highTop, highBottom),
    pick([2, 3, 6, 7], highTop, highBottom),
  ]
}
