import type { ArgReduceOp, View } from '@tapegrad/core'
import { lineKernel } from './lines.ts'

type Line = readonly number[]

/** The kernel of cumsum or cumprod. */
export function plainScan(op: 'add' | 'mul'): (x: View, axis: number, reverse: boolean, out: View) => void {
  return (x, axis, reverse, out) => {
    const combine = (a: number, b: number): number => {
      if (x.dtype === 'int32') return op === 'add' ? (a + b) | 0 : Math.imul(a, b)
      return op === 'add' ? a + b : a * b
    }
    const scan = (line: Line): number[] => {
      const scanned: number[] = []
      for (const value of line) {
        const before = scanned.at(-1)
        scanned.push(before === undefined ? value : combine(before, value))
      }
      return scanned
    }
    lineKernel((line) => (reverse ? scan([...line].reverse()).reverse() : scan(line)))(x, axis, out)
  }
}

/** The kernel of cummax or cummin. */
export function plainExtreme(op: ArgReduceOp): (x: View, axis: number, out: View) => void {
  return lineKernel((line) => {
    let best = 0
    return line.map((value, i) => {
      const isExtreme = op === 'max' ? value >= line[best]! : value <= line[best]!
      if (isExtreme || Number.isNaN(value)) best = i
      return best
    })
  })
}

/** Where NaN counts as greater than every number: negative, where a comes before b. */
export function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b))
  return a < b ? -1 : Number(a > b)
}

/** The kernel of sort, for another comparison of two elements where one is given. */
export function plainSort(
  compare: (a: number, b: number) => number = compareNumbers,
): (x: View, axis: number, descending: boolean, out: View) => void {
  return (x, axis, descending, out) => {
    const order = (a: number, b: number): number => (descending ? compare(b, a) : compare(a, b))
    lineKernel((line) => line.map((_, i) => i).sort((i, j) => order(line[i]!, line[j]!) || i - j))(
      x,
      axis,
      out,
    )
  }
}
