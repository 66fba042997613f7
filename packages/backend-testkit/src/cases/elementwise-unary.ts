import {
  abs,
  acos,
  asin,
  atan,
  cbrt,
  ceil,
  clip,
  cos,
  type DType,
  erf,
  exp,
  exp2,
  expm1,
  floor,
  isFinite as isFiniteNumber,
  isInf,
  isNaN as isNotANumber,
  log,
  log1p,
  log2,
  log10,
  logicalNot,
  neg,
  reciprocal,
  round,
  rsqrt,
  sigmoid,
  sign,
  sin,
  sqrt,
  square,
  type Tensor,
  tan,
  tanh,
  trunc,
  type UnaryOp,
} from '@tapegrad/core'
import fc from 'fast-check'
import {
  awayFromZero,
  between,
  betweenKinks,
  grid,
  manyMagnitudes,
  mixture,
  real,
} from '../generators/numbers.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import { exactTolerances, relativeTolerances, roundedTolerances } from '../kit/op-spec.ts'
import { type OracleArray, toFloat, toNumeric } from '../oracle/array.ts'
import { commonType, mapArray, unaryFunctions } from '../oracle/elementwise.ts'
import { type Domains, oneInput, withAttributes } from './inputs.ts'

interface UnaryRow {
  readonly op: (x: Tensor) => Tensor
  readonly f: (x: number) => number
  /** The dtype of the result. */
  readonly result: (dtype: DType) => DType
  readonly domains?: Domains
  readonly tolerances?: Tolerances
  /** Whether there is a gradient, if only zero. */
  readonly smooth?: boolean
}

const positive = mixture(between(0.1, 4), between(0, 1000))
const nearZero = mixture(real, manyMagnitudes(1e-6, 1), between(-20, 20))
const aroundOne = { values: mixture(positive, between(0.99, 1.01)), gradient: between(0.3, 3) }

/** Functions of floats, that integers are cast for. */
export function float(
  name: UnaryOp,
  op: (x: Tensor) => Tensor,
  domains: Domains = {},
  tolerances: Tolerances = relativeTolerances,
): CaseFactory {
  return unary(name, { op, f: unaryFunctions[name], result: toFloat, domains, tolerances, smooth: true })
}

/** Functions that core composes on every backend, of floats. */
export function composed(
  name: string,
  op: (x: Tensor) => Tensor,
  f: (x: number) => number,
  domains: Domains,
  tolerances: Tolerances = relativeTolerances,
): CaseFactory {
  return unary(name, { op, f, result: toFloat, domains, tolerances, smooth: true })
}

/** Functions that stay in the dtype, where bool counts as int32, and round nothing. */
function number(name: UnaryOp, op: (x: Tensor) => Tensor, domains: Domains): CaseFactory {
  const row = { op, f: unaryFunctions[name], result: toNumeric, domains, smooth: true }
  return unary(name, { ...row, tolerances: exactTolerances })
}

/** Tests on elements. */
function predicate(name: string, op: (x: Tensor) => Tensor, f: (x: number) => boolean): CaseFactory {
  const domains = { values: grid(-2, 2, 1) }
  return unary(name, { op, f: (x) => (f(x) ? 1 : 0), result: () => 'bool', domains })
}

function unary(name: string, row: UnaryRow): CaseFactory {
  const { op, f, result, domains = {}, tolerances = exactTolerances, smooth = false } = row
  return opCase({
    name,
    group: 'elementwise-unary',
    calls: (options) => oneInput(options, domains),
    op: ([x]) => op(x!),
    oracle: ([x]) => mapArray(x!, result(x!.dtype), f),
    tolerances,
    specialValues: 'signedZeros',
    ...(smooth ? { differentiable: [0] } : {}),
  })
}

/** Near a zero of sin or cos the rounding of the argument shows, however good the function is. */
const periodicTolerances: Tolerances = {
  float32: { absolute: 2e-7, relative: 5e-7 },
  float64: { absolute: 1e-15, relative: 1e-14 },
}

