import type { View } from '@tapegrad/core'
import type { DeviceQueue } from '../device/device-queue.ts'
import type { GpuHandle } from '../device/slot.ts'
import { castExpression, kindOf } from './element-kind.ts'
import { cast } from './elementwise.ts'
import { integer, stridedForm } from './indexing.ts'
import { kernel } from './kernel.ts'

/*
 * What the device has made it never changes: a region is written by making the whole storage again, each element
 * either the old one or, inside the region, a new one.
 */

/** A region by its dimensions of more than one element, from the longest stride down, all strides positive. */
interface Region {
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  /** The dimension of the view that each of these is, and whether it runs backwards. */
  readonly dimensions: readonly { readonly axis: number; readonly flipped: boolean }[]
}

function regionOf({ shape, strides, offset }: View): Region {
  const dimensions = shape
    .map((_, axis) => ({ axis, flipped: strides[axis]! < 0 }))
    .filter(({ axis }) => shape[axis] !== 1)
    .sort((p, q) => Math.abs(strides[q.axis]!) - Math.abs(strides[p.axis]!))
  let first = offset
  for (const { axis, flipped } of dimensions) if (flipped) first += strides[axis]! * (shape[axis]! - 1)
  return {
    offset: first,
    shape: dimensions.map(({ axis }) => shape[axis]!),
    strides: dimensions.map(({ axis }) => Math.abs(strides[axis]!)),
    dimensions,
  }
}

function isWhole({ contiguous, size, storage }: View): boolean {
  return contiguous && size === storage.length
}

/** out = value */
export function fill(queue: DeviceQueue, out: View<GpuHandle>, value: number): void {
  if (isWhole(out)) {
    queue.launch({
      op: 'fill',
      source: kernel('fill', () => ({
        arrays: [],
        integers: [],
        floats: ['value'],
        body: 'return value;',
      })),
      inputs: [],
      integers: [],
      floats: [value],
      out: out.storage,
    })
    return
  }
  const region = regionOf(out)
  const { rank, name } = stridedForm(region.shape.length)
  queue.launch({
    op: 'fill',
    source: kernel(`fill of a region, ${name}`, () => ({
      arrays: ['old'],
      integers: regionNames(rank),
      floats: ['value'],
      body: `${insideRegion(rank)}
        return inside > 0 ? value : old[this.thread.x];`,
    })),
    inputs: [out.storage],
    integers: regionArguments(region, rank),
    floats: [value],
    out: out.storage,
  })
}

/** out = x, cast */
export function copy(queue: DeviceQueue, x: View<GpuHandle>, out: View<GpuHandle>): void {
  if (isWhole(out)) {
    cast(queue, x, out)
    return
  }
  const region = regionOf(out)
  const { rank, name } = stridedForm(region.shape.length)
  const [from, to] = [kindOf(x.dtype), kindOf(out.dtype)]
  queue.launch({
    op: 'copy',
    source: kernel(`copy to a region, ${from} to ${to}, ${name}`, () => ({
      arrays: ['old', 'xs'],
      integers: [...regionNames(rank), 'xo', ...numbered('x', rank)],
      floats: [],
      body: `${insideRegion(rank)}
        let result = old[this.thread.x];
        if (inside > 0) {
          const v = xs[xo${numbered('x', rank)
            .map((stride, d) => ` + i${d} * ${stride}`)
            .join('')}];
          result = ${castExpression(from, to)};
        }
        return result;`,
    })),
    inputs: [out.storage, x.storage],
    integers: [...regionArguments(region, rank), ...placeInRegion(x, region, rank)],
    floats: [],
    out: out.storage,
  })
}

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}${i}`)

function regionNames(rank: number): string[] {
  return ['offset', ...numbered('n', rank), ...numbered('s', rank)]
}

function regionArguments({ offset, shape, strides }: Region, rank: number): number[] {
  const missing = rank - shape.length
  // A dimension of one element: any stride beyond the region's extent gives the index 0.
  const beyond = shape.length === 0 ? 1 : shape[0]! * strides[0]!
  const ones = new Array<number>(missing)
  return [offset, ...ones.fill(1), ...shape, ...new Array<number>(missing).fill(beyond), ...strides]
}

/** The offset and strides of x along the dimensions of the region. */
function placeInRegion(x: View, { dimensions }: Region, rank: number): number[] {
  let offset = x.offset
  const strides = dimensions.map(({ axis, flipped }) => {
    const stride = x.strides[axis]!
    if (!flipped) return stride
    offset += stride * (x.shape[axis]! - 1)
    return -stride
  })
  return [offset, ...new Array<number>(rank - strides.length).fill(0), ...strides]
}

/** Statements that set `inside`, and i0, i1, … to the indices in the region, by dividing by its strides in turn. */
function insideRegion(rank: number): string {
  const lines = numbered('', rank).map(
    (d) => `${integer(`i${d}`, `quotient(r, s${d})`)}
      r = r - i${d} * s${d};
      if (i${d} >= n${d}) { inside = 0; }`,
  )
  return `
    let inside = 1;
    ${integer('r', 'this.thread.x - offset')}
    if (r < 0) { inside = 0; r = 0; }
    ${lines.join('\n')}
    if (r > 0) { inside = 0; }`
}
