import { broadcastTo, cast, expandDims, ShapeError, type Tensor } from '@tapegrad/core'

/** The mask of the steps of sequences as bools; one of whole sequences is that of all their steps. */
export function sequenceMask(op: string, mask: Tensor, x: Tensor): Tensor {
  if (mask.rank === 1) return broadcastTo(expandDims(cast(mask, 'bool'), { axis: 1 }), x.shape.slice(0, 2))
  if (mask.rank === 2) return cast(mask, 'bool')
  throw new ShapeError('the mask is not one of whole steps', {
    op,
    received: { x, mask },
    expected: 'a mask of shape [batch, steps]',
  })
}
