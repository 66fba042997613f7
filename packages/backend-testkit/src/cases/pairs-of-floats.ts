import { type DType, hypot, type Input, logAddExp, nanToNum, type Tensor } from '@tapegrad/core'
import fc from 'fast-check'
import { awayFromZero, between, manyMagnitudes, mixture, real } from '../generators/numbers.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import { exactTolerances, relativeTolerances } from '../kit/op-spec.ts'
import { isFloatType, type OracleArray } from '../oracle/array.ts'
import { commonType, mapArray, zip } from '../oracle/elementwise.ts'
import { type Domains, withAttributes } from './inputs.ts'
import { anywhere, pairOf, pairOrNumber } from './pairs.ts'

/** Functions of two arguments that core composes on every backend, of floats. */
function composedPair(
  name: string,
  op: (a: Input, b: Input) => Tensor,
  f: (a: number, b: number) => number,
  domains: Domains,
  tolerances: Tolerances,
): CaseFactory {
  return opCase({
    name,
    group: 'elementwise-binary',
    calls: (options) => pairOrNumber(options, domains, domains, anywhere(-2.5, 0.5, 2)),
    op: (inputs, attributes) => op(...pairOf<Tensor>(inputs, attributes)),
    oracle: (inputs, attributes) => {
      const [a, b] = pairOf<OracleArray>(inputs, attributes)
      return zip([a, b], commonType(a, b, 'float'), ([p, q]) => f(p!, q!))
    },
    tolerances,
    specialValues: 'values',
    differentiable: 'all',
  })
}

/** Around eᵃ + eᵇ = 1 the logarithm is 0: what is left has few digits. */
const logarithmTolerances: Tolerances = {
  float32: { absolute: 5e-7, relative: 5e-7 },
  float64: { absolute: 1e-15, relative: 1e-14 },
}

function logAddExpOracle(a: number, b: number): number {
  const most = Math.max(a, b)
  if (Number.isNaN(most) || Math.abs(most) === Infinity) return most
  return most + Math.log(Math.exp(a - most) + Math.exp(b - most))
}

export const floatPairCases = (): readonly CaseFactory[] => [
  composedPair(
    'hypot',
    hypot,
    (a, b) => Math.hypot(a, b),
    { values: mixture(real, manyMagnitudes(1e-30, 1e38)), gradient: awayFromZero(0.5, 2) },
    relativeTolerances,
  ),
  composedPair(
    'logAddExp',
    logAddExp,
    logAddExpOracle,
    { values: mixture(real, between(-100, 100), between(-1000, 1000)) },
    logarithmTolerances,
  ),
  opCase({
    name: 'nanToNum',
    group: 'elementwise-unary',
    calls: (options) =>
      withAttributes(options, {}, () => fc.constantFrom({}, { nan: -1 }, { posInf: 100, negInf: -3.5 })),
    op: ([x], options) => nanToNum(x!, options),
    oracle: ([x], options) => mapArray(x!, x!.dtype, (value, dtype) => replaced(value, dtype, options)),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [0],
  }),
]

interface Replacements {
  readonly nan?: number
  readonly posInf?: number
  readonly negInf?: number
}

function replaced(x: number, dtype: DType, { nan = 0, posInf, negInf }: Replacements): number {
  if (!isFloatType(dtype) || Number.isFinite(x)) return x
  const largest = dtype === 'float32' ? 3.4028234663852886e38 : Number.MAX_VALUE
  if (Number.isNaN(x)) return nan
  return x > 0 ? (posInf ?? largest) : (negInf ?? -largest)
}
