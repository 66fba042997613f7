import { defineOpWith } from '../autodiff/define-op.ts'
import { runCast } from '../dispatch/cast.ts'
import { runBinary } from '../dispatch/elementwise.ts'
import { runReduction } from '../dispatch/reduction.ts'
import { ArgumentError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { toFloatType } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mean, runMean } from './mean.ts'
import { mul } from './mul.ts'
import {
  countAlong,
  type ReductionAttributes,
  type ReductionOptions,
  reductionOptionNames,
  withAxes,
} from './reduction.ts'
import { sub } from './sub.ts'

/** How {@link variance} and {@link std} reduce. */
export interface VarianceOptions extends ReductionOptions {
  /** What is subtracted from the number of elements: 1 for an unbiased estimate from a sample. Default: 0. */
  readonly correction?: number
}

/** What the rules of `variance` and `std` know. */
export interface VarianceAttributes extends ReductionAttributes {
  readonly correction: number
}

const varianceAxes: (x: Tensor, attributes: VarianceAttributes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'variance',
  inputs: ['x'],
  save: ['x'],
  forward: (x: Tensor, attributes: VarianceAttributes) => runVariance(x, attributes),
  vjp: {
    x: (g, { x }, attributes) => mul(g, mul(2 / degreesOfFreedom(attributes), deviations(x, attributes))),
  },
})

/** The variances along axes, which are kept with size 1. */
export function runVariance(x: Tensor, attributes: VarianceAttributes): Tensor {
  return tidy(() => {
    const centered = runBinary('sub', runCast(x, toFloatType(x.dtype)), runMean(x, attributes))
    const total = runReduction('sum', runBinary('mul', centered, centered), attributes.axes)
    return runBinary('div', total, degreesOfFreedom(attributes))
  })
}

/** The number that the squares are divided by; 0 gives NaN. */
export function degreesOfFreedom(attributes: VarianceAttributes): number {
  return Math.max(countAlong(attributes) - attributes.correction, 0)
}

/** x − mean(x). */
export function deviations(x: Tensor, { axes }: VarianceAttributes): Tensor {
  return sub(x, mean(x, { axis: axes, keepDims: true }))
}

/** Runs a reduction with the correction that a user passed. */
export function withCorrection(
  op: string,
  x: Tensor,
  options: VarianceOptions | undefined,
  reduceAxes: (x: Tensor, attributes: VarianceAttributes) => Tensor,
): Tensor {
  const correction = options?.correction ?? 0
  if (!(Number.isFinite(correction) && correction >= 0)) {
    throw new ArgumentError('correction is not a number of at least 0', { op, received: { correction } })
  }
  const names = [...reductionOptionNames, 'correction']
  return withAxes(op, x, options, (y, attributes) => reduceAxes(y, { ...attributes, correction }), names)
}

/**
 * The variance of the elements along axes, Σ (xᵢ − mean(x))² / (n − correction).
 *
 * @param x A tensor of any dtype; integers and bools are cast to float32.
 * @param options `axis`, one or several (default: all), `keepDims` (default: false) and `correction` (default: 0).
 * @returns A float tensor; NaN where there are not more elements than the correction.
 * @throws {@link ShapeError} for an axis that the tensor does not have, {@link ArgumentError} for a negative correction.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.var.html
 * @example
 * ```ts
 * variance(tensor([1, 2, 3, 4])) // 1.25
 * variance(tensor([[1, 3], [2, 6]]), { axis: 1, correction: 1 }) // [2, 8]
 * ```
 */
export function variance(x: Tensor, options?: VarianceOptions): Tensor {
  return withCorrection('variance', x, options, varianceAxes)
}
