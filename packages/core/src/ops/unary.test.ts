import { beforeEach, describe, expect, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError } from '../errors/index.ts'
import { tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as ops from './elementwise.ts'
import { expectBalanced, forEachTensor, testBackends } from './movement-test-cases.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** 0 to 1 for smooth functions of all numbers, or where else gradients are checked. */
type Points = readonly number[]
const anywhere: Points = [-3.2, -1.1, -0.4, 0.3, 0.9, 2.5]
const positive: Points = [0.2, 0.7, 1, 1.9, 4.5]
const inside: Points = [-0.9, -0.4, 0.1, 0.6, 0.95]
const special = [0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 30, -30, 1e-8, 1e30, -1e30]

interface UnaryCase {
  readonly name: string
  readonly op: (x: Tensor) => Tensor
  readonly oracle: (x: number) => number
  readonly kind: 'float' | 'number' | 'rounding' | 'test'
  readonly smooth?: Points
}

const sigmoid = (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))

function halfToEven(x: number): number {
  const below = Math.floor(x)
  const isTie = x - below === 0.5
  const rounded = isTie ? below + Math.abs(below % 2) : Math.round(x)
  return rounded === 0 && x < 0 ? -0 : rounded
}

/** Abramowitz and Stegun 7.1.6, whose terms have one sign, so that none cancel; large arguments saturate. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let total = x
  for (let n = 1; n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    total += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total
}

/** In the tail as a continued fraction (Abramowitz and Stegun 7.1.14), from the inside out. */
function erfc(x: number): number {
  if (x < 2 || x === Infinity) return 1 - erf(x)
  let rest = x
  for (let n = 100; n > 0; n--) rest = x + n / 2 / rest
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / rest
}

const cases: readonly UnaryCase[] = [
  { name: 'neg', op: ops.neg, oracle: (x) => -x, kind: 'number', smooth: anywhere },
  { name: 'abs', op: ops.abs, oracle: Math.abs, kind: 'number', smooth: anywhere },
  { name: 'sign', op: ops.sign, oracle: Math.sign, kind: 'number' },
  { name: 'square', op: ops.square, oracle: (x) => x * x, kind: 'number', smooth: anywhere },
  { name: 'relu', op: ops.relu, oracle: (x) => Math.max(x, 0), kind: 'number', smooth: anywhere },
  { name: 'reciprocal', op: ops.reciprocal, oracle: (x) => 1 / x, kind: 'float', smooth: anywhere },
  { name: 'sqrt', op: ops.sqrt, oracle: Math.sqrt, kind: 'float', smooth: positive },
  { name: 'rsqrt', op: ops.rsqrt, oracle: (x) => 1 / Math.sqrt(x), kind: 'float', smooth: positive },
  { name: 'exp', op: ops.exp, oracle: Math.exp, kind: 'float', smooth: anywhere },
  { name: 'expm1', op: ops.expm1, oracle: Math.expm1, kind: 'float', smooth: anywhere },
  { name: 'log', op: ops.log, oracle: Math.log, kind: 'float', smooth: positive },
  { name: 'log1p', op: ops.log1p, oracle: Math.log1p, kind: 'float', smooth: positive },
  { name: 'sin', op: ops.sin, oracle: Math.sin, kind: 'float', smooth: anywhere },
  { name: 'cos', op: ops.cos, oracle: Math.cos, kind: 'float', smooth: anywhere },
  { name: 'exp2', op: ops.exp2, oracle: (x) => 2 ** x, kind: 'float', smooth: anywhere },
  { name: 'log2', op: ops.log2, oracle: Math.log2, kind: 'float', smooth: positive },
  { name: 'log10', op: ops.log10, oracle: Math.log10, kind: 'float', smooth: positive },
  { name: 'cbrt', op: ops.cbrt, oracle: Math.cbrt, kind: 'float', smooth: anywhere },
  { name: 'tan', op: ops.tan, oracle: Math.tan, kind: 'float', smooth: inside },
  { name: 'asin', op: ops.asin, oracle: Math.asin, kind: 'float', smooth: inside },
  { name: 'acos', op: ops.acos, oracle: Math.acos, kind: 'float', smooth: inside },
  { name: 'atan', op: ops.atan, oracle: Math.atan, kind: 'float', smooth: anywhere },
  { name: 'sinh', op: ops.sinh, oracle: Math.sinh, kind: 'float', smooth: anywhere },
  { name: 'cosh', op: ops.cosh, oracle: Math.cosh, kind: 'float', smooth: anywhere },
  { name: 'asinh', op: ops.asinh, oracle: Math.asinh, kind: 'float', smooth: anywhere },
  { name: 'acosh', op: ops.acosh, oracle: Math.acosh, kind: 'float', smooth: [1.2, 1.9, 4.5] },
  { name: 'atanh', op: ops.atanh, oracle: Math.atanh, kind: 'float', smooth: inside },
  { name: 'tanh', op: ops.tanh, oracle: Math.tanh, kind: 'float', smooth: anywhere },
  { name: 'sigmoid', op: ops.sigmoid, oracle: sigmoid, kind: 'float', smooth: anywhere },
  { name: 'erf', op: ops.erf, oracle: erf, kind: 'float', smooth: anywhere },
  { name: 'erfc', op: ops.erfc, oracle: erfc, kind: 'float', smooth: anywhere },
  {
    name: 'softplus',
    op: ops.softplus,
    oracle: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    kind: 'float',
    smooth: anywhere,
  },
  { name: 'silu', op: ops.silu, oracle: (x) => x * sigmoid(x), kind: 'float', smooth: anywhere },
  { name: 'floor', op: ops.floor, oracle: Math.floor, kind: 'rounding' },
  { name: 'ceil', op: ops.ceil, oracle: Math.ceil, kind: 'rounding' },
  { name: 'trunc', op: ops.trunc, oracle: Math.trunc, kind: 'rounding' },
  { name: 'round', op: ops.round, oracle: halfToEven, kind: 'rounding' },
  { name: 'isNaN', op: ops.isNaN, oracle: (x) => Number(Number.isNaN(x)), kind: 'test' },
  { name: 'isFinite', op: ops.isFinite, oracle: (x) => Number(Number.isFinite(x)), kind: 'test' },
  { name: 'isInf', op: ops.isInf, oracle: (x) => Number(Math.abs(x) === Infinity), kind: 'test' },
  { name: 'logicalNot', op: ops.logicalNot, oracle: (x) => Number(x === 0), kind: 'test' },
]

