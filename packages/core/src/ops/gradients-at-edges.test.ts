import { expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Input } from '../autodiff/node.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as ops from './elementwise.ts'
import { gelu } from './gelu.ts'
import { testBackends } from './movement-test-cases.ts'
import { columnsOf } from './number-test-table.ts'
import { sum } from './sum.ts'

/*
 * First and second derivatives where functions end, bend or level off: the limits where there are any, never NaN
 * where a number is meant.
 */

/** At x, the first and the second derivative. */
const unary: readonly (readonly [name: string, op: (x: Tensor) => Tensor, rows: string])[] = [
  ['abs', ops.abs, '0 0 0, -2 -1 0, -inf -1 0, inf 1 0'],
  ['square', ops.square, '0 0 2, inf inf 2'],
  ['sqrt', ops.sqrt, '0 inf -inf, inf 0 0'],
  ['rsqrt', ops.rsqrt, '0 -inf inf, inf 0 0'],
  ['reciprocal', ops.reciprocal, '0 -inf inf, -0 -inf -inf, inf 0 0, -inf 0 0'],
  ['exp', ops.exp, '-inf 0 0, inf inf inf'],
  ['expm1', ops.expm1, '-inf 0 0, 0 1 1'],
  ['log', ops.log, '0 inf -inf, inf 0 0'],
  ['log1p', ops.log1p, '-1 inf -inf, 0 1 -1, inf 0 0'],
  ['exp2', ops.exp2, '-inf 0 0, inf inf inf'],
  ['log2', ops.log2, '0 inf -inf, inf 0 0'],
  ['log10', ops.log10, '0 inf -inf, inf 0 0'],
  ['cbrt', ops.cbrt, '0 inf -inf, -0 inf inf, inf 0 0, -inf 0 0'],
  ['tan', ops.tan, '0 1 0'],
  ['asin', ops.asin, '1 inf inf, -1 inf -inf, 0 1 0'],
  ['acos', ops.acos, '1 -inf -inf, -1 -inf inf, 0 -1 0'],
  ['atan', ops.atan, 'inf 0 0, -inf 0 0, 0 1 0, 1e30 0 0, 1 0.5 -0.5'],
  ['tanh', ops.tanh, 'inf 0 0, -inf 0 0, 0 1 0, 1e30 0 0'],
  ['sigmoid', ops.sigmoid, 'inf 0 0, -inf 0 0, 0 0.25 0, -1e30 0 0'],
  ['softplus', ops.softplus, 'inf 1 0, -inf 0 0, 0 0.5 0.25, 1e30 1 0'],
  ['silu', ops.silu, 'inf 1 0, -inf 0 0, 0 0.5 0.5, 1e30 1 0, -1e30 0 0'],
  ['relu', ops.relu, '0 0 0, -0 0 0, inf 1 0, -inf 0 0'],
  ['erf', ops.erf, '0 2/sqrt(pi) 0, 1e30 0 0, -1e30 0 0, inf 0 0, -inf 0 0'],
  ['erfc', ops.erfc, '0 -2/sqrt(pi) 0, 1e30 0 0, -1e30 0 0, inf 0 0, -inf 0 0'],
  ['sinh', ops.sinh, '0 1 0, inf inf inf, -inf inf -inf'],
  ['cosh', ops.cosh, '0 0 1, inf inf inf, -inf -inf inf'],
  ['asinh', ops.asinh, '0 1 0, 1e30 1e-30 0, -1e30 1e-30 0, inf 0 0, -inf 0 0'],
  ['acosh', ops.acosh, '1 inf -inf, 1e30 1e-30 0, inf 0 0'],
  ['atanh', ops.atanh, '0 1 0, 1 inf inf, -1 inf -inf'],
  ['gelu', gelu, '0 0.5 sqrt(2/pi), inf 1 0, -inf 0 0, 1e30 1 0, -1e30 0 0'],
  ['nanToNum', (x) => ops.nanToNum(x), '0 1 0, inf 0 0, -inf 0 0, nan 0 0'],
  ['x²', (x) => ops.pow(x, 2), '0 0 2, -3 -6 2'],
  ['x³', (x) => ops.pow(x, 3), '0 0 0, -2 12 -12'],
  ['x¹', (x) => ops.pow(x, 1), '0 1 0, inf 1 0'],
  ['x⁰', (x) => ops.pow(x, 0), '0 0 0, inf 0 0'],
  ['√x as a power', (x) => ops.pow(x, 0.5), '0 inf -inf'],
  ['0ˣ', (x) => ops.pow(0, x), '0 0 0, 2 0 0'],
  ['1ˣ', (x) => ops.pow(1, x), '0 0 0, 5 0 0'],
  ['clip', (x) => ops.clip(x, -1, 1), '1 1 0, -1 1 0, 2 0 0, -inf 0 0'],
  ['maximum with 0', (x) => ops.maximum(x, 0), '0 0.5 0, inf 1 0, -inf 0 0'],
  ['1 / x', (x) => ops.div(1, x), 'inf 0 0, -inf 0 0'],
]

