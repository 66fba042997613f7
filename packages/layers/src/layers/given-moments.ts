import { ArgumentError, ShapeError, type TensorValues } from '@tapegrad/core'
import { type HostArray, hostArray } from './host-array.ts'

/** A mean or variance: one number, or one for each index along axes. */
export type MomentValues = TensorValues

/** A mean and variance that options give. */
export interface GivenMoments {
  readonly mean: HostArray
  readonly variance: HostArray
}

/** Checks a mean and variance that options give; null where they give none. */
export function givenMoments(
  op: string,
  mean: MomentValues | null,
  variance: MomentValues | null,
  axes: number,
): GivenMoments | null {
  if (mean === null && variance === null) return null
  if (mean === null || variance === null) {
    throw new ArgumentError('mean and variance are not given together', { op, received: { mean, variance } })
  }
  const given = { mean: hostArray(op, 'mean', mean), variance: hostArray(op, 'variance', variance) }
  if (
    !given.mean.data.every(Number.isFinite) ||
    !given.variance.data.every((v) => Number.isFinite(v) && v >= 0)
  ) {
    throw new ArgumentError('mean or variance is not one', {
      op,
      received: { mean, variance },
      expected: 'finite numbers, and variances of at least 0',
    })
  }
  const { shape } = given.mean
  if (shape.length <= axes && String(shape) === String(given.variance.shape)) return given
  throw new ShapeError('mean and variance have another shape', {
    op,
    received: { mean: shape, variance: given.variance.shape },
    expected: `the same one, with at most ${axes} axes`,
  })
}

/** The shape in which values along kept axes broadcast to an input; throws where they do not fit its sizes. */
export function spreadShape(
  op: string,
  { shape }: HostArray,
  rank: number,
  keptAxes: readonly number[],
  sizes: readonly number[],
): readonly number[] {
  const spread = new Array<number>(rank).fill(1)
  shape.forEach((side, i) => {
    const position = keptAxes.length - shape.length + i
    if (side !== 1 && side !== sizes[position]) {
      throw new ShapeError('mean and variance do not fit the sizes of the input', {
        op,
        received: { mean: shape },
        expected: `${sizes.join(', ')} along the axes`,
      })
    }
    spread[keptAxes[position]!] = side
  })
  return spread
}
