import {
  l2Normalize,
  logSoftmax,
  sigmoidCrossEntropyWithLogits,
  softmax,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
  type Tensor,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, type Domain, grid, manyMagnitudes, mixture, real } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { axesOf, axisOf, shapes } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import type { Call, CallOptions } from '../kit/op-spec.ts'
import type { OracleArray } from '../oracle/array.ts'
import * as oracle from '../oracle/normalizations.ts'
import { type Domains, drawing, otherDType, sizeFor, withAttributes } from './inputs.ts'

/** Quotients and logarithms of sums of a few hundred exponentials. */
const tolerances: Tolerances = {
  float32: { absolute: 2e-6, relative: 5e-6 },
  float64: { absolute: 1e-14, relative: 1e-12 },
}

/** Logits that overflow, or leave nothing of the others, where the maximum is not subtracted first. */
const extremes = [Number.NaN, Infinity, -Infinity, -Infinity, 88.8, -88.8, 1e4, -1e4, 0, 1, -1, 3]
/** The same with the greatest float32, whose differences overflow, and with lines of −∞ alone. */
const furthest = [...extremes, ...new Array<number>(4).fill(-Infinity), 3.4e38, -3.4e38]

const oneOf =
  (numbers: readonly number[]): Domain =>
  (next) =>
    numbers[Math.floor(next() * numbers.length)]!

const logits: Domains = {
  values: mixture(real, real, between(-100, 100), manyMagnitudes(1e-3, 1e4)),
  special: oneOf(extremes),
}

interface AxesAttributes {
  readonly axis: oracle.Axes
}

/** One axis, or several that share one sum. */
function axes({ length: rank }: readonly number[]): Arbitrary<AxesAttributes> {
  const several = axesOf(rank).filter((chosen) => chosen.length > 0)
  return fc
    .oneof({ weight: 3, arbitrary: axisOf(rank) }, { weight: 1, arbitrary: several })
    .map((axis) => ({ axis }))
}

function normalization(
  name: string,
  op: (x: Tensor, attributes: AxesAttributes) => Tensor,
  expected: (x: OracleArray, axis: oracle.Axes) => OracleArray,
): CaseFactory {
  return opCase({
    name,
    group: 'softmax-and-losses',
    calls: (options) =>
      withAttributes(options, { minRank: 1 }, axes, { ...logits, special: oneOf(furthest) }),
    op: ([x], attributes) => op(x!, attributes),
    oracle: ([x], { axis }) => expected(x!, axis),
    tolerances,
    specialValues: 'values',
    differentiable: [0],
  })
}

interface AxisAttributes {
  readonly axis: number
}

/** Logits and the probabilities of classes, which need not add up to 1. */
function withTargets(options: CallOptions): Arbitrary<Call<AxisAttributes>> {
  const targets: Domains = {
    values: mixture(between(0, 1), grid(0, 1, 1)),
    gradient: between(0.1, 0.9),
    special: grid(0, 1, 0.5),
  }
  return fc
    .tuple(shapes(sizeFor(options, { minRank: 1 })), otherDType(options))
    .chain(([shape, dtype]) =>
      fc
        .tuple(
          plans(shape, options.dtype, drawing(options, logits)),
          plans(shape, dtype, drawing(options, targets)),
          axisOf(shape.length),
        )
        .map(([x, t, axis]) => ({ inputs: [x, t], attributes: { axis } })),
    )
}

/** Logits and the numbers of classes. */
function withLabels(options: CallOptions): Arbitrary<Call<AxisAttributes>> {
  const labelTypes = options.dtypes.filter((dtype) => dtype === 'int32' || dtype === 'uint8')
  return fc
    .tuple(shapes(sizeFor(options, { minRank: 1, empty: false })), fc.constantFrom(...labelTypes))
    .chain(([shape, labelType]) =>
      axisOf(shape.length).chain((axis) => {
        const along = (axis + shape.length) % shape.length
        const domain: Domain = grid(0, shape[along]! - 1, 1)
        return fc
          .tuple(
            plans(shape, options.dtype, drawing(options, logits)),
            plans(
              shape.filter((_, i) => i !== along),
              labelType,
              { domain },
            ),
          )
          .map((inputs) => ({ inputs, attributes: { axis } }))
      }),
    )
}

export const softmaxCases = (): readonly CaseFactory[] => [
  normalization('softmax', softmax, oracle.softmax),
  normalization('logSoftmax', logSoftmax, oracle.logSoftmax),
  opCase({
    name: 'l2Normalize',
    group: 'softmax-and-losses',
    calls: (options) =>
      withAttributes(
        options,
        { minRank: 1 },
        (shape) =>
          fc
            .tuple(axes(shape), fc.constantFrom(1e-12, 0.5))
            .map(([{ axis }, epsilon]) => ({ axis, epsilon })),
        { values: mixture(real, grid(0, 0, 1)), gradient: between(0.4, 2) },
      ),
    op: ([x], attributes) => l2Normalize(x!, attributes),
    oracle: ([x], { axis, epsilon }) => oracle.l2Normalize(x!, axis, epsilon),
    tolerances,
    differentiable: [0],
  }),
  opCase({
    name: 'softmaxCrossEntropyWithLogits',
    group: 'softmax-and-losses',
    calls: withTargets,
    op: ([x, targets], attributes) => softmaxCrossEntropyWithLogits(x!, targets!, attributes),
    oracle: ([x, targets], { axis }) => oracle.softmaxCrossEntropy(x!, targets!, axis),
    tolerances: { ...tolerances, float32: { absolute: 2e-5, relative: 1e-5 } },
    specialValues: 'values',
    differentiable: [0, 1],
  }),
  opCase({
    name: 'sparseSoftmaxCrossEntropyWithLogits',
    group: 'softmax-and-losses',
    calls: withLabels,
    op: ([x, labels], attributes) => sparseSoftmaxCrossEntropyWithLogits(x!, labels!, attributes),
    oracle: ([x, labels], { axis }) => oracle.sparseSoftmaxCrossEntropy(x!, labels!, axis),
    tolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  opCase({
    name: 'sigmoidCrossEntropyWithLogits',
    group: 'softmax-and-losses',
    calls: withTargets,
    op: ([x, targets]) => sigmoidCrossEntropyWithLogits(x!, targets!),
    oracle: ([x, targets]) => oracle.sigmoidCrossEntropy(x!, targets!),
    tolerances,
    specialValues: 'values',
    differentiable: [0, 1],
  }),
]