/** Equal in float32, where one zero is as good as the other. */
function expectEqual(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(Array.from(actual, (v) => v + 0)).toEqual(expected.map((v) => Math.fround(v) + 0))
}

test.each(unary)('%s', (_name, op, rows) => {
  const [values, first, second] = columnsOf(rows) as [number[], number[], number[]]
  for (const backend of testBackends) {
    const x = tensor(values, { backend })
    const slope = (y: Tensor): Tensor => grad((z: Tensor) => sum(op(z)))(y)
    const curvature = grad((y: Tensor) => sum(slope(y)))
    expectEqual(slope(x).dataSync(), first)
    expectEqual(curvature(x).dataSync(), second)
  }
})

/** At a and b, the derivatives with respect to both. */
const binary: readonly (readonly [name: string, op: (a: Input, b: Input) => Tensor, rows: string])[] = [
  ['mul', ops.mul, '0 3 3 0, 2 0 0 2'],
  ['div', ops.div, '0 2 0.5 0, 3 inf 0 0'],
  ['mod', ops.mod, '7 4 1 -1, -7 4 1 2'],
  ['maximum', ops.maximum, '2 2 0.5 0.5, inf 1 1 0, -inf -inf 0.5 0.5, 0 -0 0.5 0.5'],
  ['minimum', ops.minimum, '2 2 0.5 0.5, inf 1 0 1, inf inf 0.5 0.5'],
  ['pow', ops.pow, '0 0 0 0, 0 1 1 0, 0 2 0 0, 1 7 7 0, 2 0 0 ln2'],
  [
    'hypot',
    ops.hypot,
    '0 0 0 0, 3 4 0.6 0.8, 0 2 0 1, inf 1 1 0, 1 -inf 0 -1, 1.5e38 2e38 0.6 0.8, 3e-30 4e-30 0.6 0.8',
  ],
  [
    'logAddExp',
    ops.logAddExp,
    '0 0 0.5 0.5, inf inf 0.5 0.5, -inf -inf 0.5 0.5, inf 1 1 0, -inf 1 0 1, 1e30 -1e30 1 0',
  ],
  ['atan2', ops.atan2, '0 0 0 0, 0 2 0.5 0, 2 0 0 -0.5, 1e30 1e30 5e-31 -5e-31, 1e-30 1e-30 5e29 -5e29'],
]

test.each(binary)('%s of both arguments', (_name, op, rows) => {
  const [a, b, ofA, ofB] = columnsOf(rows) as [number[], number[], number[], number[]]
  for (const backend of testBackends) {
    const slopes = grad((p: Tensor, q: Tensor) => sum(op(p, q)))(
      tensor(a, { backend }),
      tensor(b, { backend }),
    )
    expectEqual(slopes[0].dataSync(), ofA)
    expectEqual(slopes[1].dataSync(), ofB)
  }
})

test('a gradient of 0 stays 0 beside an infinite slope where the branch was not taken', () => {
  for (const backend of testBackends) {
    const x = tensor([0, 4], { backend })
    const safe = (y: Tensor) => ops.where(ops.greater(y, 0), ops.log(ops.where(ops.greater(y, 0), y, 1)), 0)
    expect([...grad((y: Tensor) => sum(safe(y)))(x).dataSync()]).toEqual([0, 0.25])
  }
})
