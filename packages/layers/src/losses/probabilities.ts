import { clip, type Tensor } from '@tapegrad/core'

/** What keeps logarithms and quotients finite, as in Keras. */
export const epsilon = 1e-7

/** Probabilities whose logarithms are finite: at least 1e-7 from 0 and 1. */
export function clipProbabilities(x: Tensor): Tensor {
  return clip(x, epsilon, 1 - epsilon)
}
