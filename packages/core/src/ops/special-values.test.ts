import { expect, test } from 'vitest'
import type { Input } from '../autodiff/node.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as ops from './elementwise.ts'
import { testBackends } from './movement-test-cases.ts'
import { columnsOf } from './number-test-table.ts'

/*
 * The special cases of the Python array API standard, 2024.12,
 * https://data-apis.org/array-api/latest/API_specification/elementwise_functions.html,
 * and those of functions that it lacks. Each case is the arguments and the result.
 */

type UnaryOp = (x: Tensor) => Tensor
type BinaryOp = (a: Input, b: Input) => Tensor

const unary: readonly (readonly [name: string, op: UnaryOp, cases: string])[] = [
  ['neg', ops.neg, 'nan nan, inf -inf, -inf inf, 0 -0, -0 0'],
  ['abs', ops.abs, 'nan nan, -0 0, -inf inf'],
  ['sign', ops.sign, 'nan nan, 0 0, -0 -0, inf 1, -inf -1'],
  ['square', ops.square, 'nan nan, -inf inf, -0 0'],
  ['reciprocal', ops.reciprocal, 'nan nan, 0 inf, -0 -inf, inf 0, -inf -0'],
  ['floor', ops.floor, 'nan nan, inf inf, -inf -inf, 0 0, -0 -0, 0.5 0, -0.5 -1'],
  ['ceil', ops.ceil, 'nan nan, inf inf, -inf -inf, 0 0, -0 -0, 0.5 1, -0.5 -0'],
  ['trunc', ops.trunc, 'nan nan, inf inf, -inf -inf, 0 0, -0 -0, 0.5 0, -0.5 -0'],
  ['round', ops.round, 'nan nan, inf inf, -inf -inf, 0 0, -0 -0, 0.5 0, -0.5 -0, 1.5 2, -2.5 -2'],
  ['round', ops.round, '0.49999997 0, -0.49999997 -0, 8388609 8388609, -8388609 -8388609'],
  ['sqrt', ops.sqrt, 'nan nan, -1 nan, 0 0, -0 -0, inf inf, -inf nan'],
  ['rsqrt', ops.rsqrt, 'nan nan, -1 nan, 0 inf, -0 -inf, inf 0, -inf nan'],
  ['exp', ops.exp, 'nan nan, 0 1, -0 1, inf inf, -inf 0'],
  ['expm1', ops.expm1, 'nan nan, 0 0, -0 -0, inf inf, -inf -1'],
  ['log', ops.log, 'nan nan, -1 nan, -inf nan, 0 -inf, -0 -inf, 1 0, inf inf'],
  ['log1p', ops.log1p, 'nan nan, -2 nan, -1 -inf, 0 0, -0 -0, inf inf'],
  ['sin', ops.sin, 'nan nan, 0 0, -0 -0, inf nan, -inf nan'],
  ['cos', ops.cos, 'nan nan, 0 1, -0 1, inf nan, -inf nan'],
  ['exp2', ops.exp2, 'nan nan, 0 1, -0 1, inf inf, -inf 0, 10 1024, -2 0.25'],
  ['log2', ops.log2, 'nan nan, -1 nan, -inf nan, 0 -inf, -0 -inf, 1 0, inf inf'],
  ['log10', ops.log10, 'nan nan, -1 nan, -inf nan, 0 -inf, -0 -inf, 1 0, inf inf'],
  ['cbrt', ops.cbrt, 'nan nan, 0 0, -0 -0, inf inf, -inf -inf, 1 1, -1 -1, 64 4, -1e30 -1e10'],
  ['tan', ops.tan, 'nan nan, 0 0, -0 -0, inf nan, -inf nan'],
  ['asin', ops.asin, 'nan nan, 2 nan, -2 nan, inf nan, 0 0, -0 -0, 1 pi/2, -1 -pi/2'],
  ['acos', ops.acos, 'nan nan, 2 nan, -2 nan, -inf nan, 1 0, 0 pi/2, -0 pi/2, -1 pi'],
  ['atan', ops.atan, 'nan nan, 0 0, -0 -0, inf pi/2, -inf -pi/2, 1 pi/4'],
  ['sinh', ops.sinh, 'nan nan, 0 0, -0 -0, inf inf, -inf -inf, 1e-30 1e-30'],
  ['cosh', ops.cosh, 'nan nan, 0 1, -0 1, inf inf, -inf inf'],
  ['asinh', ops.asinh, 'nan nan, 0 0, -0 -0, inf inf, -inf -inf, 1e-30 1e-30'],
  ['acosh', ops.acosh, 'nan nan, 0.5 nan, -1 nan, -1e30 nan, -inf nan, 1 0, inf inf'],
  ['atanh', ops.atanh, 'nan nan, 2 nan, -2 nan, inf nan, 0 0, -0 -0, 1 inf, -1 -inf'],
  ['erfc', ops.erfc, 'nan nan, 0 1, -0 1, inf 0, -inf 2, 1e30 0, -1e30 2'],
  ['nanToNum', ops.nanToNum, 'nan 0, 0 0, -0 -0, -3 -3'],
  ['tanh', ops.tanh, 'nan nan, 0 0, -0 -0, inf 1, -inf -1'],
  ['erf', ops.erf, 'nan nan, 0 0, -0 -0, inf 1, -inf -1'],
  ['sigmoid', ops.sigmoid, 'nan nan, 0 0.5, -0 0.5, inf 1, -inf 0'],
  ['softplus', ops.softplus, 'nan nan, inf inf, -inf 0'],
  ['relu', ops.relu, 'nan nan, 0 0, -0 0, inf inf, -inf 0'],
  ['isNaN', ops.isNaN, 'nan 1, inf 0, -0 0'],
  ['isFinite', ops.isFinite, 'nan 0, inf 0, -inf 0, -0 1'],
  ['isInf', ops.isInf, 'nan 0, inf 1, -inf 1, 0 0'],
  ['logicalNot', ops.logicalNot, 'nan 0, 0 1, -0 1, inf 0'],
]

