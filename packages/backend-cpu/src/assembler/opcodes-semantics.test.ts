import { describe, expect, test } from 'vitest'
import { FunctionBuilder } from './function-builder.ts'
import { compile } from './instantiate.ts'
import { type PlainName, plainInstructions } from './opcodes.ts'

describe('instructions of one signature are not mixed up', () => {
  const { fround, sign } = Math
  const first = (x: number, y: number, takeSecond: boolean) => (takeSecond ? y : x)
  const nearestEven = (x: number) =>
    Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.trunc(x + 0.5 * sign(x))
  const float = {
    add: (x: number, y: number) => x + y,
    sub: (x: number, y: number) => x - y,
    mul: (x: number, y: number) => x * y,
    div: (x: number, y: number) => x / y,
    min: Math.min,
    max: Math.max,
    pmin: (x: number, y: number) => first(x, y, y < x),
    pmax: (x: number, y: number) => first(x, y, x < y),
    abs: Math.abs,
    neg: (x: number) => -x,
    sqrt: Math.sqrt,
    ceil: Math.ceil,
    floor: Math.floor,
    trunc: Math.trunc,
    nearest: nearestEven,
  }
  const integer = {
    add: (x: number, y: number) => (x + y) | 0,
    sub: (x: number, y: number) => (x - y) | 0,
    mul: Math.imul,
    min_s: Math.min,
    max_s: Math.max,
    min_u: (x: number, y: number) => Math.min(x >>> 0, y >>> 0) | 0,
    max_u: (x: number, y: number) => Math.max(x >>> 0, y >>> 0) | 0,
    abs: (x: number) => Math.abs(x) | 0,
    neg: (x: number) => -x | 0,
    shl: (x: number, y: number) => x << y,
    shr_s: (x: number, y: number) => x >> y,
    shr_u: (x: number, y: number) => (x >>> y) | 0,
    and: (x: number, y: number) => x & y,
    or: (x: number, y: number) => x | y,
    xor: (x: number, y: number) => x ^ y,
    div_s: (x: number, y: number) => (x / y) | 0,
    div_u: (x: number, y: number) => ((x >>> 0) / (y >>> 0)) | 0,
    rem_s: (x: number, y: number) => (x % y) | 0,
    rem_u: (x: number, y: number) => ((x >>> 0) % (y >>> 0)) | 0,
    rotl: (x: number, y: number) => (x << y) | (x >>> -y),
    rotr: (x: number, y: number) => (x >>> y) | (x << -y),
    clz: Math.clz32,
    ctz: (x: number) => (x === 0 ? 32 : 31 - Math.clz32(x & -x)),
  }
  const compare = {
    eq: (x: number, y: number) => x === y,
    ne: (x: number, y: number) => x !== y,
    lt: (x: number, y: number) => x < y,
    gt: (x: number, y: number) => x > y,
    le: (x: number, y: number) => x <= y,
    ge: (x: number, y: number) => x >= y,
  }
  const compareInteger = {
    eq: compare.eq,
    ne: compare.ne,
    ...Object.fromEntries(
      (['lt', 'gt', 'le', 'ge'] as const).flatMap((name) => [
        [`${name}_s`, compare[name]],
        [`${name}_u`, (x: number, y: number) => compare[name](x >>> 0, y >>> 0)],
      ]),
    ),
  }

  const scalars = { i32: 'i32', f32: 'f32', f64: 'f64' } as const
  const vectors = { i32: 'i32x4', f32: 'f32x4', f64: 'f64x2' } as const
  const memory = new WebAssembly.Memory({ initial: 1 })

  type Scalar = keyof typeof scalars
  type Function2 = (x: number, y: number) => number | boolean

  /** The first lane, as the scalar type or, for comparisons, as an i32 of 0 or 1. */
  function evaluate(name: PlainName, type: Scalar, isComparison: boolean): (x: number, y: number) => number {
    const { params } = plainInstructions.get(name)!
    const fn = new FunctionBuilder(name, [type, type], [isComparison ? 'i32' : type])
    for (const [i, param] of params.entries()) {
      fn.get(fn.params[i]!)
      if (param === 'v128') fn.op(`${vectors[type]}.splat`)
    }
    fn.op(name)
    if (params[0] === 'v128') {
      if (isComparison) fn.lane('i32x4.extract_lane', 0).i32(1).op('i32.and')
      else fn.lane(`${vectors[type]}.extract_lane`, 0)
    }
    return compile({ fn }, memory).fn as (x: number, y: number) => number
  }

  const groups: readonly [Scalar, Readonly<Record<string, Function2>>, boolean][] = [
    ['f32', float, false],
    ['f64', float, false],
    ['i32', integer, false],
    ['f32', compare, true],
    ['f64', compare, true],
    ['i32', compareInteger, true],
  ]
  const samples = [
    [2.5, -1.5],
    [-1.5, 2.5],
    [3, 3],
    [-7, 2],
    [7, 3],
    [0.5, 5],
  ] as const
  const floatSamples = [
    [1, Number.NaN],
    [Number.NaN, 1],
    [0, -0],
    [-0, 0],
    [Number.POSITIVE_INFINITY, 1],
  ] as const
  const cases = groups.flatMap(([type, functions, isComparison]) =>
    Object.entries(functions).flatMap(([op, expected]) =>
      [scalars[type], vectors[type], 'v128']
        .map((prefix) => `${prefix}.${op}` as PlainName)
        .filter((name) => plainInstructions.has(name) && (type === 'i32' || !name.startsWith('v128')))
        .map((name) => ({ name, type, isComparison, expected })),
    ),
  )

  test.each(cases)('$name of $type', ({ name, type, isComparison, expected }) => {
    const actual = evaluate(name, type, isComparison)
    const round = { i32: Math.trunc, f32: fround, f64: Number }[type]
    for (const [x, y] of type === 'i32' ? samples : [...samples, ...floatSamples]) {
      const [a, b] = [round(x), round(y)]
      const value = Number(expected(a, b))
      expect(actual(a, b)).toBe(isComparison ? value : round(value))
    }
  })
})
