import {
  add,
  atan2,
  type BinaryOp,
  type DType,
  div,
  floorDiv,
  type Input,
  maximum,
  minimum,
  mod,
  mul,
  pow,
  sub,
  type Tensor,
  where,
} from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import {
  awayFromZero,
  between,
  betweenKinks,
  type Domain,
  extremeIntegers,
  grid,
  mixture,
} from '../generators/numbers.ts'
import { plans } from '../generators/plans.ts'
import { broadcastableShapes } from '../generators/shapes.ts'
import type { CaseFactory } from '../kit/case.ts'
import type { Tolerances } from '../kit/compare.ts'
import { opCase } from '../kit/op-case.ts'
import {
  type Call,
  type CallOptions,
  exactTolerances,
  relativeTolerances,
  roundedTolerances,
  usualTolerances,
} from '../kit/op-spec.ts'
import type { OracleArray } from '../oracle/array.ts'
import { binary, type Kind, where as whereOracle } from '../oracle/elementwise.ts'
import { broadcastPair, type Domains, drawing, otherDType, sizeFor } from './inputs.ts'
import { anywhere, type NumberAttributes, type Numbers, pairOf, pairOrNumber } from './pairs.ts'

interface BinaryRow {
  readonly op: (a: Input, b: Input) => Tensor
  readonly kind?: Kind
  readonly a?: Domains
  readonly b?: Domains
  readonly numbers?: Numbers
  readonly tolerances?: Tolerances
  readonly dtypes?: readonly DType[]
  readonly specialValues?: 'values' | 'signedZeros'
}

function arithmetic(name: BinaryOp, row: BinaryRow): CaseFactory {
  const { op, kind = 'number', a = {}, b = a, numbers = anywhere(-2.5, -1, 0, 0.5, 2), dtypes } = row
  return opCase({
    name,
    group: 'elementwise-binary',
    calls: (options) => pairOrNumber(options, a, b, numbers),
    op: (inputs, attributes) => op(...pairOf<Tensor>(inputs, attributes)),
    oracle: (inputs, attributes) => binary(name, ...pairOf<OracleArray>(inputs, attributes), kind),
    tolerances: row.tolerances ?? roundedTolerances,
    specialValues: row.specialValues ?? 'signedZeros',
    differentiable: 'all',
    ...(dtypes === undefined ? {} : { dtypes }),
  })
}

/** Numbers whose quotients are whole, or would be if a float held tenths: then the division may round up to them. */
const quantities = mixture(grid(-4, 4, 0.5), grid(-6, 6, 0.1), between(-1e5, 1e5))
const divisors: Domain = (next) => [-2, -1, -0.5, 0.5, 1, 2, 4][Math.floor(next() * 7)]!
const tenths: Domain = mixture(divisors, (next) => [-0.3, -0.1, 0.1, 0.2, 0.7, 1.1][Math.floor(next() * 6)]!)
/** For gradients no quotient is a whole number, where ⌊a / b⌋ jumps. */
const quotients: Numbers = {
  values: { left: [-3, 0, 0.5, 7], right: [-2, 0.5, 2] },
  gradient: { left: [-1.3, 0.7], right: [-2, 0.5, 2] },
}
const ties: Domains = { values: grid(-2, 2, 0.5), gradient: between(-4, 4) }

/** Integers that overflow when added, multiplied or divided. */
const large: Domain = mixture(between(-(2 ** 31), 2 ** 31 - 1), extremeIntegers)
/** Powers of most integers wrap soon; those with a negative exponent are fractions, which are cut off. */
const exponents: Domain = grid(-3, 40, 1)

