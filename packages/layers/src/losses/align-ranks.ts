import { reshape, type Tensor } from '@tapegrad/core'

/**
 * Makes the ranks of targets and predictions equal where they differ by a last axis of size 1, as Keras does:
 * beside [n, 1], [n] becomes [n, 1]; beside other ranks, the axis is dropped. Other pairs come back as they are.
 */
export function alignRanks(yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
  if (yTrue.rank === yPred.rank + 1 && yTrue.shape.at(-1) === 1) {
    return yPred.rank === 1
      ? [yTrue, reshape(yPred, [-1, 1])]
      : [reshape(yTrue, yTrue.shape.slice(0, -1)), yPred]
  }
  if (yPred.rank === yTrue.rank + 1 && yPred.shape.at(-1) === 1) {
    return yTrue.rank === 1
      ? [reshape(yTrue, [-1, 1]), yPred]
      : [yTrue, reshape(yPred, yPred.shape.slice(0, -1))]
  }
  return [yTrue, yPred]
}
