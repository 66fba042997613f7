import { diag, diagonal, pad, repeat, roll, trace, tril, triu } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { summableSpecials } from '../generators/numbers.ts'
import { axisOf } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { sumTolerances } from '../kit/op-spec.ts'
import { normalAxis } from '../oracle/movement.ts'
import * as oracle from '../oracle/rearranging.ts'
import { withAttributes } from './inputs.ts'
import { movement } from './movement.ts'

const shifts = fc.integer({ min: -7, max: 7 })
const diagonals = fc.integer({ min: -4, max: 4 })

function diagonalsOf({ length }: readonly number[]): Arbitrary<oracle.DiagonalAttributes> {
  return fc
    .record({ offset: diagonals, axis1: axisOf(length), apart: fc.integer({ min: 1, max: length - 1 }) })
    .map(({ offset, axis1, apart }) => ({
      offset,
      axis1,
      axis2: (normalAxis(axis1, length) + apart) % length,
    }))
}

const small = { maxSize: 60, maxRank: 5 }

export const rearrangingCases = (): readonly CaseFactory[] => [
  movement({
    name: 'roll',
    calls: (options) =>
      withAttributes(options, { ...small, minRank: 1 }, ({ length }) =>
        fc
          .array(fc.tuple(shifts, axisOf(length)), { minLength: 1, maxLength: 2 })
          .map((pairs) => ({ shift: pairs.map(([shift]) => shift), axis: pairs.map(([, axis]) => axis) })),
      ),
    op: ([x], { shift, axis }) => roll(x!, shift, { axis }),
    oracle: ([x], { shift, axis }) => oracle.roll(x!, shift, axis),
  }),
  movement({
    name: 'repeat',
    calls: (options) =>
      withAttributes(options, { ...small, maxSize: 30, minRank: 1 }, (shape) =>
        axisOf(shape.length).chain((axis) => {
          const side = shape[normalAxis(axis, shape.length)]!
          const one = fc.nat(2)
          const counts = fc.oneof(one, fc.array(one, { minLength: side, maxLength: side }))
          return counts.map((repeats) => ({ repeats, axis }))
        }),
      ),
    op: ([x], { repeats, axis }) => repeat(x!, repeats, { axis }),
    oracle: ([x], { repeats, axis }) => {
      const side = x!.shape[normalAxis(axis, x!.shape.length)]!
      const counts = typeof repeats === 'number' ? new Array<number>(side).fill(repeats) : repeats
      return oracle.repeat(x!, counts, axis)
    },
  }),
  movement({
    name: 'tril',
    calls: (options) => withAttributes(options, { ...small, minRank: 2 }, () => diagonals),
    op: ([x], k) => tril(x!, { k }),
    oracle: ([x], k) => oracle.triangle(x!, (row, column) => column <= row + k),
  }),
  movement({
    name: 'triu',
    calls: (options) => withAttributes(options, { ...small, minRank: 2 }, () => diagonals),
    op: ([x], k) => triu(x!, { k }),
    oracle: ([x], k) => oracle.triangle(x!, (row, column) => column >= row + k),
  }),
  movement({
    name: 'diag',
    calls: (options) => withAttributes(options, { minRank: 1, maxRank: 2, maxSize: 20 }, () => diagonals),
    op: ([x], k) => diag(x!, { k }),
    oracle: ([x], k) =>
      x!.shape.length === 1 ? oracle.diag(x!, k) : oracle.diagonal(x!, { offset: k, axis1: 0, axis2: 1 }),
  }),
  movement({
    name: 'diagonal',
    calls: (options) => withAttributes(options, { ...small, minRank: 2 }, diagonalsOf),
    op: ([x], attributes) => diagonal(x!, attributes),
    oracle: ([x], attributes) => oracle.diagonal(x!, attributes),
  }),
  opCase({
    name: 'trace',
    group: 'movement',
    calls: (options) =>
      withAttributes(options, { ...small, minRank: 2 }, diagonalsOf, { special: summableSpecials }),
    op: ([x], attributes) => trace(x!, attributes),
    oracle: ([x], attributes) => oracle.trace(x!, attributes),
    tolerances: sumTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
  movement({
    name: 'pad that repeats',
    calls: (options) =>
      withAttributes(options, { maxRank: 4, maxSize: 30, empty: false }, (shape) =>
        fc.record({
          paddings: fc
            .tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(5))))
            .map((pairs) => pairs.map((pair, axis) => (axis < 2 ? pair : ([0, pair[0]] as const)))),
          mode: fc.constantFrom<oracle.RepeatingMode>('edge', 'reflect', 'symmetric', 'wrap'),
        }),
      ),
    op: ([x], { paddings, mode }) => pad(x!, paddings, { mode }),
    oracle: ([x], { paddings, mode }) => oracle.padByRepeating(x!, paddings, mode),
  }),
]
