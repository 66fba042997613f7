import type { Data, DType } from './dtype.ts'
import { rowMajorStrides, type Shape } from './shape.ts'

/** From this many elements on, long axes are shortened. */
const summarizeFrom = 1000
/** How many elements stay at each end of a shortened axis. */
const edge = 3
const digits = 4

/** `Tensor float32[2, 3]`, with a remark where there is one. */
export function formatHeader(dtype: DType, shape: Shape, remark?: string): string {
  return `Tensor ${dtype}[${shape.join(', ')}]${remark === undefined ? '' : ` (${remark})`}`
}

/**
 * The header and the values as NumPy prints them: in columns of one width, the middle of long axes left out.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.set_printoptions.html
 */
export function formatData(data: Data, dtype: DType, shape: Shape): string {
  const shown = shownPositions(shape, data.length > summarizeFrom)
  const text = formatElements(data, dtype, visibleOffsets(shape, shown))
  const width = largest(
    0,
    [...text.values()].map((element) => element.length),
  )
  const strides = rowMajorStrides(shape)
  const block = (axis: number, offset: number): string => {
    if (axis === shape.length) return text.get(offset)!.padStart(width)
    const parts = shown[axis]!.map((i) =>
      i === undefined ? '...' : block(axis + 1, offset + i * strides[axis]!),
    )
    const isLast = axis === shape.length - 1
    // NumPy leaves an empty line for each dimension between blocks.
    const separator = isLast ? ' ' : `${'\n'.repeat(shape.length - 1 - axis)}${' '.repeat(axis + 1)}`
    return `[${parts.join(separator)}]`
  }
  return `${formatHeader(dtype, shape)}\n${data.length === 0 ? '[]' : block(0, 0)}`
}

/** For each axis the indices that are shown, with `undefined` where some are left out. */
function shownPositions(shape: Shape, summarize: boolean): (number | undefined)[][] {
  const range = (start: number, length: number): number[] => Array.from({ length }, (_, i) => start + i)
  return shape.map((side) =>
    summarize && side > 2 * edge
      ? [...range(0, edge), undefined, ...range(side - edge, edge)]
      : range(0, side),
  )
}

function visibleOffsets(shape: Shape, shown: readonly (readonly (number | undefined)[])[]): number[] {
  const strides = rowMajorStrides(shape)
  return shown.reduce<number[]>(
    (offsets, positions, axis) =>
      offsets.flatMap((offset) =>
        positions.flatMap((i) => (i === undefined ? [] : [offset + i * strides[axis]!])),
      ),
    [0],
  )
}

function formatElements(data: Data, dtype: DType, offsets: readonly number[]): Map<number, string> {
  const values = data.length === 0 ? [] : offsets.map((offset) => data[offset]!)
  const format = elementFormatter(values, dtype)
  return new Map(values.map((value, i) => [offsets[i]!, format(value)]))
}

function elementFormatter(values: readonly number[], dtype: DType): (value: number) => string {
  if (dtype === 'bool') return (value) => (value === 0 ? 'false' : 'true')
  if (dtype === 'int32' || dtype === 'uint8') return String
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs)
  const most = largest(0, sizes)
  const least = -largest(
    -Infinity,
    sizes.map((size) => -size),
  )
  const isScientific = most >= 1e8 || least < 1e-4 || most / least > 1e7
  const format = (value: number): string => (isScientific ? value.toExponential(digits) : trimmedFixed(value))
  const fraction = isScientific
    ? 0
    : largest(
        0,
        values.filter(Number.isFinite).map((value) => fractionLength(format(value))),
      )
  return (value) => {
    if (Number.isNaN(value)) return 'nan'
    if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
    const text = format(value)
    // Points stand below each other.
    return isScientific ? text : text + ' '.repeat(fraction - fractionLength(text))
  }
}

function trimmedFixed(value: number): string {
  const fixed = value.toFixed(digits).replace(/0{1,4}$/, '')
  return Object.is(value, -0) ? '-0.' : fixed
}

function fractionLength(text: string): number {
  return text.length - text.indexOf('.') - 1
}

/** Not Math.max(...values): there may be more values than a call takes arguments. */
function largest(least: number, values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), least)
}
