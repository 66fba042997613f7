import {
  ArgumentError,
  broadcastTo,
  cast,
  checkOptionNames,
  logicalAnd,
  reshape,
  ShapeError,
  Tensor,
} from '@tapegrad/core'

/** What weighs and hides values. */
export interface Weighting {
  /** A weight for each sample, or for each of its elements: its axes are the values' first ones. */
  readonly sampleWeight?: Tensor | null
  /** False (or 0) where a value does not count. Default: the mask that came with the predictions; null: none. */
  readonly mask?: Tensor | null
}

/** Checks that nothing else weighs or hides values: a misspelt name must not be ignored. */
export function checkWeighting(op: string, weighting: Weighting): void {
  checkOptionNames(op, weighting, ['sampleWeight', 'mask'])
}

/**
 * Weights or a mask with as many axes as the values they belong to: their axes are the first ones of the values, and
 * axes of size 1 are added or dropped at the end.
 *
 * @throws {@link ShapeError} when the axes do not agree.
 */
export function alignWeights(op: string, name: string, weights: Tensor, values: Tensor): Tensor {
  if (!(weights instanceof Tensor)) {
    throw new ArgumentError(`${name} is not a tensor`, { op, received: { [name]: weights } })
  }
  let shape = weights.shape
  while (shape.length > values.rank && shape.at(-1) === 1) shape = shape.slice(0, -1)
  if (shape.length > values.rank || shape.some((side, i) => side !== values.shape[i] && side !== 1)) {
    throw new ShapeError(`${name} does not fit the values it belongs to`, {
      op,
      received: { [name]: weights, values },
      expected: 'the sizes of the first axes of the values',
    })
  }
  const padded = [...shape, ...new Array<number>(values.rank - shape.length).fill(1)]
  return padded.length === weights.rank ? weights : reshape(weights, padded)
}

/** A mask as bool, with as many axes as the values. */
export function alignMask(op: string, mask: Tensor, values: Tensor): Tensor {
  const aligned = alignWeights(op, 'mask', mask, values)
  return aligned.dtype === 'bool' ? aligned : cast(aligned, 'bool')
}

/** A loss of the whole batch as often as there are weights or masks: each one weighs it, as in Keras. */
export function spreadScalar(values: Tensor, weightings: readonly (Tensor | null)[]): Tensor {
  if (values.rank > 0) return values
  const shapes = weightings.map((each) => (each instanceof Tensor ? each.shape : []))
  const [longest = []] = shapes.toSorted((a, b) => b.length - a.length)
  return longest.length === 0 ? values : broadcastTo(values, longest)
}

/** Where all masks count: that of the predictions and one that came out of the function itself. */
export function combineMasks(op: string, masks: readonly (Tensor | null)[], values: Tensor): Tensor | null {
  const [first, second] = masks.filter((mask) => mask !== null).map((mask) => alignMask(op, mask, values))
  if (first === undefined) return null
  return second === undefined ? first : logicalAnd(first, second)
}
