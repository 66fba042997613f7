import type { BinaryOp, Capabilities, DType, UnaryOp } from '@tapegrad/core'
import fc, { type Arbitrary } from 'fast-check'
import { between, type Domain, extremeIntegers, grid, mixture, real } from '../generators/numbers.ts'
import type { CaseFactory } from '../kit/case.ts'
import { type MethodCall, methodCase } from '../kit/method-case.ts'
import { exactTolerances } from '../kit/op-spec.ts'
import { isFloatType, type OracleArray, store } from '../oracle/array.ts'
import { binary, mapArray, unaryFunctions, zip } from '../oracle/elementwise.ts'
import { available, methodShapes, methodViews } from './views.ts'

const comparisons: readonly BinaryOp[] = ['equal', 'notEqual', 'less', 'lessEqual']
const connectives: readonly BinaryOp[] = ['logicalAnd', 'logicalOr']
const ofBits: readonly BinaryOp[] = ['bitwiseAnd', 'bitwiseOr', 'bitwiseXor', 'leftShift', 'rightShift']
const forFloatsOnly: readonly BinaryOp[] = ['div', 'atan2', 'reluGrad', 'tanhGrad', 'sigmoidGrad']

interface UnaryAttributes {
  readonly op: UnaryOp
}

/** Every function that the capabilities name; integers have two of them. */
function unaryCalls(caps: Capabilities): Arbitrary<MethodCall<UnaryAttributes>> {
  return fc
    .tuple(
      available(caps, ['float32', 'float32', 'float64', 'int32']),
      fc.constantFrom(...caps.unary),
      methodShapes(caps),
    )
    .chain(([dtype, named, shape]) => {
      const op: UnaryOp = isFloatType(dtype) || named === 'neg' ? named : 'abs'
      const isPositive =
        op === 'sqrt' || op === 'rsqrt' || op === 'log' || op === 'log1p' || op === 'reciprocal'
      const wraps = dtype === 'int32' && caps.maxInt === 2 ** 31 - 1
      const signed: Domain = wraps ? mixture(real, extremeIntegers) : mixture(real, between(-20, 20))
      const domain = isPositive ? between(0.1, 10) : signed
      return methodViews(caps, shape, dtype, domain).map((x) => ({ inputs: [x], attributes: { op } }))
    })
}

interface BinaryAttributes {
  readonly op: BinaryOp
  /** Where a number stands in for one of the views. */
  readonly left?: number
  readonly right?: number
}

function typesFor(op: BinaryOp): readonly DType[] {
  if (connectives.includes(op)) return ['bool']
  if (comparisons.includes(op)) return ['float32', 'float64', 'int32', 'uint8', 'bool']
  if (forFloatsOnly.includes(op)) return ['float32', 'float64']
  if (ofBits.includes(op)) return ['int32', 'uint8']
  return ['float32', 'float64', 'int32', 'uint8']
}

/** Beside a view of float32 it is the float32 nearest to it, which is another number than the float64. */
const tenth = 0.1

/** Every function of two arguments, for two views of one shape, or one and a number on either side. */
function binaryCalls(caps: Capabilities): Arbitrary<MethodCall<BinaryAttributes>> {
  return fc.constantFrom(...caps.binary).chain((op) =>
    fc
      .tuple(available(caps, typesFor(op)), methodShapes(caps), fc.constantFrom('none', 'left', 'right'))
      .chain(([dtype, shape, side]): Arbitrary<MethodCall<BinaryAttributes>> => {
        // Sums and products of small integers wrap, and some divide by 0.
        const [a, b] = isFloatType(dtype)
          ? [grid(-4, 4, 0.5), grid(1, 4, 0.5)]
          : [mixture(grid(-4, 4, 1), between(-300, 300)), mixture(grid(0, 4, 1), between(-300, 300))]
        // Bools are 0 or 1; the numbers of integers are whole and in their range.
        const compares = comparisons.includes(op)
        const ofFloats = compares ? tenth : 1.5
        const number = isFloatType(dtype) ? ofFloats : dtype === 'bool' ? 1 : 3
        const view = (domain: Domain) => {
          const meeting = compares ? mixture(domain, () => number) : domain
          return methodViews(caps, shape, dtype, op === 'pow' ? grid(1, 3, 1) : meeting)
        }
        if (side === 'left') return view(b).map((x) => ({ inputs: [x], attributes: { op, left: number } }))
        if (side === 'right') return view(a).map((x) => ({ inputs: [x], attributes: { op, right: number } }))
        return fc.tuple(view(a), view(b)).map((inputs) => ({ inputs, attributes: { op } }))
      }),
  )
}

