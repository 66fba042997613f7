import { copyView } from '../dispatch/copy.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { computed } from '../dispatch/prepare.ts'
import { runArgReduce } from '../dispatch/reduce.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { expandView } from '../dispatch/views.ts'
import { foldWindows } from '../dispatch/windows.ts'
import { tidy } from '../memory/scope.ts'
import { alias, allocate, fromData, type Tensor } from '../tensor/tensor.ts'
import { marginsAlong, type PoolGeometry } from './conv-geometry.ts'
import { gatherAlong, scatterAlong } from './gather-along.ts'
import { placeRegion, regionAlong, sliceRegion, viewOfRegion } from './region.ts'

/*
 * Pooling that is composed: the maxima and the sums over boxes are those over lines along one axis of those along the
 * next. Tensors are channels-last, [batch, ...spatial, channels]; the last spatial axis goes first, so that of equal
 * maxima the first in row-major order is found.
 */

/** Windows along one axis of a tensor. */
interface AxisWindows {
  readonly axis: number
  readonly length: number
  readonly size: number
  readonly count: number
  readonly stride: number
  readonly before: number
}

function windowsOf({ input, window, output, strides, before }: PoolGeometry): readonly AxisWindows[] {
  return input.map((length, i) => ({
    axis: i + 1,
    length,
    size: window[i]!,
    count: output[i]!,
    stride: strides[i]!,
    before: before[i]!,
  }))
}

const marginsOf = ({ length, count, size, stride, before }: AxisWindows): readonly [number, number] =>
  marginsAlong(length, count, size, stride, before)

/** The windows as a view, their elements as an axis after that of the windows. */
function lookAlong(x: Tensor, { axis, count, size, stride }: AxisWindows): Tensor {
  const step = x.strides[axis]!
  return alias(
    x,
    [...x.shape.slice(0, axis), count, size, ...x.shape.slice(axis + 1)],
    [...x.strides.slice(0, axis), step * stride, step, ...x.strides.slice(axis + 1)],
    x.offset,
  )
}

/** A tensor of which the axis after the windows was reduced, without it. */
function withoutLine(x: Tensor, { axis }: AxisWindows): Tensor {
  const shape = x.shape.filter((_, i) => i !== axis + 1)
  return alias(
    x,
    shape,
    x.strides.filter((_, i) => i !== axis + 1),
    x.offset,
  )
}

/** The largest element of each window. */
export function composeMaxPool(x: Tensor, geometry: PoolGeometry): Tensor {
  return tidy(() => windowsOf(geometry).reduceRight(maxAlong, x))
}

function maxAlong(x: Tensor, windows: AxisWindows): Tensor {
  return withoutLine(
    runReduction('max', lookAlong(repeatEnds(x, windows), windows), [windows.axis + 1]),
    windows,
  )
}

/**
 * The tensor with its first and last element along an axis repeated as far as windows reach. A window that reaches
 * beyond an end contains the element there, so that its maximum stays what it is, in every dtype.
 */
function repeatEnds(x: Tensor, windows: AxisWindows): Tensor {
  const { axis, length } = windows
  const [before, after] = marginsOf(windows)
  if (before === 0 && after === 0) return x
  const whole = x.shape.map((side, i) => (i === axis ? before + length + after : side))
  return computed(allocate(x.storage.backend, x.dtype, whole), (out) => {
    const put = (start: number, count: number, from: Tensor): void => {
      const region = viewOfRegion(out, regionAlong(whole, axis, start, count))
      copyView(expandView(from, region.shape), region)
    }
    put(before, length, x)
    put(0, before, sliceRegion(x, regionAlong(x.shape, axis, 0, 1)))
    put(before + length, after, sliceRegion(x, regionAlong(x.shape, axis, length - 1, 1)))
  })
}

