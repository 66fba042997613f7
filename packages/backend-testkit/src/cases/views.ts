import type { Capabilities, DType } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { type Domain, real } from '../generators/numbers.ts'
import { type Layout, layouts, plans, type TensorPlan } from '../generators/plans.ts'
import { type ShapeOptions, shapes } from '../generators/shapes.ts'

/** The dtypes among some that a backend has. */
export function available(caps: Capabilities, some: readonly DType[]): Arbitrary<DType> {
  return fc.constantFrom(...some.filter((dtype) => caps.dtypes.has(dtype)))
}

/** Shapes that core may hand to a method: not empty, and of few enough dimensions. */
export function methodShapes(caps: Capabilities, options: ShapeOptions = {}): Arbitrary<number[]> {
  return shapes({ ...options, empty: false, maxRank: Math.min(options.maxRank ?? 6, caps.maxRank) })
}

/** Views that core may hand to a method: contiguous ones, perhaps with an offset, where the backend takes no others. */
export function methodViews(
  caps: Capabilities,
  shape: readonly number[],
  dtype: DType,
  domain: Domain = real,
): Arbitrary<TensorPlan> {
  const allowed: readonly Layout[] = caps.strided ? layouts : ['contiguous', 'row']
  return plans(shape, dtype, { domain, layouts: allowed })
}
