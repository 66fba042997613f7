import type { View } from '../backend/backend.ts'
import { runContiguous } from '../dispatch/cast.ts'
import { fixedView } from '../dispatch/views.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { cast } from './cast.ts'
import { mean } from './mean.ts'
import { mul } from './mul.ts'
import { rsqrt } from './rsqrt.ts'
import { square } from './square.ts'
import { sub } from './sub.ts'

/** Which numbers are brought to one scale together. */
export interface Standardization {
  readonly axes: readonly number[]
  readonly epsilon: number
  /** Whether their mean is subtracted first. */
  readonly centered: boolean
}

/** Standardized numbers, and what they were scaled by: 1 / √(mean square + epsilon), of size 1 along the axes. */
export interface Standardized {
  readonly normal: Tensor
  readonly inverse: Tensor
}

/** Brings numbers to a mean square of 1, where they are centered also to a mean of 0. To be called in a `tidy`. */
export function standardize(x: Tensor, { axes, epsilon, centered }: Standardization): Standardized {
  const along = { axis: axes, keepDims: true }
  const deviations = centered ? sub(x, mean(x, along)) : x
  const inverse = rsqrt(add(mean(square(deviations), along), epsilon))
  return { normal: mul(deviations, inverse), inverse }
}

/** The gradient with respect to what was standardized, from that of the standardized numbers. */
export function standardizeGradient(
  g: Tensor,
  { normal, inverse }: Standardized,
  { axes, centered }: Standardization,
): Tensor {
  const along = { axis: axes, keepDims: true }
  const parallel = mul(normal, mean(mul(g, normal), along))
  return mul(inverse, sub(centered ? sub(g, mean(g, along)) : g, parallel))
}

/** Whether the axes are the last ones of a tensor: then what belongs together is a row, as fused kernels take it. */
export function areLast(axes: readonly number[], rank: number): boolean {
  return axes.length > 0 && axes.every((axis, i) => axis === rank - axes.length + i)
}

/** The tensor itself, or its integers and bools as float32. */
export function inFloat(x: Tensor): Tensor {
  return isFloat(x.dtype) ? x : cast(x, 'float32')
}

/** A tensor as fused kernels read it: contiguous, and fixed where a variable may change. */
export function readable(x: Tensor): View {
  return fixedView(runContiguous(x))
}