/** Where along an axis the first maximum of each window is. */
function firstMaxima(x: Tensor, windows: AxisWindows): Tensor {
  const { axis, count, stride, before, length } = windows
  const inWindow = withoutLine(
    runArgReduce('max', lookAlong(repeatEnds(x, windows), windows), axis + 1),
    windows,
  )
  const starts = fromData(
    x.storage.backend,
    'int32',
    x.shape.map((_, i) => (i === axis ? count : 1)),
    Int32Array.from({ length: count }, (_, o) => o * stride - before),
  )
  const positions = runBinary('add', inWindow, starts)
  if (marginsOf(windows).every((margin) => margin === 0)) return positions
  return runBinary('minimum', runBinary('maximum', positions, 0), length - 1)
}

/** The axes in the order in which maxima are found, with the positions of the first maximum of each window. */
function maximaByAxis(x: Tensor, geometry: PoolGeometry): { windows: AxisWindows; positions: Tensor }[] {
  let seen = x
  return [...windowsOf(geometry)].reverse().map((windows) => {
    const positions = firstMaxima(seen, windows)
    seen = gatherAlong(seen, positions, windows)
    return { windows, positions }
  })
}

/** The gradient of the maxima, at the first maximum of each window of `x`. */
export function composeMaxPoolGradient(g: Tensor, x: Tensor, geometry: PoolGeometry): Tensor {
  return tidy(() =>
    maximaByAxis(x, geometry).reduceRight(
      (spread, { windows, positions }) => scatterAlong(positions, spread, windows),
      g,
    ),
  )
}

/** The elements of `h` where the first maximum of each window of `x` is. */
export function composeMaxPoolPick(h: Tensor, x: Tensor, geometry: PoolGeometry): Tensor {
  return tidy(() =>
    maximaByAxis(x, geometry).reduce(
      (picked, { windows, positions }) => gatherAlong(picked, positions, windows),
      h,
    ),
  )
}

/** The mean of what of each window lies in the input. */
export function composeAveragePool(x: Tensor, geometry: PoolGeometry): Tensor {
  return tidy(() => divideByCounts(windowsOf(geometry).reduceRight(sumAlong, x), geometry))
}

function sumAlong(x: Tensor, windows: AxisWindows): Tensor {
  const { axis, length } = windows
  const [before, after] = marginsOf(windows)
  const isInside = before === 0 && after === 0
  const whole = x.shape.map((side, i) => (i === axis ? before + length + after : side))
  const region = { ...regionAlong(whole, axis, before, length), shape: x.shape }
  const padded = isInside ? x : placeRegion(x, { region, value: 0 })
  return withoutLine(runReduction('sum', lookAlong(padded, windows), [axis + 1]), windows)
}

/** The gradient of the means: each of a window's elements gets its part. */
export function composeAveragePoolGradient(g: Tensor, geometry: PoolGeometry): Tensor {
  return tidy(() => windowsOf(geometry).reduce(spreadAlong, divideByCounts(g, geometry)))
}

function spreadAlong(g: Tensor, windows: AxisWindows): Tensor {
  const { axis, length, count, size, stride } = windows
  const [before, after] = marginsOf(windows)
  const repeated = alias(g, [...g.shape, size], [...g.strides, 0], g.offset)
  const folded = foldWindows(repeated, {
    axis,
    length: before + length + after,
    count,
    size,
    stride,
    dilation: 1,
  })
  return sliceRegion(folded, regionAlong(folded.shape, axis, before, length))
}

/** Divides by how many elements of each window lie in the input. */
function divideByCounts(x: Tensor, geometry: PoolGeometry): Tensor {
  const counts = windowsOf(geometry).map(({ count, stride, before, size, length }) =>
    Array.from({ length: count }, (_, o) => {
      const start = o * stride - before
      return Math.min(start + size, length) - Math.max(start, 0)
    }),
  )
  const sizes = geometry.window
  const areWhole = counts.every((along, i) => along.every((count) => count === sizes[i]))
  if (areWhole)
    return runBinary(
      'div',
      x,
      sizes.reduce((product, size) => product * size, 1),
    )
  const products = counts.reduce((before, along) => before.flatMap((a) => along.map((b) => a * b)), [1])
  const shape = [1, ...geometry.output, 1]
  const data = x.dtype === 'float64' ? Float64Array.from(products) : Float32Array.from(products)
  return runBinary('div', x, fromData(x.storage.backend, x.dtype, shape, data))
}
