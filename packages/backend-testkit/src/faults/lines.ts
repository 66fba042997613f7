import type { Data, View } from '@tapegrad/core'
import { dataOf, positionsOf } from './elements.ts'

/** The positions of the elements of each line along an axis. */
export function linesOf(view: View, axis: number): number[][] {
  const positions = positionsOf(view as View<Data>)
  const inner = view.shape.slice(axis + 1).reduce((count, side) => count * side, 1)
  const length = view.shape[axis]!
  const lines: number[][] = []
  for (let start = 0; start < positions.length; start += length * inner) {
    for (let k = 0; k < inner; k++) {
      lines.push(Array.from({ length }, (_, j) => positions[start + j * inner + k]!))
    }
  }
  return lines
}

/** A kernel that computes each line of its result from the same line of its arguments. */
export function lineKernel(f: (...lines: readonly (readonly number[])[]) => number[]) {
  return (...args: readonly (View | number)[]): void => {
    const views = args.filter((arg): arg is View => typeof arg !== 'number')
    const axis = args.find((arg) => typeof arg === 'number') as number
    const lines = views.map((view) => linesOf(view, axis))
    const out = views.at(-1)!
    lines.at(-1)!.forEach((positions, i) => {
      const inputs = views
        .slice(0, -1)
        .map((view, v) => lines[v]![i]!.map((position) => dataOf(view)[position]!))
      f(...inputs).forEach((value, j) => {
        dataOf(out)[positions[j]!] = value
      })
    })
  }
}
