import type { Input, Tensor } from '@tapegrad/core'
import * as core from '@tapegrad/core'

/** A function of two arguments, and for pairs of interest what it gives: a, b, result. */
export type BinaryRow = readonly [name: string, op: (a: Input, b: Input) => Tensor, table: string]

const withNaN = 'nan 1 nan, 1 nan nan, nan nan nan, nan 0 nan, -0 nan nan, nan inf nan, -inf nan nan'
const additions = 'inf -inf nan, -inf inf nan, inf inf inf, -inf -inf -inf, inf 5 inf, -inf 5 -inf, 5 inf inf'
const zerosBy = '0 3 0, -0 3 -0, 0 -3 -0, -0 -3 0, 0 inf 0, -0 inf -0, 0 -inf -0, -0 -inf 0'
const byZeros = '3 0 inf, 3 -0 -inf, -3 0 -inf, -3 -0 inf, 0 0 nan, 0 -0 nan, -0 0 nan, -0 -0 nan'
const ofInfinities = 'inf inf nan, inf -inf nan, -inf inf nan, -inf -inf nan'
const infinitiesBy0 = 'inf 0 inf, inf -0 -inf, -inf 0 -inf, -inf -0 inf'

/**
 * The special cases of the Python array API standard, 2024.12, and those of functions that it does not have. Where it
 * leaves the choice, `floorDiv` is Python's.
 */
