import { type DType, dropout, embedding, random } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { grid } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { shapes } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { type Call, type CallOptions, exactTolerances } from '../kit/op-spec.ts'
import { elementCount, type OracleArray } from '../oracle/array.ts'
import * as oracle from '../oracle/neural.ts'
import { drawing, sizeFor } from './inputs.ts'

interface DropoutAttributes {
  readonly rate: number
  readonly noiseShape: readonly number[]
  readonly seed: number
}

/** A tensor, and along which of its axes elements are dropped together. */
function dropped(options: CallOptions): Arbitrary<Call<DropoutAttributes>> {
  return shapes(sizeFor(options, { maxSize: 60, empty: false })).chain((shape) =>
    fc
      .tuple(
        plans(shape, options.dtype, drawing(options)),
        fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
        fc.constantFrom(0, 0.2, 0.5, 0.9),
        fc.nat(1000),
      )
      .map(([x, together, rate, seed]) => ({
        inputs: [x],
        attributes: { rate, seed, noiseShape: shape.map((side, axis) => (together[axis] ? 1 : side)) },
      })),
  )
}

/** The choice that the generator's bits make. */
function kept({ noiseShape, rate, seed }: DropoutAttributes): OracleArray {
  const bits = new random.Generator(seed).bits(elementCount(noiseShape))
  return {
    shape: noiseShape,
    dtype: 'bool',
    values: [...bits].map((word) => (word < (1 - rate) * 2 ** 32 ? 1 : 0)),
  }
}

/** A table and numbers of its rows. */
function lookups(options: CallOptions): Arbitrary<Call<undefined>> {
  const integers = options.dtypes.filter((dtype) => dtype === 'int32' || dtype === 'uint8')
  const indexShapes = shapes({ maxRank: 3, maxSize: options.purpose === 'gradient' ? 4 : 12 })
  return fc
    .tuple(fc.constantFrom(1, 2, 5), fc.constantFrom(1, 3), indexShapes, fc.constantFrom(...integers))
    .chain(([rows, columns, shape, dtype]: [number, number, number[], DType]) =>
      fc.tuple(
        plans([rows, columns], options.dtype, drawing(options)),
        plans(shape, dtype, { domain: grid(0, rows - 1, 1) }),
      ),
    )
    .map((inputs) => ({ inputs, attributes: undefined }))
}

export const neuralCases = (): readonly CaseFactory[] => [
  opCase({
    name: 'dropout',
    group: 'neural',
    calls: dropped,
    op: ([x], { rate, noiseShape, seed }) => dropout(x!, rate, { noiseShape, seed }),
    oracle: ([x], attributes) => oracle.dropout(x!, kept(attributes), attributes.rate),
    specialValues: 'values',
    differentiable: [0],
  }),
  opCase({
    name: 'embedding',
    group: 'neural',
    calls: lookups,
    op: ([table, indices]) => embedding(table!, indices!),
    oracle: ([table, indices]) => oracle.embedding(table!, indices!),
    tolerances: exactTolerances,
    differentiable: [0],
  }),
]
