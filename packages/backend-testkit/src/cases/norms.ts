import { batchNorm, type DType, groupNorm, layerNorm, moments, rmsNorm } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, type Domain, real, summableSpecials } from '../generators/numbers.ts'
import { plans, type TensorPlan } from '../generators/plans.ts'
import { axesOf, axisOf, shapes } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import type { Call, CallOptions } from '../kit/op-spec.ts'
import { isFloatType } from '../oracle/array.ts'
import { normalAxis } from '../oracle/movement.ts'
import * as oracle from '../oracle/norms.ts'
import { drawing, sizeFor } from './inputs.ts'

/** Differences from a mean are rounded as the numbers are, and then scaled up to tenfold. */
const tolerances: Tolerances = {
  float32: { absolute: 3e-5, relative: 1e-5 },
  float64: { absolute: 1e-13, relative: 1e-12 },
}

const size = { minRank: 1, maxSize: 60 } as const

/** A tensor with one number for each channel or place: a float one, of the dtype of x where that is one. */
export function parameter(
  options: CallOptions,
  shape: readonly number[],
  domain: Domain = real,
): Arbitrary<TensorPlan> {
  const dtype: DType = isFloatType(options.dtype) ? options.dtype : 'float32'
  return plans(shape, dtype, { ...drawing(options), domain })
}

/** Small enough to matter, and large enough for finite differences where all numbers are equal. */
const epsilonFor = ({ purpose }: CallOptions): Arbitrary<number> =>
  purpose === 'gradient' ? fc.constantFrom(0.2, 1) : fc.constantFrom(0.01, 0.5)

interface AlongAxes {
  readonly axis: number | readonly number[]
  readonly epsilon: number
}

/** A tensor, parameters of the sizes of some of its axes, and these axes. */
function normalized(options: CallOptions, parameters: number): Arbitrary<Call<AlongAxes>> {
  return shapes(sizeFor(options, size)).chain((shape) => {
    const axes = fc.oneof(
      { weight: 2, arbitrary: fc.constant(-1) },
      { weight: 1, arbitrary: axisOf(shape.length) },
      { weight: 1, arbitrary: axesOf(shape.length).filter((chosen) => chosen.length > 0) },
    )
    return fc.tuple(axes, epsilonFor(options)).chain(([axis, epsilon]) => {
      const sides = [axis].flat().map((a) => shape[normalAxis(a, shape.length)]!)
      const x = plans(shape, options.dtype, drawing(options, { special: summableSpecials }))
      const others = Array.from({ length: parameters }, () => parameter(options, sides))
      return fc.tuple(x, ...others).map((inputs) => ({ inputs, attributes: { axis, epsilon } }))
    })
  })
}

interface OfChannels {
  readonly axis: number
  readonly epsilon: number
  readonly groups: number
}

/** A tensor, parameters with a number for each channel, and which axis the channels are. */
function ofChannels(
  options: CallOptions,
  minRank: number,
  domains: readonly Domain[],
): Arbitrary<Call<OfChannels>> {
  return shapes(sizeFor(options, { ...size, minRank })).chain((shape) =>
    fc
      .tuple(fc.integer({ min: minRank - 1, max: shape.length - 1 }), epsilonFor(options))
      .chain(([axis, epsilon]) => {
        const channels = shape[axis]!
        const divisors = [1, 2, 3, 5, 7, 17].filter((groups) => channels % groups === 0)
        const x = plans(shape, options.dtype, drawing(options, { special: summableSpecials }))
        const others = domains.map((domain) => parameter(options, [channels], domain))
        return fc.tuple(fc.constantFrom(...divisors), x, ...others).map(([groups, ...inputs]) => ({
          inputs,
          attributes: { axis: axis % 2 === 0 ? axis : axis - shape.length, epsilon, groups },
        }))
      }),
  )
}

interface MomentAttributes {
  readonly axis: readonly number[]
}

/** A tensor and a mask that broadcasts to it. */
function masked(options: CallOptions): Arbitrary<Call<MomentAttributes>> {
  return shapes(sizeFor(options, size)).chain((shape) => {
    const rank = shape.length
    const ones = fc.array(fc.boolean(), { minLength: rank, maxLength: rank })
    return fc.tuple(axesOf(rank), ones, fc.nat(rank)).chain(([axis, isOne, dropped]) => {
      const maskShape = shape.map((side, d) => (isOne[d] ? 1 : side)).slice(dropped)
      return fc
        .tuple(plans(shape, options.dtype, drawing(options)), plans(maskShape, 'bool'))
        .map((inputs) => ({ inputs, attributes: { axis } }))
    })
  })
}

export const normCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'layerNorm',
    group: 'neural',
    calls: (options) => normalized(options, 2),
    op: ([x, gamma, beta], attributes) => layerNorm(x!, { ...attributes, gamma: gamma!, beta: beta! }),
    oracle: ([x, gamma, beta], { axis, epsilon }) => oracle.layerNorm(x!, gamma!, beta, axis, epsilon),
    tolerances,
    specialValues: 'values',
    differentiable: 'all',
  }),
  opCase({
    name: 'rmsNorm',
    group: 'neural',
    calls: (options) => normalized(options, 1),
    op: ([x, gamma], attributes) => rmsNorm(x!, { ...attributes, gamma: gamma! }),
    oracle: ([x, gamma], { axis, epsilon }) => oracle.layerNorm(x!, gamma!, undefined, axis, epsilon),
    tolerances,
    specialValues: 'values',
    differentiable: 'all',
  }),
  opCase({
    name: 'groupNorm',
    group: 'neural',
    calls: (options) => ofChannels(options, 2, [real, real]),
    op: ([x, gamma, beta], attributes) => groupNorm(x!, { ...attributes, gamma: gamma!, beta: beta! }),
    oracle: ([x, gamma, beta], attributes) => oracle.groupNorm(x!, gamma!, beta!, attributes),
    tolerances,
    differentiable: 'all',
  }),
  opCase({
    name: 'batchNorm',
    group: 'neural',
    calls: (options) => ofChannels(options, 1, [real, between(0.3, 3), real, real]),
    op: ([x, mean, variance, gamma, beta], { axis, epsilon }) =>
      batchNorm(x!, { mean: mean!, variance: variance!, gamma: gamma!, beta: beta!, axis, epsilon }),
    oracle: (inputs, { axis, epsilon }) => oracle.batchNorm(inputs, axis, epsilon),
    tolerances,
    specialValues: 'values',
    differentiable: 'all',
  }),
  opCase({
    name: 'moments',
    group: 'neural',
    calls: masked,
    op: ([x, mask], { axis }) => {
      const { mean, variance } = moments(x!, { axis, keepDims: true, mask: mask! })
      return [mean, variance]
    },
    oracle: ([x, mask], { axis }) => oracle.moments(x!, mask!, axis),
    tolerances,
    differentiable: [0],
  }),
]
