import type { View } from '@tapegrad/core'

/*
 * Where the elements of views lie. Kernels turn the number of an element into one index for each dimension and these
 * into positions. Ranks are rounded up, so that a kernel serves many shapes.
 */

/** The most dimensions of a view. */
export const maxRank: number = 6

/** How a kernel finds positions: flat where all views are contiguous, else by the indices of so many dimensions. */
export interface Form {
  readonly name: string
  /** 0 is flat. */
  readonly rank: number
}

const flat: Form = { name: 'flat', rank: 0 }

/** The form for the elements of `out`, which is contiguous, from views of its shape. */
export function formOf(views: readonly View[], out: View): Form {
  return views.every(({ contiguous }) => contiguous) ? flat : stridedForm(out.shape.length)
}

/** The form for any strides. */
export function stridedForm(dimensions: number): Form {
  const rank = dimensions <= 1 ? 1 : dimensions <= 4 ? dimensions : maxRank
  return { name: `rank ${rank}`, rank }
}

/** The names of the sizes that `indices` reads: d1, d2, …; the first dimension needs none. */
export function sizeNames({ rank }: Form): string[] {
  return Array.from({ length: Math.max(rank - 1, 0) }, (_, i) => `d${i + 1}`)
}

/** The sizes themselves; dimensions of size 1 are put before those that a view has. */
export function sizes(shape: readonly number[], { rank }: Form): number[] {
  return rank === 0 ? [] : padded(shape, rank, 1).slice(1)
}

/** The names of the offset and the strides of an array: xo, x0, x1, … */
export function placeNames(name: string, { rank }: Form): string[] {
  return [`${name}o`, ...Array.from({ length: rank }, (_, i) => `${name}${i}`)]
}

/** The offset and the strides themselves. */
export function place({ offset, strides }: Pick<View, 'offset' | 'strides'>, { rank }: Form): number[] {
  return rank === 0 ? [offset] : [offset, ...padded(strides, rank, 0)]
}

function padded(values: readonly number[], rank: number, missing: number): number[] {
  return [...new Array<number>(rank - values.length).fill(missing), ...values]
}

/** Statements that set i0, i1, … from the number of the element. */
export function indices({ rank }: Form): string {
  if (rank === 0) return ''
  const lines = [integer('r', 'this.thread.x')]
  for (let d = rank - 1; d > 0; d--) {
    lines.push(integer(`q${d}`, `quotient(r, d${d})`), integer(`i${d}`, `r - q${d} * d${d}`), `r = q${d};`)
  }
  return [...lines, integer('i0', 'r')].join('\n')
}

/** Declares an integer: gpu.js makes a variable a float unless it starts with a literal and is counted up. */
export function integer(name: string, value: string): string {
  return `let ${name} = 0; ${name}++; ${name} = ${value};`
}

/** The position of the element in an array whose places are called as `placeNames` says. */
export function position(name: string, { rank }: Form): string {
  if (rank === 0) return `${name}o + this.thread.x`
  return [`${name}o`, ...Array.from({ length: rank }, (_, i) => `i${i} * ${name}${i}`)].join(' + ')
}
