import type { SymbolicShape } from '../engine/symbolic-tensor.ts'

/** An equation for EinsumDense, with the shape of its output and the axes of its bias. */
export interface Projection {
  readonly equation: string
  readonly outputShape: SymbolicShape
  readonly biasAxes: string
}

/**
 * The product that maps the last axes of an input to others, such as 'abc,cde->abde'.
 *
 * @param free How many axes stay, the batch among them.
 * @param bound How many axes are summed over.
 * @param sizes The sizes of the axes that come instead.
 */
export function projection(free: number, bound: number, sizes: readonly number[]): Projection {
  const letters = 'abcdefghijklmnopqrstuvwxyz'
  const kept = letters.slice(0, free)
  const summed = letters.slice(free, free + bound)
  const made = letters.slice(free + bound, free + bound + sizes.length)
  return {
    equation: `${kept}${summed},${summed}${made}->${kept}${made}`,
    outputShape: [...new Array<null>(free - 1).fill(null), ...sizes],
    biasAxes: made,
  }
}
