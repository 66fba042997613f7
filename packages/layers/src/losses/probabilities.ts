import { clip, type Tensor } from '@tapegrad/core'

const epsilon = 1e-7

/** Probabilities whose logarithms are finite: at least 1e-7 from 0 and 1. */
export function clipProbabilities(x: Tensor): Tensor {
  return clip(x, epsilon, 1 - epsilon)
}
