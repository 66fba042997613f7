import {
  ArgumentError,
  broadcastTo,
  cast,
  expandDims,
  reshape,
  ShapeError,
  Tensor,
  transpose,
} from '@tapegrad/core'
import { type AttentionAxes, countSteps } from './attention-axes.ts'
import { allOf, stepMask, windowMask } from './attention-masks.ts'
import type { Masks } from './merge.ts'

const op = 'MultiHeadAttention'

/** Where queries attend to keys, broadcasting to [apart…, heads, queries, keys]; null where nothing is left out. */
export function maskForHeads(
  axes: AttentionAxes,
  [query, value, key]: readonly [Tensor, Tensor, Tensor],
  masks: Masks,
  attentionMask: unknown,
  slidingWindow: number | null,
): Tensor | null {
  const along = (x: Tensor, mask: Tensor | null | undefined, axis: number): Tensor | null => {
    if (mask === null || mask === undefined) return null
    return expandDims(maskHeads(stepMask(op, mask, x), axes, x), { axis })
  }
  const [steps, keys] = [countSteps(query.shape, axes.attended), countSteps(key.shape, axes.attended)]
  return allOf([
    along(query, masks[0], -1),
    along(value, masks[1], -2),
    along(key, masks[2], -2),
    slidingWindow === null ? null : windowMask(steps, keys, slidingWindow, query.storage.backend),
    attentionMask === null ? null : maskPairs(checkTensor(attentionMask), axes, query, key),
  ])
}

function checkTensor(mask: unknown): Tensor {
  if (mask instanceof Tensor) return cast(mask, 'bool')
  throw new ArgumentError('attentionMask is not a tensor', {
    op,
    received: { attentionMask: mask },
    expected: 'a tensor of shape [batch, queries, keys], or null',
  })
}

/** The mask of steps [batch, …] as [apart…, 1, steps]; the axes attended to become one. */
function maskHeads(mask: Tensor, { attended, apart }: AttentionAxes, x: Tensor): Tensor {
  const ordered = transpose(mask, [...apart, ...attended])
  const outer = ordered.shape.slice(0, apart.length)
  if (attended.length === 1) return reshape(ordered, [...outer, 1, ordered.shape.at(-1)!])
  const whole = broadcastTo(ordered, [...outer, ...attended.map((axis) => x.shape[axis]!)])
  return reshape(whole, [...outer, 1, countSteps(x.shape, attended)])
}

/** A mask of pairs of steps, [batch, …, queries…, keys…], as one that broadcasts to [apart…, heads, queries, keys]. */
function maskPairs(mask: Tensor, { attended, apart }: AttentionAxes, query: Tensor, key: Tensor): Tensor {
  const pairs = 2 * attended.length
  const outerRank = apart.length + 1
  const outer = mask.shape.slice(0, Math.max(0, mask.rank - pairs))
  if (mask.rank < pairs || outer.length > outerRank) {
    throw new ShapeError('the attention mask has another number of axes', {
      op,
      received: { attentionMask: mask },
      expected: `from ${pairs} to ${outerRank + pairs}: the batch, the queries and the keys`,
    })
  }
  const aligned = [...outer, ...new Array<number>(outerRank - outer.length).fill(1)]
  const inner = mask.shape.slice(mask.rank - pairs)
  if (pairs === 2) return reshape(mask, [...aligned, ...inner])
  const sides = [...attended.map((axis) => query.shape[axis]!), ...attended.map((axis) => key.shape[axis]!)]
  if (!inner.every((side, i) => side === 1 || side === sides[i])) {
    throw new ShapeError('the attention mask does not broadcast to the weights', {
      op,
      received: { attentionMask: mask },
      expected: `along its last axes ${sides.join(', ')}`,
    })
  }
  const whole = broadcastTo(mask, [...outer, ...sides])
  return reshape(whole, [...aligned, countSteps(query.shape, attended), countSteps(key.shape, attended)])
}