function resultType({ kind }: UnaryCase, dtype: string): string {
  if (kind === 'test') return 'bool'
  if (dtype === 'float64' || dtype === 'float32') return dtype
  if (kind === 'float') return 'float32'
  return dtype === 'bool' ? 'int32' : dtype
}

function convert(value: number, dtype: string): number {
  if (dtype === 'float32') return Math.fround(value)
  if (dtype === 'uint8') return value & 255
  // Integers have one zero.
  return dtype === 'float64' ? value : value | 0
}

function expectClose(actual: number, expected: number, dtype: string): void {
  if (Object.is(actual, expected)) return
  const tolerance = dtype === 'float64' ? 1e-14 : 1e-6
  if (expected === 0 || !Number.isFinite(expected)) expect(actual).toBe(expected)
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)))
}

describe.each(cases)('$name', (unary) => {
  const { op, oracle } = unary

  test.each([[[]], [[5]], [[2, 3]], [[2, 0, 3]], [[2, 1, 3, 2, 1]]])(
    'agrees with plain loops: %j',
    (shape) => {
      forEachTensor(shape, ({ x, values }) => {
        const out = op(x)
        expect(out.dtype).toBe(resultType(unary, x.dtype))
        expect(out.shape).toEqual(shape)
        expect(out).not.toBe(x)
        out.dataSync().forEach((actual, i) => {
          expectClose(actual, convert(oracle(values.values[i]!), out.dtype), out.dtype)
        })
        out.dispose()
        expectBalanced(() => op(x))
      })
    },
  )

  test.each(['float32', 'float64'] as const)('is right at special values in %s', (dtype) => {
    for (const backend of testBackends) {
      const values = [...special, Number.NaN, Infinity, ...(unary.name === 'silu' ? [] : [-Infinity])]
      const x = tensor(values, { dtype, backend })
      const held = [...x.dataSync()]
      op(x)
        .dataSync()
        .forEach((actual, i) => {
          expectClose(actual, convert(oracle(held[i]!), dtype), dtype)
        })
    }
  })

  test('refuses what is no tensor', () => {
    expect(() => op([1] as never)).toThrow(ArgumentError)
    const x = tensor([1])
    x.dispose()
    expect(() => op(x)).toThrow(DisposedError)
  })
})

const smoothCases = cases.flatMap(({ name, op, smooth }) => (smooth ? [{ name, op, smooth }] : []))

test.each(smoothCases)('$name has gradients of both orders', async ({ op, smooth }) => {
  for (const backend of testBackends) {
    const x = tensor([...smooth], { dtype: 'float64', backend })
    await checkGradients((y) => op(y!), [x], { order: 2 })
  }
})

const steps = cases.filter(({ name, kind }) => kind === 'rounding' || name === 'sign')

test.each(steps)('$name has a gradient of zero', ({ op }) => {
  expect([...grad((x: Tensor) => sum(op(x)))(tensor([0.3, -1.7])).dataSync()]).toEqual([0, 0])
})

test('gradients at kinks', () => {
  const at = (op: (x: Tensor) => Tensor, values: number[]) => [
    ...grad((x: Tensor) => sum(op(x)))(tensor(values)).dataSync(),
  ]
  expect(at(ops.abs, [-2, 0, 2])).toEqual([-1, 0, 1])
  expect(at(ops.relu, [-2, 0, 2])).toEqual([0, 0, 1])
  expect(at((x) => ops.clip(x, -1, 1), [-2, -1, 0, 1, 2])).toEqual([0, 1, 1, 1, 0])
  expect(at(ops.silu, [-Infinity])[0]).toBeCloseTo(0)
})

test('silu of minus infinity is 0', () => {
  for (const backend of testBackends) {
    expect(ops.silu(tensor([-Infinity], { backend })).dataSync()[0]).toBeCloseTo(0)
  }
})

test('clip limits values', () => {
  expect([...ops.clip(tensor([-2, 0.5, 3, Number.NaN]), 0, 1).dataSync()]).toEqual([0, 0.5, 1, Number.NaN])
  expect(ops.clip(tensor([-2, 3], { dtype: 'int32' }), 0, 2).dtype).toBe('int32')
  expect([...ops.clip(tensor([1, 2]), 1.5, Infinity).dataSync()]).toEqual([1.5, 2])
  expect(() => ops.clip(tensor([1]), 2, 1)).toThrow(/clip: the limits are no range/)
  expect(() => ops.clip(tensor([1]), Number.NaN, 1)).toThrow(ArgumentError)
})
