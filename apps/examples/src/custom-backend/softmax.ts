import type { View } from '@tapegrad/core'
import type { Arena } from './arena.ts'
import { linesAlong } from './lines.ts'

/** A fused softmax: what core composes of five calls, without their intermediate tensors. */
export const softmaxOn = (arena: Arena) => (x: View, axis: number, out: View) => {
  const elements = arena.elements(x as View<number>)
  const { lines, lineOf } = linesAlong(x.shape, axis)
  const peaks = new Float64Array(lines).fill(-Infinity)
  elements.forEach((value, i) => (peaks[lineOf(i)] = Math.max(peaks[lineOf(i)]!, value)))
  const exponentials = elements.map((value, i) => Math.exp(value - peaks[lineOf(i)]!))
  const sums = new Float64Array(lines)
  exponentials.forEach((value, i) => (sums[lineOf(i)]! += value))
  arena.store(out as View<number>, (i) => exponentials[i]! / sums[lineOf(i)]!)
}
