import type { Padding } from './pad.ts'

/**
 * Where windows lie in an input of one, two or three spatial axes: element k of window o, along each axis, is the
 * input's element o·stride + k − before. All arrays have one entry for each spatial axis.
 */
export interface PoolGeometry {
  /** The input's sizes. */
  readonly input: readonly number[]
  /** The sizes of a window. */
  readonly window: readonly number[]
  /** How many windows there are: the output's sizes. */
  readonly output: readonly number[]
  readonly strides: readonly number[]
  /** How far the first window begins before the input's first element. The last ones may reach beyond its end. */
  readonly before: readonly number[]
}

/** The same for a kernel: element k of window o is the input's element o·stride + k·dilation − before. */
export interface ConvGeometry extends PoolGeometry {
  readonly dilations: readonly number[]
  /** Into how many groups the channels fall; each group of the output's channels sees one group of the input's. */
  readonly groups: number
}

/** The elements that a window spans, gaps included. */
export function spanOf(size: number, dilation: number): number {
  return (size - 1) * dilation + 1
}

/** How many windows of a span there are along an axis, and how far the first begins before it. */
export function windowsAlong(
  length: number,
  span: number,
  stride: number,
  padding: 'valid' | 'same' | 'causal' | Padding,
): { readonly count: number; readonly before: number } {
  if (padding === 'same') {
    const count = Math.ceil(length / stride)
    const added = Math.max((count - 1) * stride + span - length, 0)
    return { count, before: Math.floor(added / 2) }
  }
  const [before, after] = padding === 'valid' ? [0, 0] : padding === 'causal' ? [span - 1, 0] : padding
  return { count: Math.floor((before + length + after - span) / stride) + 1, before }
}

/**
 * The size of a transposed convolution's output along an axis, and how far the convolution that it transposes begins
 * before it.
 *
 * Each element adds a stride but the last, which adds what `outputPadding` decides; without it, `same` gives the
 * input's size times the stride, and `valid` at least that.
 */
export function transposedAlong(
  length: number,
  span: number,
  stride: number,
  padding: 'valid' | 'same' | Padding,
  outputPadding: number | undefined,
): { readonly size: number; readonly before: number } {
  const others = (length - 1) * stride
  if (padding === 'same') {
    const last = outputPadding === undefined ? stride : (span % 2) + outputPadding
    return { size: others + last, before: Math.max(0, Math.floor((span - last) / 2)) }
  }
  if (padding === 'valid') {
    const last = outputPadding === undefined ? Math.max(span, stride) : span + outputPadding
    return { size: others + last, before: 0 }
  }
  const [before, after] = padding
  return { size: others + span - before - after + (outputPadding ?? 0), before }
}

/** How many elements windows need before and after an input; what they leave out at its ends does not count. */
export function marginsAlong(
  length: number,
  count: number,
  span: number,
  stride: number,
  before: number,
): readonly [before: number, after: number] {
  return [Math.max(0, before), Math.max(0, (count - 1) * stride + span - before - length)]
}
