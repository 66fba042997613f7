import { ArgumentError, type DataFormat, type PerAxis, ShapeError } from '@tapegrad/core'
import type { SymbolicShape } from '../engine/symbolic-tensor.ts'
import type { ConfigReader } from '../saving/config-reader.ts'
import { checkOneOf } from '../saving/option-values.ts'

/** How many spatial axes a layer works along. */
export type SpatialRank = 1 | 2 | 3

/** One number for each spatial axis, from an option that may be one for all. */
export function checkPerAxis(
  op: string,
  name: string,
  value: PerAxis,
  spatial: SpatialRank,
  least: 0 | 1 = 1,
): readonly number[] {
  const list: unknown = typeof value === 'number' ? new Array<number>(spatial).fill(value) : value
  const fits =
    Array.isArray(list) &&
    list.length === spatial &&
    list.every((side) => Number.isSafeInteger(side) && side >= least)
  if (fits) return Object.freeze([...(list as readonly number[])])
  const each = spatial === 1 ? 'a list of one' : `a list of ${spatial}`
  throw new ArgumentError(`${name} is not made of whole numbers of at least ${least}`, {
    op,
    received: { [name]: value },
    expected: `a whole number of at least ${least}, or ${each}`,
  })
}

/** Checks an option that says where the channels are. Default: channelsLast. */
export function checkDataFormat(op: string, value: unknown = 'channelsLast'): DataFormat {
  return checkOneOf(op, 'dataFormat', value, ['channelsLast', 'channelsFirst'])
}

/** A whole number or a list of them, as Keras writes sizes and axes. */
export function readIntegers(read: ConfigReader, key: string): number | readonly number[]
export function readIntegers<F extends number | null>(
  read: ConfigReader,
  key: string,
  fallback: F,
): number | readonly number[] | F
export function readIntegers(
  read: ConfigReader,
  key: string,
  fallback?: number | null,
): number | readonly number[] | null {
  const value = read.json(key, fallback)
  if (value === null && fallback === null) return null
  return typeof value === 'number' ? read.integer(key, fallback ?? undefined) : read.integers(key)
}

export function readDataFormat(read: ConfigReader): DataFormat {
  const format = read.oneOf('data_format', ['channels_last', 'channels_first'], null)
  return format === 'channels_first' ? 'channelsFirst' : 'channelsLast'
}

/** The data format as Keras writes it. */
export function wireDataFormat(dataFormat: DataFormat): string {
  return dataFormat === 'channelsFirst' ? 'channels_first' : 'channels_last'
}

/** The axis of the channels, as input specs name it. */
export function channelAxis(dataFormat: DataFormat): number {
  return dataFormat === 'channelsFirst' ? 1 : -1
}

/** The spatial axes of an input. */
export function spatialAxes(dataFormat: DataFormat, spatial: number): readonly number[] {
  const first = dataFormat === 'channelsFirst' ? 2 : 1
  return Array.from({ length: spatial }, (_, i) => first + i)
}

/** The number of channels, which must be known where weights have its size. */
export function knownChannels(op: string, shape: SymbolicShape, dataFormat: DataFormat): number {
  const channels = shape.at(channelAxis(dataFormat))
  if (typeof channels === 'number') return channels
  throw new ShapeError('the number of channels must be known', {
    op,
    received: { inputShape: shape, dataFormat },
    expected: `a size along axis ${channelAxis(dataFormat)}`,
  })
}

/** A shape whose spatial sizes and channels are replaced. */
export function replaceSides(
  [batch = null, ...others]: SymbolicShape,
  dataFormat: DataFormat,
  side: (length: number | null, i: number) => number | null,
  channels: (before: number | null) => number | null,
): SymbolicShape {
  const sides = dataFormat === 'channelsFirst' ? others.slice(1) : others.slice(0, -1)
  const before = (dataFormat === 'channelsFirst' ? others[0] : others.at(-1)) ?? null
  const after = sides.map(side)
  return dataFormat === 'channelsFirst'
    ? [batch, channels(before), ...after]
    : [batch, ...after, channels(before)]
}

/** How many windows of a span there are along an axis; null where its length is not known. */
export function countWindows(
  length: number | null,
  span: number,
  stride: number,
  padding: 'valid' | 'same' | 'causal',
): number | null {
  if (length === null) return null
  return padding === 'valid' ? Math.floor((length - span) / stride) + 1 : Math.ceil(length / stride)
}
