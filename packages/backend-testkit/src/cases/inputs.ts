import type { DType } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { type Domain, distinct, real, specialValues } from '../generators/numbers.ts'
import { type PlanOptions, plans, type TensorPlan } from '../generators/plans.ts'
import { broadcastableShapes, type ShapeOptions, shapes } from '../generators/shapes.ts'
import type { Call, CallOptions } from '../kit/op-spec.ts'

/** Which values inputs have, for each purpose. */
export interface Domains {
  readonly values?: Domain
  readonly gradient?: Domain
  /** Default: NaN, infinities, zeros and numbers of many magnitudes. */
  readonly special?: Domain
}

/** Gradients are computed many times: few elements, and no sides of 0, where there is nothing to see. */
export function sizeFor({ purpose }: CallOptions, options: ShapeOptions = {}): ShapeOptions {
  return purpose === 'gradient' ? { maxRank: 4, empty: false, ...options, maxSize: 12 } : options
}

/** How to draw an input: the domain for the purpose, in layouts where no two elements are the same one. */
export function drawing(options: CallOptions, domains: Domains = {}): PlanOptions {
  const { purpose } = options
  if (purpose === 'specialValues') return { domain: domains.special ?? specialValues }
  if (purpose === 'values') return { domain: withinIntegers(options, domains.values ?? real) }
  const domain = domains.gradient ?? real
  if (domain === allDifferent) return { domain, layouts: ['contiguous', 'transposed', 'sliced', 'flipped'] }
  return { domain }
}

/** The same numbers, but no integers that a device of floats does not have exactly. */
function withinIntegers({ dtype, maxInt }: CallOptions, domain: Domain): Domain {
  if (dtype !== 'int32' || maxInt >= 2 ** 31 - 1) return domain
  return (next, i) => Math.max(-maxInt, Math.min(maxInt, domain(next, i)))
}

/** For gradients of what depends on the order of elements. */
export const allDifferent: Domain = /* @__PURE__ */ distinct(-3, 3)

/** Calls with one input and no attributes. */
export function oneInput(
  options: CallOptions,
  domains: Domains = {},
  size: ShapeOptions = {},
): Arbitrary<Call<undefined>> {
  return shapes(sizeFor(options, size))
    .chain((shape) => plans(shape, options.dtype, drawing(options, domains)))
    .map((x) => ({ inputs: [x], attributes: undefined }))
}

/** Calls with one input, and attributes that depend on its shape; where they ask for another shape, with that one. */
export function withAttributes<A>(
  options: CallOptions,
  size: ShapeOptions,
  attributesOf: (shape: readonly number[]) => Arbitrary<A>,
  domains: Domains = {},
  fitted: (attributes: A, shape: readonly number[]) => readonly number[] = (_, shape) => shape,
): Arbitrary<Call<A>> {
  return shapes(sizeFor(options, size)).chain((shape) =>
    attributesOf(shape).chain((attributes) =>
      plans(fitted(attributes, shape), options.dtype, drawing(options, domains)).map((x) => ({
        inputs: [x],
        attributes,
      })),
    ),
  )
}

/** A dtype for a further input: often that of the first, else any that the backend has. */
export function otherDType({ dtype, dtypes, purpose }: CallOptions): Arbitrary<DType> {
  if (purpose === 'gradient') return fc.constant(dtype)
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(dtype) },
    { weight: 1, arbitrary: fc.constantFrom(...dtypes) },
  )
}

/** Two tensors of shapes that broadcast, each with its own domain. */
export function broadcastPair(
  options: CallOptions,
  a: Domains,
  b: Domains = a,
): Arbitrary<readonly [TensorPlan, TensorPlan]> {
  return fc
    .tuple(broadcastableShapes(2, sizeFor(options)), otherDType(options))
    .chain(([[p, q], dtype]) =>
      fc.tuple(
        plans(p!, options.dtype, drawing(options, a)),
        plans(q!, dtype, drawing({ ...options, dtype }, b)),
      ),
    )
}