function operands<T>(inputs: readonly T[], { left, right }: BinaryAttributes): [T | number, T | number] {
  if (left !== undefined) return [left, inputs[0]!]
  return [inputs[0]!, right ?? inputs[1]!]
}

function binaryOracle(inputs: readonly OracleArray[], attributes: BinaryAttributes): OracleArray {
  const { op } = attributes
  const { dtype } = inputs[0]!
  const result = comparisons.includes(op) || connectives.includes(op) ? 'bool' : dtype
  return binary(op, ...operands(inputs, attributes), 'any', result)
}

interface SelectAttributes {
  readonly left?: number
  readonly right?: number
}

/** Branches with NaN and infinities: the one not taken must not matter. */
function selectCalls(caps: Capabilities): Arbitrary<MethodCall<SelectAttributes>> {
  const numbers = fc.constantFrom<SelectAttributes>({}, {}, { left: 1 }, { right: 0 }, { left: 1, right: 0 })
  return fc
    .tuple(available(caps, ['float32', 'float64', 'int32', 'uint8', 'bool']), methodShapes(caps), numbers)
    .chain(([dtype, shape, attributes]) => {
      const wild: Domain = caps.specialValues
        ? mixture(
            real,
            () => Number.NaN,
            () => Infinity,
          )
        : real
      const branch = methodViews(caps, shape, dtype, wild)
      const condition = methodViews(caps, shape, 'bool')
      const count = 2 - Object.keys(attributes).length
      return fc
        .tuple(condition, fc.array(branch, { minLength: count, maxLength: count }))
        .map(([c, branches]) => ({ inputs: [c, ...branches], attributes }))
    })
}

/** The two branches; with numbers for both, `out` is float32. */
function branches<T>(inputs: readonly T[], { left, right }: SelectAttributes): [T | number, T | number] {
  const views = inputs.slice(1)
  const a = left ?? views.shift()!
  return [a, right ?? views.shift()!]
}

export const elementwiseMethodCases = (): readonly CaseFactory[] => [
  methodCase({
    name: 'backend.unary',
    runs: 20,
    calls: unaryCalls,
    call: (backend, [x], { op }, out) => backend.unary(op, x!, out),
    oracle: ([x], { op }) => mapArray(x!, x!.dtype, unaryFunctions[op]),
    tolerances: {
      // Functions whose results cancel, such as gelu below zero, are as accurate as their parts.
      float32: { absolute: 1e-6, relative: 1e-6 },
      float64: { absolute: 1e-14, relative: 1e-12 },
    },
  }),
  methodCase({
    name: 'backend.binary',
    runs: 40,
    calls: binaryCalls,
    call: (backend, inputs, attributes, out) => {
      const [a, b] = operands(inputs, attributes)
      backend.binary(attributes.op, a, b, out)
    },
    oracle: binaryOracle,
    tolerances: {
      float32: { absolute: 1e-6, relative: 1e-6 },
      float64: { absolute: 1e-14, relative: 1e-13 },
    },
  }),
  methodCase({
    name: 'backend.select',
    calls: selectCalls,
    call: (backend, inputs, attributes, out) => {
      const [a, b] = branches(inputs, attributes)
      backend.select(inputs[0]!, a, b, out)
    },
    oracle: (inputs, attributes) => {
      const [a, b] = branches(inputs, attributes)
      const dtype = inputs[1]?.dtype ?? 'float32'
      return zip([inputs[0]!, a, b], dtype, ([c, p, q]) => store(c !== 0 ? p! : q!, dtype))
    },
    tolerances: exactTolerances,
  }),
]
