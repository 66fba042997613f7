import { type DType, matmul } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between } from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { broadcastableShapes } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import type { Call, CallOptions, OpSpec } from '../kit/op-spec.ts'
import { matmul as oracleMatmul } from '../oracle/matmul.ts'
import { drawing } from './inputs.ts'

const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'uint8']

/** Products of wide matrices add many rounding errors. */
const tolerances = {
  float32: { absolute: 1e-5, relative: 1e-5 },
  float64: { absolute: 1e-12, relative: 1e-12 },
}

type ShapePair = readonly [a: readonly number[], b: readonly number[]]

function spec(
  name: string,
  shapes: (options: CallOptions) => Arbitrary<ShapePair>,
  rest: Partial<OpSpec<undefined>> = {},
): OpSpec<undefined> {
  return {
    name,
    group: 'matmul',
    dtypes,
    calls: (options): Arbitrary<Call<undefined>> =>
      shapes(options).chain(([a, b]) =>
        fc
          .tuple(
            plans(a, options.dtype, drawing(options, { values: between(-2, 2) })),
            plans(b, options.dtype, drawing(options, { values: between(-2, 2) })),
          )
          .map((inputs) => ({ inputs, attributes: undefined })),
      ),
    op: ([a, b]) => matmul(a!, b!),
    oracle: ([a, b]) => oracleMatmul(a!, b!),
    tolerances,
    differentiable: [0, 1],
    ...rest,
  }
}

function side({ purpose }: CallOptions): Arbitrary<number> {
  return purpose === 'gradient' ? fc.constantFrom(1, 2, 3) : fc.constantFrom(0, 1, 2, 3, 5, 8, 17)
}

const sides = (options: CallOptions): Arbitrary<[number, number, number]> =>
  fc.tuple(side(options), side(options), side(options))

/** Shapes beyond one block of any kernel, each with remainders along other sides. */
const largePairs: readonly ShapePair[] = [
  [
    [65, 33],
    [33, 70],
  ],
  [
    [1, 300],
    [300, 19],
  ],
  [
    [131, 7],
    [7, 66],
  ],
  [
    [2, 40, 9],
    [9, 34],
  ],
]
const smallPairs: readonly ShapePair[] = [
  [
    [4, 9],
    [9, 5],
  ],
]

export const matmulCases = (): readonly CaseFactory[] => [
  opCase(
    spec('matmul of matrices', (options) =>
      sides(options).map(([m, k, n]) => [
        [m, k],
        [k, n],
      ]),
    ),
  ),
  opCase(
    spec('matmul of batches', (options) =>
      fc
        .tuple(
          sides(options),
          broadcastableShapes(2, { maxRank: 4, maxSize: 4, empty: options.purpose !== 'gradient' }),
        )
        .map(([[m, k, n], [p, q]]) => [
          [...p!, m, k],
          [...q!, k, n],
        ]),
    ),
  ),
  opCase(
    spec('matmul of vectors', (options) =>
      fc
        .tuple(sides(options), fc.constantFrom('left', 'right', 'both'))
        .map(([[m, k, n], which]) => [which === 'right' ? [m, k] : [k], which === 'left' ? [k, n] : [k]]),
    ),
  ),
  opCase(
    spec(
      'matmul of large matrices',
      ({ purpose }) => fc.constantFrom(...(purpose === 'gradient' ? smallPairs : largePairs)),
      {
        dtypes: ['float32', 'int32'],
        tolerances: {
          float32: { absolute: 5e-5, relative: 1e-5 },
          float64: { absolute: 1e-11, relative: 1e-12 },
        },
      },
    ),
  ),
]
