import {
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  type DType,
  leftShift,
  rightShift,
  type Tensor,
} from '@tapegrad/core'
import { between, type Domain, extremeIntegers, grid, mixture } from '../generators/numbers.ts'
import type { CaseFactory } from '../kit/case.ts'
import { opCase } from '../kit/op-case.ts'
import type { CallOptions } from '../kit/op-spec.ts'
import type { OracleArray } from '../oracle/array.ts'
import { binary, mapArray } from '../oracle/elementwise.ts'
import { broadcastPair, type Domains, oneInput } from './inputs.ts'
import { anywhere, pairOf, pairOrNumber } from './pairs.ts'

const integers: readonly DType[] = ['int32', 'uint8', 'bool']

/** Integers of all sizes; where a device has floats, of 24 bits and a sign, so that results are, too. */
function allIntegers({ maxInt }: CallOptions): Domains {
  const whole: Domain = mixture(between(-(2 ** 31), 2 ** 31 - 1), extremeIntegers)
  const most = 2 ** 24 - 1
  const large = maxInt >= 2 ** 31 - 1 ? whole : mixture(between(-most, most), grid(-most, most, most))
  return { values: mixture(grid(-8, 8, 1), large) }
}

const logical = { bitwiseAnd: 'logicalAnd', bitwiseOr: 'logicalOr', bitwiseXor: 'notEqual' } as const

function bitwise(name: keyof typeof logical, op: typeof bitwiseAnd): CaseFactory {
  return opCase({
    name,
    group: 'elementwise-binary',
    dtypes: integers,
    calls: (options) => {
      const domains = allIntegers(options)
      const dtypes = options.dtypes.filter((dtype) => integers.includes(dtype))
      return pairOrNumber({ ...options, dtypes }, domains, domains, anywhere(0, 1, 6))
    },
    op: (inputs, attributes) => op(...pairOf<Tensor>(inputs, attributes)),
    oracle: (inputs, attributes) => {
      const [a, b] = pairOf<OracleArray>(inputs, attributes)
      const isBool = [a, b].every((x) => (typeof x === 'number' ? x === 0 || x === 1 : x.dtype === 'bool'))
      return isBool ? binary(logical[name], a, b, 'any') : binary(name, a, b, 'any')
    },
  })
}

/** Those of a dtype, and some that are outside of its bits. */
const counts = mixture(
  grid(0, 12, 1),
  grid(0, 31, 1),
  () => 32,
  () => 100,
  () => -1,
)
const fewCounts = mixture(
  grid(0, 12, 1),
  () => 32,
  () => 100,
  () => -1,
)

const shifts = { leftShift, rightShift } as const

function shift(name: keyof typeof shifts, wraps: boolean): CaseFactory {
  return opCase({
    name: wraps ? `${name} of integers that wrap` : name,
    group: 'elementwise-binary',
    dtypes: wraps ? ['int32'] : integers,
    ...(wraps && {
      skip: ({ maxInt }) =>
        maxInt < 2 ** 31 - 1 ? `integers are exact up to ${maxInt}: there is nothing to wrap` : undefined,
    }),
    calls: (options) => {
      const dtypes: readonly DType[] = wraps ? ['int32'] : options.dtypes.filter((d) => integers.includes(d))
      const all = allIntegers(options)
      const values = wraps || name === 'rightShift' ? all : { values: grid(-40, 40, 1) }
      const second = { values: wraps || name === 'rightShift' ? counts : fewCounts }
      if (wraps) {
        return broadcastPair({ ...options, dtypes }, values, second).map((inputs) => ({
          inputs,
          attributes: {},
        }))
      }
      return pairOrNumber({ ...options, dtypes }, values, second, anywhere(1, 3, 7))
    },
    op: (inputs, attributes) => shifts[name](...pairOf<Tensor>(inputs, attributes)),
    oracle: (inputs, attributes) => binary(name, ...pairOf<OracleArray>(inputs, attributes), 'number'),
  })
}

export const bitwiseCases = (): readonly CaseFactory[] => [
  bitwise('bitwiseAnd', bitwiseAnd),
  bitwise('bitwiseOr', bitwiseOr),
  bitwise('bitwiseXor', bitwiseXor),
  opCase({
    name: 'bitwiseNot',
    group: 'elementwise-unary',
    dtypes: integers,
    calls: (options) => oneInput(options, allIntegers(options)),
    op: ([x]) => bitwiseNot(x!),
    oracle: ([x]) => mapArray(x!, x!.dtype, (value, dtype) => (dtype === 'bool' ? 1 - value : -1 - value)),
  }),
  shift('leftShift', false),
  shift('rightShift', false),
  shift('leftShift', true),
]
