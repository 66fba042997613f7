import type { Tensor } from '../tensor/tensor.ts'
import { clip } from './clip.ts'
import { exp } from './exp.ts'
import { mul } from './mul.ts'
import { neg } from './neg.ts'
import { square } from './square.ts'

// Beyond, the exponential is 0 in every float dtype; its slope would be infinity · 0.
const farthest = 1e4

/** The derivative 2/√π · exp(−x²) of the error function. */
export function erfSlope(x: Tensor): Tensor {
  return mul(exp(neg(square(clip(x, -farthest, farthest)))), 2 / Math.sqrt(Math.PI))
}
