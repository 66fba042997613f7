import {
  averagePool1d,
  averagePool2d,
  averagePool3d,
  globalAveragePool,
  globalMaxPool,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  type PoolOptions,
  type Tensor,
  unfold,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { grid, real, summableSpecials } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { axisOf } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, exactTolerances, sumTolerances } from '../kit/op-spec.ts'
import type { OracleArray } from '../oracle/array.ts'
import { normalAxis } from '../oracle/movement.ts'
import * as reductions from '../oracle/reductions.ts'
import * as oracle from '../oracle/spatial.ts'
import { allDifferent, type Domains, drawing, sizeFor, withAttributes } from './inputs.ts'

interface PoolAttributes extends oracle.SpatialOptions {
  readonly poolSize: readonly number[]
}

/** One axis: the windows along it, and how long it is. */
interface Axis {
  readonly size: number
  readonly stride: number
  readonly padding: readonly [number, number]
  readonly length: number
}

function axisFor(spatial: number): Arbitrary<Axis> {
  const size = fc.integer({ min: 1, max: spatial === 3 ? 2 : 3 })
  return size.chain((side) =>
    fc.record({
      size: fc.constant(side),
      stride: fc.integer({ min: 1, max: 3 }),
      // A window has at least one element.
      padding: fc.tuple(fc.nat(side - 1), fc.nat(side - 1)),
      length: fc.nat(spatial === 1 ? 5 : spatial === 2 ? 2 : 1).map((more) => side + more),
    }),
  )
}

function pooled(options: CallOptions, spatial: number, domains: Domains): Arbitrary<Call<PoolAttributes>> {
  return fc
    .record({
      axes: fc.array(axisFor(spatial), { minLength: spatial, maxLength: spatial }),
      channels: fc.constantFrom(1, 2),
      batch: options.purpose === 'gradient' ? fc.constant(1) : fc.constantFrom(0, 1, 2, 2),
      padding: fc.constantFrom('valid', 'same', 'pairs'),
      dataFormat: fc.constantFrom('channelsLast', 'channelsFirst'),
    })
    .chain(({ axes, channels, batch, padding, dataFormat }) => {
      const sides = axes.map(({ length }) => length)
      const shape = dataFormat === 'channelsLast' ? [batch, ...sides, channels] : [batch, channels, ...sides]
      const attributes: PoolAttributes = {
        poolSize: axes.map(({ size }) => size),
        strides: axes.map(({ stride }) => stride),
        padding: padding === 'pairs' ? axes.map((axis) => axis.padding) : padding,
        dataFormat,
      }
      return plans(shape, options.dtype, drawing(options, domains)).map((x) => ({ inputs: [x], attributes }))
    })
}

type Pooling = (x: Tensor, options: PoolOptions) => Tensor

const maxima: readonly Pooling[] = [maxPool1d, maxPool2d, maxPool3d]
const means: readonly Pooling[] = [averagePool1d, averagePool2d, averagePool3d]

/** The options without what an oracle alone knows. */
const poolOptions = ({ padding, ...options }: PoolAttributes): PoolOptions => ({
  ...options,
  padding: padding === 'causal' ? 'valid' : padding,
})

interface GlobalAttributes {
  readonly dataFormat: 'channelsLast' | 'channelsFirst'
  readonly keepDims: boolean
}

const globalAttributes = (): Arbitrary<GlobalAttributes> =>
  fc.record({ dataFormat: fc.constantFrom('channelsLast', 'channelsFirst'), keepDims: fc.boolean() })

/** All axes but those of the batch and of the channels. */
function reductionOf(
  x: OracleArray,
  { dataFormat, keepDims }: GlobalAttributes,
): reductions.ReduceAttributes {
  const first = dataFormat === 'channelsLast' ? 1 : 2
  return { axis: x.shape.slice(2).map((_, i) => i + first), keepDims }
}

/** Windows along an axis that has room for one at least. */
function windows(shape: readonly number[]): Arbitrary<Parameters<typeof oracle.unfold>[1]> {
  return fc
    .record({
      axis: axisOf(shape.length),
      size: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      dilation: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ axis, size, stride, dilation }) => {
      const length = shape[normalAxis(axis, shape.length)]!
      const most = Math.floor((length - 1) / dilation) + 1
      return { axis, size: Math.min(size, most), stride, dilation }
    })
}

export const poolingCases = (): readonly CaseFactory[] => [
  ...maxima.map((op, i) =>
    opCase({
      name: `maxPool${i + 1}d`,
      group: 'neural',
      calls: (options) => pooled(options, i + 1, { values: grid(-2, 2, 0.5), gradient: allDifferent }),
      op: ([x], attributes) => op(x!, poolOptions(attributes)),
      oracle: ([x], attributes) => oracle.maxPool(x!, attributes.poolSize, attributes),
      tolerances: exactTolerances,
      specialValues: 'values',
      differentiable: [0],
    }),
  ),
  ...means.map((op, i) =>
    opCase({
      name: `averagePool${i + 1}d`,
      group: 'neural',
      calls: (options) => pooled(options, i + 1, { special: summableSpecials }),
      op: ([x], attributes) => op(x!, poolOptions(attributes)),
      oracle: ([x], attributes) => oracle.averagePool(x!, attributes.poolSize, attributes),
      specialValues: 'values',
      differentiable: [0],
    }),
  ),
  opCase({
    name: 'globalMaxPool',
    group: 'neural',
    calls: (options) =>
      withAttributes(options, sizeFor(options, { minRank: 3, maxRank: 5, empty: false }), globalAttributes, {
        values: real,
        gradient: allDifferent,
      }),
    op: ([x], attributes) => globalMaxPool(x!, attributes),
    oracle: ([x], attributes) => reductions.max(x!, reductionOf(x!, attributes)),
    tolerances: exactTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  opCase({
    name: 'globalAveragePool',
    group: 'neural',
    calls: (options) =>
      withAttributes(options, sizeFor(options, { minRank: 3, maxRank: 5, empty: false }), globalAttributes, {
        special: summableSpecials,
      }),
    op: ([x], attributes) => globalAveragePool(x!, attributes),
    oracle: ([x], attributes) => reductions.mean(x!, reductionOf(x!, attributes)),
    tolerances: sumTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  opCase({
    name: 'unfold',
    group: 'movement',
    calls: (options) =>
      withAttributes(
        options,
        sizeFor(options, { minRank: 1, maxRank: 5, maxSize: 60, empty: false }),
        windows,
      ),
    op: ([x], attributes) => unfold(x!, attributes),
    oracle: ([x], attributes) =>
      oracle.unfold(x!, { ...attributes, axis: normalAxis(attributes.axis, x!.shape.length) }),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
]
