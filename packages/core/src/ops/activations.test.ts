import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { activationCases } from './activation-test-cases.ts'
import * as ops from './activations.ts'
import { testBackends } from './movement-test-cases.ts'
import { checkAgainst, checkBothOrders, expectClose, shapes } from './neural-test-cases.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** Finite numbers at which functions overflow, cancel or turn. */
const finite = [0, -0, 1, -1, 0.5, -0.5, 2.5, -2.5, 6, -6, 30, -30, 88.8, -88.8, 1e-8, -1e-8, 1e4, -1e4]
const dtypes = [
  { dtype: 'float32', largest: 3.4e38 },
  { dtype: 'float64', largest: 1.7e308 },
] as const
const away = [-7.1, -3.3, -2.4, -1.2, -0.7, -0.2, 0.3, 0.8, 1.4, 2.2, 3.6, 6.5]

describe.each(activationCases)('$name', ({ name, op, oracle, limits, slopes, relative = false }) => {
  test.each(shapes.map((shape) => ({ shape })))('agrees with plain loops: $shape', ({ shape }) => {
    checkAgainst(shape, op, (values) => values.map(oracle))
  })

  test.each(dtypes)('is right at special values in $dtype', ({ dtype, largest }) => {
    const most = name === 'selu' ? 0.9 * largest : largest
    const held = [...tensor([...finite, most, -most], { dtype }).dataSync()]
    for (const backend of testBackends) {
      const x = tensor([...held, -Infinity, Infinity, Number.NaN], { dtype, backend })
      expectClose(op(x).dataSync(), [...held.map(oracle), ...limits, Number.NaN], { dtype, relative })
    }
  })

  test.each(dtypes)('has the right slope far out in $dtype', ({ dtype, largest }) => {
    const far = [-1e4, 1e4, -largest, largest, -Infinity, Infinity]
    for (const backend of testBackends) {
      const x = tensor(far, { dtype, backend })
      const slope = grad((y: Tensor) => sum(op(y)))
      // At 10,000 the rational functions are still on their way.
      slope(x)
        .dataSync()
        .forEach((actual, i) => expect(Math.abs(actual - slopes[i % 2]!)).toBeLessThan(5e-8))
      grad((y: Tensor) => sum(slope(y)))(x)
        .dataSync()
        .forEach((curvature) => expect(Math.abs(curvature)).toBeLessThan(1e-11))
    }
  })

  test('has gradients of both orders', async () => {
    await checkBothOrders(op, [{ shape: [3, 4], values: away }])
  })

  test('refuses what is no tensor', () => {
    expect(() => op([1] as never)).toThrow(ArgumentError)
    expect(() => op(undefined as never)).toThrow(/x is not a tensor/)
    const x = tensor([1])
    x.dispose()
    expect(() => op(x)).toThrow(DisposedError)
  })
})

test.each(activationCases.filter(({ corners }) => corners !== undefined))(
  '$name has the documented gradient at corners',
  ({ op, corners }) => {
    for (const { dtype } of dtypes) {
      const x = tensor(
        corners!.map(([position]) => position),
        { dtype },
      )
      expectClose(
        grad((y: Tensor) => sum(op(y)))(x).dataSync(),
        corners!.map(([, slope]) => slope),
        { dtype },
      )
    }
  },
)

test.each<{ name: string; call: (x: Tensor, options: never) => Tensor; wrong: readonly unknown[] }>([
  { name: 'celu', call: ops.celu, wrong: [1, { alpha: 0 }, { alpha: Infinity }] },
  { name: 'elu', call: ops.elu, wrong: [2, { alpha: '1' }, { alpha: Number.NaN }] },
  { name: 'gelu', call: ops.gelu, wrong: [true, null, { approximate: 'tanh' }] },
  { name: 'hardShrink', call: ops.hardShrink, wrong: [0.5, { threshold: -1 }, { threshold: Number.NaN }] },
  {
    name: 'leakyRelu',
    call: ops.leakyRelu,
    wrong: [0.2, { negativeSlope: '0.2' }, { negativeSlope: Infinity }],
  },
  { name: 'softShrink', call: ops.softShrink, wrong: [0.5, { threshold: -0.1 }, { threshold: [1] }] },
  { name: 'squareplus', call: ops.squareplus, wrong: [4, { b: 0 }, { b: -1 }] },
  { name: 'threshold', call: ops.threshold, wrong: [1, { threshold: Infinity }, { defaultValue: '0' }] },
])('$name refuses wrong options', ({ name, call, wrong }) => {
  for (const options of wrong) {
    expect(() => call(tensor([1]), options as never)).toThrow(ArgumentError)
    expect(() => call(tensor([1]), options as never)).toThrow(`${name}: `)
  }
})
