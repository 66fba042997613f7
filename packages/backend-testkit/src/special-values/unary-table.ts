import type { Tensor } from '@tapegrad/core'
import * as core from '@tapegrad/core'

/** A function of one argument, and for each argument of interest what it gives. */
export type UnaryRow = readonly [name: string, op: (x: Tensor) => Tensor, table: string]

const roots = 'nan nan, -1 nan, -inf nan, 0 0, -0 -0, inf inf, 4 2'
const logarithms = 'nan nan, -1 nan, -1e-30 nan, -inf nan, 0 -inf, -0 -inf, 1 0, inf inf'
const odd = 'nan nan, 0 0, -0 -0, inf inf, -inf -inf'
const periodic = 'nan nan, 0 0, -0 -0, inf nan, -inf nan'
const outsideOfArcs = 'nan nan, 2 nan, -2 nan, inf nan, -inf nan, 1.0000002 nan, -1.0000002 nan'
const whole =
  'nan nan, inf inf, -inf -inf, 0 0, -0 -0, 3 3, -3 -3, 8388609 8388609, -8388609 -8388609, 1e30 1e30'

/** The special cases of the Python array API standard, 2024.12, and those of functions that it does not have. */
export const unaryTable: readonly UnaryRow[] = [
  ['abs', core.abs, 'nan nan, 0 0, -0 0, inf inf, -inf inf, -3 3'],
  ['acos', core.acos, `${outsideOfArcs}, 1 0, 0 pi/2, -0 pi/2, -1 pi`],
  ['acosh', core.acosh, 'nan nan, 0.99999 nan, 0 nan, -0 nan, -1 nan, -1e30 nan, -inf nan, 1 0, inf inf'],
  ['asin', core.asin, `${outsideOfArcs}, 0 0, -0 -0, 1 pi/2, -1 -pi/2`],
  ['asinh', core.asinh, odd],
  ['atan', core.atan, 'nan nan, 0 0, -0 -0, inf pi/2, -inf -pi/2, 1 pi/4'],
  ['atanh', core.atanh, `${outsideOfArcs}, 1 inf, -1 -inf, 0 0, -0 -0`],
  ['cbrt', core.cbrt, `${odd}, 27 3, -8 -2`],
  ['ceil', core.ceil, `${whole}, 0.5 1, -0.5 -0, -1.5 -1, 1e-30 1, -1e-30 -0`],
  ['cos', core.cos, 'nan nan, 0 1, -0 1, inf nan, -inf nan'],
  ['cosh', core.cosh, 'nan nan, 0 1, -0 1, inf inf, -inf inf'],
  ['erf', core.erf, 'nan nan, 0 0, -0 -0, inf 1, -inf -1, 1e30 1, -1e30 -1'],
  ['erfc', core.erfc, 'nan nan, 0 1, -0 1, inf 0, -inf 2, 1e30 0, -1e30 2'],
  ['exp', core.exp, 'nan nan, 0 1, -0 1, inf inf, -inf 0, 1e30 inf, -1e30 0'],
  ['exp2', core.exp2, 'nan nan, 0 1, -0 1, inf inf, -inf 0, 10 1024, -2 0.25'],
  ['expm1', core.expm1, 'nan nan, 0 0, -0 -0, inf inf, -inf -1, 1e30 inf, -1e30 -1'],
  ['floor', core.floor, `${whole}, 0.5 0, -0.5 -1, 1.5 1, 1e-30 0, -1e-30 -1`],
  ['isFinite', core.isFinite, 'nan 0, inf 0, -inf 0, 0 1, -0 1, 1e30 1'],
  ['isInf', core.isInf, 'nan 0, inf 1, -inf 1, 0 0, -0 0, 1e30 0'],
  ['isNaN', core.isNaN, 'nan 1, inf 0, -inf 0, 0 0, -0 0'],
  ['log', core.log, logarithms],
  ['log10', core.log10, logarithms],
  ['log1p', core.log1p, 'nan nan, -2 nan, -inf nan, -1 -inf, 0 0, -0 -0, inf inf'],
  ['log2', core.log2, logarithms],
  ['logicalNot', core.logicalNot, 'nan 0, 0 1, -0 1, inf 0, 1e-30 0'],
  ['nanToNum', (x) => core.nanToNum(x, { posInf: 9, negInf: -9 }), 'nan 0, inf 9, -inf -9, 0 0, -0 -0'],
  ['neg', core.neg, 'nan nan, 0 -0, -0 0, inf -inf, -inf inf'],
  ['reciprocal', core.reciprocal, 'nan nan, 0 inf, -0 -inf, inf 0, -inf -0'],
  ['relu', core.relu, 'nan nan, 0 0, -0 0, inf inf, -inf 0'],
  [
    'round',
    core.round,
    `${whole}, 0.5 0, -0.5 -0, 1.5 2, 2.5 2, -2.5 -2, -1.5 -2, 0.49999997 0, -0.49999997 -0, 1e-30 0, -1e-30 -0`,
  ],
  ['rsqrt', core.rsqrt, 'nan nan, -1 nan, 0 inf, -0 -inf, inf 0, -inf nan'],
  ['sigmoid', core.sigmoid, 'nan nan, 0 0.5, -0 0.5, inf 1, -inf 0, 1e30 1, -1e30 0'],
  ['sign', core.sign, 'nan nan, 0 0, -0 -0, inf 1, -inf -1, 1e-30 1, -1e-30 -1'],
  ['sin', core.sin, periodic],
  ['sinh', core.sinh, odd],
  ['softplus', core.softplus, 'nan nan, 0 ln2, inf inf, -inf 0'],
  ['sqrt', core.sqrt, roots],
  ['square', core.square, 'nan nan, 0 0, -0 0, inf inf, -inf inf'],
  ['tan', core.tan, periodic],
  ['tanh', core.tanh, 'nan nan, 0 0, -0 -0, inf 1, -inf -1, 1e30 1, -1e30 -1'],
  ['trunc', core.trunc, `${whole}, 0.5 0, -0.5 -0, 1.5 1, -1.5 -1, 1e-30 0, -1e-30 -0`],
]
