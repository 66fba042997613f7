/** An array as lines along an axis: element j of line l lies at first(l) + j · step, and element i on lineOf(i). */
export function linesAlong(shape: readonly number[], axis: number) {
  const product = (sides: readonly number[]): number => sides.reduce((size, side) => size * side, 1)
  const length = shape[axis]!
  const step = product(shape.slice(axis + 1))
  return {
    lines: product(shape) / length,
    length,
    step,
    first: (line: number) => Math.floor(line / step) * length * step + (line % step),
    lineOf: (i: number) => Math.floor(i / (length * step)) * step + (i % step),
  }
}
