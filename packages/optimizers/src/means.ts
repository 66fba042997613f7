import { add, mul, sub, type Tensor } from '@tapegrad/core'

/** weight · past + (1 − weight) · present */
export function mix(past: Tensor, present: Tensor, weight: number): Tensor {
  return add(mul(past, weight), mul(present, 1 - weight))
}

/** past + (1 − weight) · (present − past): the same but for rounding, and what Keras computes in Adam and its kin. */
export function moveToward(past: Tensor, present: Tensor, weight: number): Tensor {
  return add(past, mul(sub(present, past), 1 - weight))
}
