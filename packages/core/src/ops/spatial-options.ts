import { ArgumentError, ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Padding } from './pad.ts'
import { permuteAxes } from './transpose.ts'

/** Where the channels are: [batch, ...spatial, channels] or [batch, channels, ...spatial]. */
export type DataFormat = 'channelsLast' | 'channelsFirst'

/** One number for all spatial axes, or one for each. */
export type PerAxis = number | readonly number[]

/** One number for each spatial axis, from an option that may be one for all. */
export function checkPerAxis(
  op: string,
  name: string,
  value: PerAxis,
  spatial: number,
  least = 1,
): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(spatial).fill(value) : value
  const areWhole =
    Array.isArray(list) &&
    Array.from(list).every((side: unknown) => Number.isInteger(side) && (side as number) >= least)
  if (areWhole && list.length === spatial) return list
  const each = spatial === 1 ? 'a list of one' : `a list of ${spatial}, one for each spatial axis`
  throw new ArgumentError(
    areWhole
      ? `${name} does not have one number for each spatial axis`
      : `${name} is not made of whole numbers of at least ${least}`,
    { op, received: { [name]: value }, expected: `a whole number of at least ${least}, or ${each}` },
  )
}

/** What to add along each spatial axis. */
export function checkPadding<Name extends string>(
  op: string,
  padding: Name | readonly Padding[],
  names: readonly Name[],
  spatial: number,
): readonly (Name | Padding)[] {
  if (typeof padding === 'string' && names.includes(padding)) return new Array<Name>(spatial).fill(padding)
  const arePairs =
    Array.isArray(padding) &&
    padding.length === spatial &&
    Array.from(padding).every(
      (pair: unknown) =>
        Array.isArray(pair) &&
        pair.length === 2 &&
        Array.from(pair).every((count: unknown) => Number.isInteger(count) && (count as number) >= 0),
    )
  if (arePairs) return padding as readonly Padding[]
  throw new ArgumentError('padding is none that there is', {
    op,
    received: { padding },
    expected: `${names.map((name) => `'${name}'`).join(', ')}, or ${new Array(spatial).fill('[before, after]').join(', ')} in a list`,
  })
}

/** Throws for a format that there is not. */
export function checkDataFormat(op: string, dataFormat: DataFormat): void {
  if (dataFormat === 'channelsLast' || dataFormat === 'channelsFirst') return
  throw new ArgumentError('dataFormat is none that there is', {
    op,
    received: { dataFormat },
    expected: "'channelsLast' or 'channelsFirst'",
  })
}

/** Throws where the tensor does not have a batch, channels and as many spatial axes as the op is for. */
export function checkSpatialRank(op: string, x: Tensor, spatial: number, dataFormat: DataFormat): void {
  checkDataFormat(op, dataFormat)
  if (x.shape.length === spatial + 2) return
  const axes = ['depth', 'height', 'width'].slice(3 - spatial).join(', ')
  throw new ShapeError(`x does not have ${spatial + 2} dimensions`, {
    op,
    received: { x },
    expected: dataFormat === 'channelsLast' ? `[batch, ${axes}, channels]` : `[batch, channels, ${axes}]`,
    ...(x.shape.length === spatial + 1 ? { hint: 'expandDims(x, { axis: 0 }) makes a batch of one' } : {}),
  })
}

/** Computes with channels last, whatever the format of the tensor and of the result. */
export function inChannelsLast(x: Tensor, dataFormat: DataFormat, compute: (x: Tensor) => Tensor): Tensor {
  if (dataFormat === 'channelsLast') return compute(x)
  const rank = x.shape.length
  const spatial = x.shape.slice(2).map((_, i) => i)
  return tidy(() => {
    const out = compute(permuteAxes(x, [0, ...spatial.map((i) => i + 2), 1]))
    return permuteAxes(out, [0, rank - 1, ...spatial.map((i) => i + 1)])
  })
}
