import type { FloatMath, Vectors } from '../elementwise/vector-math.ts'

/** w − decay · w, the decay of weights that comes before a step; w itself where there is none. */
export function decayed(m: FloatMath, w: Vectors, decay: Vectors | undefined): Vectors {
  return decay === undefined ? w : m.sub(w, m.mul(w, decay))
}
