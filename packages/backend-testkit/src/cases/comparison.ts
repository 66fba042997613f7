import {
  equal,
  greater,
  greaterEqual,
  type Input,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  notEqual,
  type Tensor,
} from '@tapegrad/core'
import { grid } from '../generators/numbers.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import { exactTolerances } from '../kit/op-spec.ts'
import { type OracleArray, store } from '../oracle/array.ts'
import { commonType, zip } from '../oracle/elementwise.ts'
import { anywhere, pairOf, pairOrNumber } from './pairs.ts'

/** Few different numbers, so that many are equal. */
const ties = { values: grid(-2, 2, 1) }
const numbers = anywhere(-1, 0, 0.5, 1, 2)

/** Comparisons of numbers in their common dtype. */
function comparison(
  name: string,
  op: (a: Input, b: Input) => Tensor,
  holds: (a: number, b: number) => boolean,
): CaseFactory {
  return opCase({
    name,
    group: 'comparison',
    calls: (options) => pairOrNumber(options, ties, ties, numbers),
    op: (inputs, attributes) => op(...pairOf<Tensor>(inputs, attributes)),
    oracle: (inputs, attributes) => {
      const [a, b] = pairOf<OracleArray>(inputs, attributes)
      const dtype = commonType(a, b, 'any')
      return zip([a, b], 'bool', ([p, q]) => (holds(store(p!, dtype), store(q!, dtype)) ? 1 : 0))
    },
    tolerances: exactTolerances,
    specialValues: 'values',
  })
}

/** Connectives of truth values; everything but 0 is true, NaN included. */
function connective(
  name: string,
  op: (a: Input, b: Input) => Tensor,
  holds: (a: boolean, b: boolean) => boolean,
): CaseFactory {
  return opCase({
    name,
    group: 'comparison',
    calls: (options) => pairOrNumber(options, ties, ties, numbers),
    op: (inputs, attributes) => op(...pairOf<Tensor>(inputs, attributes)),
    oracle: (inputs, attributes) =>
      zip(pairOf<OracleArray>(inputs, attributes), 'bool', ([p, q]) => (holds(p !== 0, q !== 0) ? 1 : 0)),
    tolerances: exactTolerances,
    specialValues: 'values',
  })
}

export const comparisonCases = (): readonly CaseFactory[] => [
  comparison('equal', equal, (a, b) => a === b),
  comparison('notEqual', notEqual, (a, b) => a !== b),
  comparison('less', less, (a, b) => a < b),
  comparison('lessEqual', lessEqual, (a, b) => a <= b),
  comparison('greater', greater, (a, b) => a > b),
  comparison('greaterEqual', greaterEqual, (a, b) => a >= b),
  connective('logicalAnd', logicalAnd, (a, b) => a && b),
  connective('logicalOr', logicalOr, (a, b) => a || b),
  connective('logicalXor', logicalXor, (a, b) => a !== b),
]
