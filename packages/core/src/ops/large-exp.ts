import type { Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { exp } from './exp.ts'
import { greater } from './greater.ts'
import { mul } from './mul.ts'

/** Whether e⁻ˣ is nothing beside eˣ, in every float dtype, or the other way round. */
export function isLarge(x: Tensor): Tensor<'bool'> {
  return greater(abs(x), 80)
}

/** e^|x| / 2 for large x, as a product of roots: it is finite where the exponential alone is not any more. */
export function halfOfLargeExp(x: Tensor): Tensor {
  const root = exp(mul(abs(x), 0.5))
  return mul(root, mul(root, 0.5))
}
