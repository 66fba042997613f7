import type { ConvGeometry, PoolGeometry } from '@tapegrad/core'

/** How windows lie, with dilations. */
export type Geometry = PoolGeometry & Pick<ConvGeometry, 'dilations'>

/** How many rows a volume has: all its places but those along the last axis. */
export function rowsOf([depth, height]: readonly number[]): number {
  return depth! * height!
}

/** How many places a volume has. */
export function placesOf([depth, height, width]: readonly number[]): number {
  return depth! * height! * width!
}

/** Visits rows of all images' outputs, each with every row of taps that meets a row of the input. */
export function forEachRow(
  { input, window, output, strides, before, dilations }: Geometry,
  firstRow: number,
  lastRow: number,
  visit: (outputRow: number, inputRow: number, tapRow: number) => void,
): void {
  const [depth, height] = input as readonly [number, number]
  const [tapDepth, tapHeight] = window as readonly [number, number]
  for (let row = firstRow; row < lastRow; row++) {
    const plane = Math.floor(row / output[1]!)
    const image = Math.floor(plane / output[0]!)
    const fromDepth = (plane % output[0]!) * strides[0]! - before[0]!
    const fromHeight = (row % output[1]!) * strides[1]! - before[1]!
    for (let i = 0; i < tapDepth; i++) {
      const d = fromDepth + i * dilations[0]!
      if (d < 0 || d >= depth) continue
      for (let j = 0; j < tapHeight; j++) {
        const h = fromHeight + j * dilations[1]!
        if (h >= 0 && h < height) visit(row, (image * depth + d) * height + h, i * tapHeight + j)
      }
    }
  }
}

/** Whether all taps of all windows lie in the input. */
export function isInside({ input, window, output, strides, before, dilations }: Geometry): boolean {
  return input.every((size, axis) => {
    const last = (output[axis]! - 1) * strides[axis]! + (window[axis]! - 1) * dilations[axis]! - before[axis]!
    return before[axis]! <= 0 && last < size
  })
}