export const binaryCases = (): readonly CaseFactory[] => [
  arithmetic('add', { op: add }),
  arithmetic('sub', { op: sub }),
  arithmetic('mul', { op: mul }),
  arithmetic('div', {
    op: div,
    kind: 'float',
    a: {},
    b: { values: awayFromZero(0.6, 4), gradient: awayFromZero(0.5, 2) },
    numbers: anywhere(-2.5, -1, 0.5, 2),
  }),
  arithmetic('atan2', {
    op: atan2,
    kind: 'float',
    a: { gradient: awayFromZero(0.5, 2) },
    numbers: anywhere(-2.5, 0.5, 2),
    tolerances: relativeTolerances,
  }),
  arithmetic('floorDiv', {
    op: floorDiv,
    a: { values: quantities, gradient: betweenKinks(-3, 3) },
    b: { values: tenths, gradient: divisors },
    numbers: quotients,
    tolerances: exactTolerances,
  }),
  arithmetic('mod', {
    op: mod,
    a: { values: quantities, gradient: betweenKinks(-3, 3) },
    b: { values: tenths, gradient: divisors },
    numbers: quotients,
    tolerances: usualTolerances,
  }),
  arithmetic('pow', {
    op: pow,
    a: { values: mixture(between(0.2, 3), grid(0, 3, 1)), gradient: between(0.4, 2) },
    b: { values: mixture(between(-3, 3), grid(0, 3, 1)), gradient: between(-2, 2) },
    numbers: anywhere(0.5, 2, 3),
    tolerances: relativeTolerances,
  }),
  arithmetic('maximum', { op: maximum, a: ties, tolerances: exactTolerances, specialValues: 'values' }),
  arithmetic('minimum', { op: minimum, a: ties, tolerances: exactTolerances, specialValues: 'values' }),
  ...(['add', 'sub', 'mul', 'floorDiv', 'mod', 'pow'] as const).map((name) =>
    opCase({
      name: `${name} of integers that wrap`,
      group: 'elementwise-binary',
      dtypes: ['int32'],
      skip: ({ maxInt }) =>
        maxInt < 2 ** 31 - 1 ? `integers are exact up to ${maxInt}: there is nothing to wrap` : undefined,
      calls: (options: CallOptions) =>
        broadcastPair(
          { ...options, dtypes: ['int32'] },
          { values: large },
          { values: name === 'pow' ? exponents : large },
        ).map((inputs) => ({ inputs, attributes: undefined })),
      op: ([x, y]) => ({ add, sub, mul, floorDiv, mod, pow })[name](x!, y!),
      oracle: ([x, y]) => binary(name, x!, y!, 'number'),
    }),
  ),
  ...(['add', 'sub', 'maximum'] as const).map((name) =>
    opCase({
      name: `${name} of large integers`,
      group: 'elementwise-binary',
      dtypes: ['int32'],
      calls: (options: CallOptions) => {
        const most = Math.floor(options.maxInt / 2)
        const values = mixture(between(-most, most), grid(-most, most, most))
        return broadcastPair({ ...options, dtypes: ['int32'] }, { values }).map((inputs) => ({
          inputs,
          attributes: undefined,
        }))
      },
      op: ([x, y]) => ({ add, sub, maximum })[name](x!, y!),
      oracle: ([x, y]) => binary(name, x!, y!, 'number'),
    }),
  ),
  opCase({
    name: 'where',
    group: 'elementwise-binary',
    calls: whereCalls,
    op: ([condition, ...inputs], attributes) => where(condition!, ...pairOf<Tensor>(inputs, attributes)),
    oracle: ([condition, ...inputs], attributes) =>
      whereOracle(condition!, ...pairOf<OracleArray>(inputs, attributes)),
    tolerances: exactTolerances,
    specialValues: 'signedZeros',
    differentiable: [1, 2],
  }),
]

/** A condition, mostly of bools, and two tensors or one and a number. */
function whereCalls(options: CallOptions): Arbitrary<Call<NumberAttributes>> {
  const conditionType = fc.oneof(
    { weight: 3, arbitrary: fc.constant<DType>('bool') },
    { weight: 1, arbitrary: fc.constantFrom(...options.dtypes) },
  )
  const numbers = fc.constantFrom<NumberAttributes>({}, {}, { left: 0 }, { right: 0.5 }, { right: 1 })
  return fc
    .tuple(broadcastableShapes(3, sizeFor(options)), conditionType, otherDType(options), numbers)
    .chain(([[p, q, r], conditionDType, other, attributes]) => {
      const condition = plans(p!, conditionDType, drawing(options, { values: grid(-1, 1, 1) }))
      const a = plans(q!, options.dtype, drawing(options))
      const b = plans(r!, other, drawing(options))
      const hasNumber = attributes.left !== undefined || attributes.right !== undefined
      const inputs = hasNumber ? fc.tuple(condition, a) : fc.tuple(condition, a, b)
      return inputs.map((chosen) => ({ inputs: chosen, attributes }))
    })
}
