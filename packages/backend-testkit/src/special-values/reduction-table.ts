import type { Tensor } from '@tapegrad/core'
import * as core from '@tapegrad/core'

/** A function of a vector, and for vectors of interest what it gives: elements, then results. */
export type ReductionRow = readonly [
  name: string,
  op: (x: Tensor) => Tensor,
  ...cases: readonly (readonly [elements: string, results: string])[],
]

const spread: ReductionRow[2][] = [
  ['', 'nan'],
  ['nan 1 2', 'nan'],
  ['inf 1', 'nan'],
  ['-inf -inf', 'nan'],
  ['5', '0'],
]

/** The special cases of the Python array API standard, 2024.12, and those of functions that it does not have. */
export const reductionTable: readonly ReductionRow[] = [
  ['all', core.all, ['', '1'], ['nan 1', '1'], ['inf -0', '0'], ['-inf 1e-30', '1']],
  ['any', core.any, ['', '0'], ['0 -0', '0'], ['nan 0', '1'], ['0 -inf', '1'], ['1e-30', '1']],
  ['argMax', core.argMax, ['1 nan 3 nan', '1'], ['-inf -inf', '0'], ['1 inf inf', '1'], ['-inf 1', '1']],
  ['argMin', core.argMin, ['1 nan -inf', '1'], ['inf inf', '0'], ['1 -inf -inf', '1'], ['inf 1', '1']],
  [
    'cumprod',
    core.cumprod,
    ['2 inf 0 1', '2 inf nan nan'],
    ['nan 1', 'nan nan'],
    ['-1 inf -2', '-1 -inf inf'],
  ],
  ['cumsum', core.cumsum, ['1 inf 2 -inf 3', '1 inf inf nan nan'], ['1 nan 2', '1 nan nan']],
  [
    'logSumExp',
    core.logSumExp,
    ['', '-inf'],
    ['nan 1', 'nan'],
    ['inf 1', 'inf'],
    ['inf -inf', 'inf'],
    ['-inf -inf', '-inf'],
    ['-inf 3', '3'],
  ],
  ['max', core.max, ['1 nan 2', 'nan'], ['nan inf', 'nan'], ['-inf -inf', '-inf'], ['-inf 1 inf', 'inf']],
  [
    'mean',
    core.mean,
    ['', 'nan'],
    ['nan 1', 'nan'],
    ['inf 1', 'inf'],
    ['inf -inf', 'nan'],
    ['-inf 1', '-inf'],
  ],
  ['min', core.min, ['1 nan 2', 'nan'], ['nan -inf', 'nan'], ['inf inf', 'inf'], ['-inf 1 inf', '-inf']],
  [
    'prod',
    core.prod,
    ['', '1'],
    ['nan 0', 'nan'],
    ['inf 0', 'nan'],
    ['inf -1', '-inf'],
    ['-inf -inf', 'inf'],
  ],
  ['std', core.std, ...spread],
  ['std, correction 1', (x) => core.std(x, { correction: 1 }), ['', 'nan'], ['5', 'nan'], ['5 nan', 'nan']],
  [
    'sum',
    core.sum,
    ['', '0'],
    ['nan 1', 'nan'],
    ['inf 1', 'inf'],
    ['inf -inf', 'nan'],
    ['-inf -inf', '-inf'],
  ],
  ['variance', core.variance, ...spread],
  [
    'variance, correction 1',
    (x) => core.variance(x, { correction: 1 }),
    ['', 'nan'],
    ['5', 'nan'],
    ['5 nan', 'nan'],
  ],
]