const smoothSteps: Domains = {
  values: mixture(grid(-4, 4, 0.5), real, between(-1000, 1000)),
  gradient: betweenKinks(-3, 3),
}
const away = awayFromZero(0.3, 3)
const arcs = { values: mixture(between(-1, 1), manyMagnitudes(1e-6, 1)), gradient: between(-0.9, 0.9) }

export const unaryCases = (): readonly CaseFactory[] => [
  number('neg', neg, {}),
  number('abs', abs, { gradient: away }),
  number('sign', sign, { values: grid(-2, 2, 0.5), gradient: away }),
  number('floor', floor, smoothSteps),
  number('ceil', ceil, smoothSteps),
  number('round', round, smoothSteps),
  number('trunc', trunc, smoothSteps),
  unary('square', {
    op: square,
    f: unaryFunctions.square,
    result: toNumeric,
    tolerances: roundedTolerances,
    smooth: true,
  }),
  float('reciprocal', reciprocal, { values: awayFromZero(0.01, 100), gradient: away }, roundedTolerances),
  float('sqrt', sqrt, { values: positive, gradient: between(0.3, 3) }, roundedTolerances),
  float('rsqrt', rsqrt, { values: positive, gradient: between(0.3, 3) }),
  float('exp', exp, { values: mixture(real, between(-87, 88), between(-120, 120)) }),
  float('expm1', expm1, { values: nearZero }),
  float('log', log, aroundOne),
  float('log1p', log1p, {
    values: mixture(positive, manyMagnitudes(1e-6, 0.9)),
    gradient: between(-0.5, 3),
  }),
  float('sin', sin, { values: mixture(real, between(-100, 100)) }, periodicTolerances),
  float('cos', cos, { values: mixture(real, between(-100, 100)) }, periodicTolerances),
  composed('exp2', exp2, (x) => 2 ** x, { values: mixture(real, between(-30, 30)) }),
  composed('log2', log2, (x) => Math.log2(x), aroundOne),
  composed('log10', log10, (x) => Math.log10(x), aroundOne),
  composed('cbrt', cbrt, (x) => Math.cbrt(x), {
    values: mixture(real, manyMagnitudes(1e-30, 1e30)),
    gradient: away,
  }),
  composed(
    'tan',
    tan,
    (x) => Math.tan(x),
    { values: mixture(between(-1.4, 1.4), manyMagnitudes(1e-6, 1)), gradient: between(-1, 1) },
    periodicTolerances,
  ),
  composed('asin', asin, (x) => Math.asin(x), arcs),
  composed('acos', acos, (x) => Math.acos(x), arcs, periodicTolerances),
  composed('atan', atan, (x) => Math.atan(x), { values: mixture(real, manyMagnitudes(1e-6, 1e6)) }),
  float('tanh', tanh, { values: nearZero }),
  float('sigmoid', sigmoid, { values: mixture(real, between(-120, 120)) }),
  float('erf', erf, { values: nearZero }),
  predicate('logicalNot', logicalNot, (x) => x === 0),
  predicate('isNaN', isNotANumber, (x) => Number.isNaN(x)),
  predicate('isFinite', isFiniteNumber, (x) => Number.isFinite(x)),
  predicate('isInf', isInf, (x) => x === Infinity || x === -Infinity),
  opCase({
    name: 'clip',
    group: 'elementwise-unary',
    calls: (options) =>
      withAttributes(
        options,
        {},
        () => fc.constantFrom([-1, 2], [0, 1], [-2.5, -0.5], [1, 1]).map(([min, max]) => ({ min, max })),
        { values: grid(-4, 4, 0.5), gradient: betweenKinks(-3, 3) },
      ),
    dtypes: ['float32', 'float64', 'int32'],
    op: ([x], { min, max }) => clip(x!, min!, max!),
    oracle: ([x], { min, max }) => clipOracle(x!, min!, max!),
    tolerances: exactTolerances,
    specialValues: 'values',
    differentiable: [0],
  }),
]

function clipOracle(x: OracleArray, min: number, max: number): OracleArray {
  const dtype = [min, max].every(Number.isInteger) ? toNumeric(x.dtype) : commonType(x, 0.5, 'number')
  return mapArray(x, dtype, (value) => Math.min(Math.max(value, min), max))
}