const binary: readonly (readonly [name: string, op: BinaryOp, cases: string])[] = [
  ['add', ops.add, 'nan 1 nan, 1 nan nan, inf -inf nan, -inf inf nan, inf inf inf, -inf -inf -inf'],
  ['add', ops.add, 'inf 5 inf, 5 -inf -inf, -0 -0 -0, -0 0 0, 0 -0 0, 3 -3 0'],
  ['sub', ops.sub, 'nan nan nan, inf inf nan, -inf -inf nan, inf -inf inf'],
  ['sub', ops.sub, '0 0 0, -0 0 -0, 0 -0 0, -0 -0 0'],
  ['mul', ops.mul, 'nan 0 nan, inf 0 nan, -0 inf nan, inf -inf -inf, -inf -2 inf, -0 2 -0, -0 -2 0'],
  ['div', ops.div, 'nan 1 nan, 1 nan nan, inf -inf nan, 0 0 nan, -0 0 nan, 1 0 inf, 1 -0 -inf, -1 0 -inf'],
  ['div', ops.div, '0 5 0, -0 5 -0, 0 -5 -0, inf 5 inf, inf -5 -inf, 5 inf 0, 5 -inf -0, -5 inf -0'],
  ['floorDiv', ops.floorDiv, 'nan 1 nan, inf inf nan, 0 0 nan, 1 0 inf, -1 0 -inf, 0 5 0, -0 5 -0'],
  ['floorDiv', ops.floorDiv, 'inf 5 nan, -inf 5 nan, inf 0 inf, 5 -inf -1, -5 inf -1, -5 -inf 0, 1 0.1 9'],
  ['floorDiv', ops.floorDiv, '5 inf 0, 7 2 3, -7 2 -4, 7 -2 -4, -7 -2 3'],
  ['mod', ops.mod, 'nan 1 nan, 1 nan nan, inf 5 nan, 5 0 nan, 0 5 0, -0 5 0, 0 -5 -0, -0 -5 -0'],
  ['mod', ops.mod, '5 inf 5, 5 -inf -inf, -5 inf inf, -5 -inf -5, -6 3 0, 6 -3 -0, -7 3 2, 7 -3 -2'],
  ['pow', ops.pow, '2 nan nan, nan 0 1, nan -0 1, nan 2 nan, 1 nan 1, 1 inf 1, -1 inf 1, -1 -inf 1'],
  ['pow', ops.pow, '2 inf inf, 2 -inf 0, -2 inf inf, -2 -inf 0, 0.5 inf 0, 0.5 -inf inf, 0 0 1, -8 0.5 nan'],
  ['pow', ops.pow, 'inf 2 inf, inf -2 0, -inf 3 -inf, -inf 2 inf, -inf -3 -0, -inf -2 0'],
  ['pow', ops.pow, '0 2 0, 0 -2 inf, -0 3 -0, -0 2 0, -0 -3 -inf, -0 -2 inf'],
  [
    'hypot',
    ops.hypot,
    'nan 1 nan, 1 nan nan, inf nan inf, nan -inf inf, inf -inf inf, 0 -0 0, 0 -3 3, -3 4 5',
  ],
  [
    'logAddExp',
    ops.logAddExp,
    'nan 1 nan, inf nan nan, inf inf inf, -inf -inf -inf, inf -inf inf, -inf 3 3, 0 0 ln2',
  ],
  ['atan2', ops.atan2, 'nan 1 nan, 1 nan nan, 1 0 pi/2, 1 -0 pi/2, -1 0 -pi/2, -1 -0 -pi/2, 0 1 0, 0 0 0'],
  ['atan2', ops.atan2, '0 -0 pi, 0 -1 pi, -0 1 -0, -0 0 -0, -0 -0 -pi, -0 -1 -pi, 1 inf 0, 1 -inf pi'],
  ['atan2', ops.atan2, '-1 inf -0, -1 -inf -pi, inf 1 pi/2, inf inf pi/4, inf -inf 3pi/4, -inf inf -pi/4'],
  ['maximum', ops.maximum, 'nan 1 nan, 1 nan nan, -inf 1 1, inf 1 inf'],
  ['minimum', ops.minimum, 'nan 1 nan, 1 nan nan, -inf 1 -inf, inf 1 1'],
  ['equal', ops.equal, 'nan nan 0, 0 -0 1, inf inf 1, inf -inf 0'],
  ['notEqual', ops.notEqual, 'nan nan 1, 0 -0 0, inf inf 0'],
  ['less', ops.less, 'nan 1 0, 1 nan 0, -0 0 0, -inf inf 1'],
  ['lessEqual', ops.lessEqual, 'nan nan 0, 0 -0 1, inf inf 1'],
  ['greater', ops.greater, 'nan 1 0, 1 nan 0, 0 -0 0, inf -inf 1'],
  ['greaterEqual', ops.greaterEqual, 'nan nan 0, -0 0 1, -inf -inf 1'],
  ['logicalAnd', ops.logicalAnd, 'nan 1 1, nan 0 0, -0 1 0'],
  ['logicalOr', ops.logicalOr, 'nan 0 1, 0 -0 0, inf 0 1'],
  ['logicalXor', ops.logicalXor, 'nan 0 1, nan inf 0, 0 -0 0'],
]

const dtypes = ['float32', 'float64'] as const

/** Values as the result's dtype holds them. */
function held(values: readonly number[], { dtype }: Tensor): number[] {
  return dtype === 'float32' ? values.map(Math.fround) : [...values]
}

test.each(unary)('%s', (_name, op, cases) => {
  const [x, results] = columnsOf(cases) as [number[], number[]]
  for (const backend of testBackends) {
    for (const dtype of dtypes) {
      const out = op(tensor(x, { dtype, backend }))
      expect([...out.dataSync()]).toEqual(held(results, out))
    }
  }
})

test.each(binary)('%s', (_name, op, cases) => {
  const [a, b, results] = columnsOf(cases) as [number[], number[], number[]]
  for (const backend of testBackends) {
    for (const dtype of dtypes) {
      const out = op(tensor(a, { dtype, backend }), tensor(b, { dtype, backend }))
      const expected = held(results, out)
      expect([...out.dataSync()]).toEqual(expected)
      a.forEach((p, i) => {
        const q = b[i]!
        expect(op(p, tensor([q], { dtype, backend })).dataSync()[0]).toBe(expected[i])
        expect(op(tensor([p], { dtype, backend }), q).dataSync()[0]).toBe(expected[i])
      })
    }
  }
})
