import type { ConvGeometry } from '@tapegrad/core'

type Triple = readonly [number, number, number]

/** A generator of whole numbers from `least` to `most`. */
export function integers(seed: number): (least: number, most: number) => number {
  let state = seed
  return (least, most) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return least + ((state >>> 8) % (most - least + 1))
  }
}

/** Geometries of one, two and three axes, with paddings, gaps, strides and windows beyond the input. */
export function geometries(count: number, forPooling: boolean): ConvGeometry[] {
  const next = integers(3)
  const triple = (one: (axis: number) => number): Triple => [one(0), one(1), one(2)]
  return Array.from({ length: count }, () => {
    const missing = next(0, 2)
    const isMissing = (axis: number) => axis < missing
    const input = triple((axis) => (isMissing(axis) ? 1 : next(1, 7)))
    const window = triple((axis) => (isMissing(axis) ? 1 : next(1, forPooling ? input[axis]! : 4)))
    const strides = triple((axis) => (isMissing(axis) ? 1 : next(1, 3)))
    const dilations = triple((axis) => (isMissing(axis) || forPooling ? 1 : next(1, 2)))
    const span = triple((axis) => (window[axis]! - 1) * dilations[axis]! + 1)
    const before = triple((axis) => (isMissing(axis) ? 0 : next(0, forPooling ? window[axis]! - 1 : 3)))
    const output = triple((axis) => {
      if (isMissing(axis)) return 1
      const reach = input[axis]! + before[axis]! - (forPooling ? 1 : span[axis]! - next(0, 2))
      return Math.max(1, Math.floor(reach / strides[axis]!) + (forPooling ? next(0, 1) : 1))
    })
    const whole = triple((axis) =>
      forPooling
        ? Math.min(output[axis]!, Math.floor((input[axis]! - 1 + before[axis]!) / strides[axis]!) + 1)
        : output[axis]!,
    )
    return { input, window, strides, dilations, before, output: whole, groups: 1 }
  })
}

/** Visits each element of each window that lies in the input: positions of the output, the tap and the input. */
export function eachPlace(
  { input, window, output, strides, before, dilations }: ConvGeometry,
  visit: (output: number, tap: number, input: number) => void,
): void {
  const places = (sides: readonly number[]) => sides.reduce((product, side) => product * side, 1)
  const indexOf = (position: number, sides: readonly number[]): Triple => [
    Math.floor(position / (sides[1]! * sides[2]!)),
    Math.floor(position / sides[2]!) % sides[1]!,
    position % sides[2]!,
  ]
  for (let o = 0; o < places(output); o++) {
    for (let k = 0; k < places(window); k++) {
      const tap = indexOf(k, window)
      const at = indexOf(o, output).map(
        (i, axis) => i * strides[axis]! + tap[axis]! * dilations[axis]! - before[axis]!,
      )
      if (!at.every((i, axis) => i >= 0 && i < input[axis]!)) continue
      visit(o, k, (at[0]! * input[1]! + at[1]!) * input[2]! + at[2]!)
    }
  }
}