export const binaryTable: readonly BinaryRow[] = [
  [
    'add',
    core.add,
    `${withNaN}, ${additions}, 5 -inf -inf, -0 -0 -0, -0 0 0, 0 -0 0, 0 0 0, 0 3 3, -0 -3 -3, 3 -0 3, 3 -3 0, -3 3 0`,
  ],
  [
    'atan2',
    core.atan2,
    `${withNaN}, 3 0 pi/2, 3 -0 pi/2, 0 3 0, 0 0 0, 0 -0 pi, 0 -3 pi, -0 3 -0, -0 0 -0, -0 -0 -pi, -0 -3 -pi,
     -3 0 -pi/2, -3 -0 -pi/2, 3 inf 0, 3 -inf pi, -3 inf -0, -3 -inf -pi, inf 3 pi/2, -inf -3 -pi/2,
     inf inf pi/4, inf -inf 3pi/4, -inf inf -pi/4, -inf -inf -3pi/4, 0 inf 0, -0 -inf -pi`,
  ],
  [
    'div',
    core.div,
    `${withNaN}, ${ofInfinities}, ${zerosBy}, ${byZeros}, ${infinitiesBy0}, inf 3 inf, inf -3 -inf, -inf 3 -inf,
     -inf -3 inf, 3 inf 0, 3 -inf -0, -3 inf -0, -3 -inf 0`,
  ],
  [
    'equal',
    core.equal,
    'nan nan 0, nan 1 0, 1 nan 0, inf inf 1, -inf -inf 1, inf -inf 0, 0 -0 1, -0 0 1, 3 3 1',
  ],
  [
    'floorDiv',
    core.floorDiv,
    `${withNaN}, ${ofInfinities}, ${zerosBy}, ${byZeros}, ${infinitiesBy0}, inf 3 nan, inf -3 nan, -inf 3 nan,
     -inf -3 nan, 3 inf 0, 3 -inf -1, -3 inf -1, -3 -inf 0, 7 2 3, -7 2 -4, 7 -2 -4, -7 -2 3, 6 3 2, -6 3 -2,
     1e-30 -1e30 -1, 1e-30 1e30 0, 1 0.1 9, -1 0.1 -10, 0.5 1 0`,
  ],
  ['greater', core.greater, 'nan 1 0, 1 nan 0, nan nan 0, 0 -0 0, -0 0 0, inf -inf 1, -inf inf 0, inf inf 0'],
  ['greaterEqual', core.greaterEqual, 'nan 1 0, 1 nan 0, nan nan 0, 0 -0 1, -0 0 1, inf inf 1, -inf inf 0'],
  [
    'hypot',
    core.hypot,
    `nan 1 nan, 1 nan nan, nan nan nan, inf nan inf, nan -inf inf, -inf 3 inf, 3 inf inf, inf -inf inf, 0 0 0, -0 0 0,
     0 -3 3, 3 -0 3, nan 0 nan, -3 4 5, 1e30 0 1e30`,
  ],
  ['less', core.less, 'nan 1 0, 1 nan 0, nan nan 0, 0 -0 0, -0 0 0, -inf inf 1, inf -inf 0, inf inf 0'],
  ['lessEqual', core.lessEqual, 'nan 1 0, 1 nan 0, nan nan 0, 0 -0 1, -0 0 1, inf inf 1, inf -inf 0'],
  [
    'logAddExp',
    core.logAddExp,
    `nan 1 nan, 1 nan nan, nan nan nan, inf nan nan, nan -inf nan, inf 3 inf, 3 inf inf, inf inf inf, inf -inf inf,
     -inf inf inf, -inf -inf -inf, -inf 3 3, 3 -inf 3, 0 0 ln2, 1e30 0 1e30, -1e30 3 3`,
  ],
  ['logicalAnd', core.logicalAnd, 'nan 1 1, nan 0 0, -0 1 0, inf nan 1, 0 0 0'],
  ['logicalOr', core.logicalOr, 'nan 0 1, 0 -0 0, inf 0 1, 0 nan 1'],
  ['logicalXor', core.logicalXor, 'nan 0 1, nan inf 0, 0 -0 0, -0 3 1'],
  ['maximum', core.maximum, `${withNaN}, -inf 1 1, 1 -inf 1, inf 1 inf, -inf inf inf, 3 -3 3`],
  ['minimum', core.minimum, `${withNaN}, -inf 1 -inf, inf 1 1, 1 inf 1, -inf inf -inf, 3 -3 -3`],
  [
    'mod',
    core.mod,
    `${withNaN}, ${ofInfinities}, 0 0 nan, 0 -0 nan, -0 0 nan, -0 -0 nan, 0 3 0, -0 3 0, 0 -3 -0, -0 -3 -0, 3 0 nan,
     3 -0 nan, -3 0 nan, -3 -0 nan, inf 3 nan, inf -3 nan, -inf 3 nan, -inf -3 nan, 3 inf 3, 3 -inf -inf, -3 inf inf,
     -3 -inf -3, 0 inf 0, -0 -inf -0, 7 3 1, -7 3 2, 7 -3 -2, -7 -3 -1, -6 3 0, 6 -3 -0`,
  ],
  [
    'mul',
    core.mul,
    `${withNaN}, inf 0 nan, inf -0 nan, -inf 0 nan, 0 inf nan, -0 -inf nan, inf inf inf, inf -inf -inf, -inf -inf inf,
     inf 3 inf, inf -3 -inf, -3 inf -inf, -3 -inf inf, 0 3 0, -0 3 -0, 0 -3 -0, -0 -3 0, -0 -0 0, 0 -0 -0`,
  ],
  ['notEqual', core.notEqual, 'nan nan 1, nan 1 1, 1 nan 1, inf -inf 1, inf inf 0, 0 -0 0, -0 0 0, 3 4 1'],
  [
    'pow',
    core.pow,
    `2 nan nan, 0 nan nan, 1 nan 1, nan 0 1, nan -0 1, inf 0 1, 0 0 1, -0 -0 1, nan 2 nan, nan -1 nan, 2 inf inf,
     -2 inf inf, 2 -inf 0, -2 -inf 0, 1 inf 1, -1 inf 1, 1 -inf 1, -1 -inf 1, 1 3 1, 0.5 inf 0, -0.5 inf 0, 0 inf 0,
     0.5 -inf inf, -0.5 -inf inf, 0 -inf inf, inf 2 inf, inf 0.5 inf, inf -2 0, inf inf inf, inf -inf 0, -inf 3 -inf,
     -inf 2 inf, -inf 0.5 inf, -inf -3 -0, -inf -2 0, -inf -0.5 0, 0 2 0, 0 3 0, 0 0.5 0, 0 -2 inf, 0 -3 inf, -0 3 -0,
     -0 2 0, -0 0.5 0, -0 -3 -inf, -0 -2 inf, -0 -0.5 inf, -8 0.5 nan, -8 -0.5 nan`,
  ],
  [
    'sub',
    core.sub,
    `${withNaN}, inf inf nan, -inf -inf nan, inf -inf inf, -inf inf -inf, 3 inf -inf, 3 -inf inf, 0 0 0, -0 0 -0,
     0 -0 0, -0 -0 0, 3 3 0`,
  ],
]
