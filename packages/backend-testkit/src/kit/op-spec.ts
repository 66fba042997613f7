import { type Backend, type Capabilities, type DType, dtypes, type Tensor } from '@tapegrad/core'
import type { Arbitrary } from 'fast-check'
import type { TensorPlan } from '../generators/plans.ts'
import type { OracleArray } from '../oracle/array.ts'
import type { Group, Settings } from './case.ts'
import type { Tolerances } from './compare.ts'

/** What inputs are generated for: to compare values, the same with NaN and infinities, or to differentiate. */
export type Purpose = 'values' | 'specialValues' | 'gradient'

export interface CallOptions {
  readonly purpose: Purpose
  /** The dtype of the first input. */
  readonly dtype: DType
  /** What the backend has, for further inputs. */
  readonly dtypes: readonly DType[]
  /** Integers stay within ±maxInt. */
  readonly maxInt: number
}

/** The arguments of one call. */
export interface Call<A> {
  readonly inputs: readonly TensorPlan[]
  readonly attributes: A
}

/** One op: how to call it, and what comes out. */
export interface OpSpec<A> {
  readonly name: string
  readonly group: Group
  /** Why the op says nothing about a backend of these capabilities; `undefined` where it does. */
  readonly skip?: (caps: Capabilities) => string | undefined
  /** The dtypes that the first input may have. Default: all. */
  readonly dtypes?: readonly DType[]
  readonly calls: (options: CallOptions) => Arbitrary<Call<A>>
  readonly op: (inputs: readonly Tensor[], attributes: A) => Tensor | readonly Tensor[]
  readonly oracle: (inputs: readonly OracleArray[], attributes: A) => OracleArray | readonly OracleArray[]
  readonly tolerances?: Tolerances
  /** Whether NaN and infinities come out as the oracle says, and also the signs of zeros. Default: not tested. */
  readonly specialValues?: 'values' | 'signedZeros'
  /** The positions of the inputs that have gradients; those that a call lacks do not count. Default: none. */
  readonly differentiable?: readonly number[] | 'all'
}

/** The dtypes in which an op is compared on a backend. */
export function dtypesOf<A>(spec: OpSpec<A>, backend: Backend): readonly DType[] {
  return (spec.dtypes ?? dtypes).filter((dtype) => backend.caps.dtypes.has(dtype))
}

/** What inputs for a backend are like. */
export function callOptions(backend: Backend, dtype: DType, purpose: Purpose): CallOptions {
  const { dtypes: available, maxInt } = backend.caps
  return { purpose, dtype, dtypes: dtypes.filter((d) => available.has(d)), maxInt }
}

/** For sums of a few hundred numbers around 1, in any order. */
export const sumTolerances: Tolerances = {
  float32: { absolute: 2e-5, relative: 1e-5 },
  float64: { absolute: 1e-12, relative: 1e-12 },
}

/** For compositions of numbers around 1. */
export const usualTolerances: Tolerances = {
  float32: { absolute: 2e-6, relative: 1e-5 },
  float64: { absolute: 1e-13, relative: 1e-12 },
}

/** For functions of one element, accurate to 4 units in the last place, also where the result is tiny. */
export const relativeTolerances: Tolerances = {
  float32: { absolute: 1e-37, relative: 5e-7 },
  float64: { absolute: 1e-300, relative: 1e-13 },
}

/** For the functions whose result IEEE 754 prescribes to the last bit. */
export const roundedTolerances: Tolerances = {
  float32: { absolute: 1e-37, relative: 1.2e-7 },
  float64: { absolute: 1e-300, relative: 2.3e-16 },
}

/** For results that are nothing but an element of an input. */
export const exactTolerances: Tolerances = {
  float32: { absolute: 0, relative: 0 },
  float64: { absolute: 0, relative: 0 },
}

/** The tolerances of an op, or those that the backend's author allows where they are greater; what is exact stays so. */
export function widen(tolerances: Tolerances, { tolerance }: Settings): Tolerances {
  if (tolerances === exactTolerances) return tolerances
  const { float32, float64 } = tolerances
  return {
    float32: {
      absolute: Math.max(float32.absolute, tolerance.absolute),
      relative: Math.max(float32.relative, tolerance.relative),
    },
    float64,
  }
}
