import type { BinaryOp, Data, Operand, UnaryOp, View } from '@tapegrad/core'
import { erfc } from '../oracle/special-functions.ts'
import { asContiguous, rewrite, valuesOf, withLayout } from './elements.ts'
import type { Fault } from './fault.ts'

type Plant = Fault['plant']

/** One function computed in a wrong way; the results of all others are the correct ones. */
function wrongUnary(wrong: UnaryOp, f: (x: number) => number): Plant {
  return (correct) => ({
    unary: (op, x, out) => {
      const values = valuesOf(x, x.size)
      correct.unary(op, x, out)
      if (op === wrong) rewrite(out, (_, i) => f(values[i]!))
    },
  })
}

/** The same for functions of two arguments, `f` of which may look at the right result. */
function wrongBinary(
  wrong: readonly BinaryOp[],
  f: (a: number, b: number, right: number) => number,
  applies: (x: View<Data>) => boolean = () => true,
): Plant {
  return (correct) => ({
    binary: (op, a, b, out) => {
      const [left, right] = [valuesOf(a, out.size), valuesOf(b, out.size)]
      correct.binary(op, a, b, out)
      const x = typeof a === 'number' ? (b as View<Data>) : a
      if (wrong.includes(op) && applies(x)) rewrite(out, (value, i) => f(left[i]!, right[i]!, value))
    },
  })
}

/** Changes the views that a method gets. */
function wrongViews(change: (x: View<Data>) => View<Data>): Plant {
  const changed = (x: Operand<Data>): Operand<Data> => (typeof x === 'number' ? x : change(x))
  return (correct) => ({
    unary: (op, x, out) => correct.unary(op, change(x), out),
    binary: (op, a, b, out) => correct.binary(op, changed(a), changed(b), out),
  })
}

/** Leaves the last elements as they were before the call. */
function withoutTail(out: View<Data>, compute: () => void): void {
  const before = out.storage.handle.slice()
  compute()
  const start = out.size - (out.size % 4)
  out.storage.handle.set(before.subarray(start, out.size), start)
}

const isUint8 = (x: View<Data>): boolean => x.dtype === 'uint8'
const isInt32 = (x: View<Data>): boolean => x.dtype === 'int32'
const isFloat = (x: View<Data>): boolean => x.dtype === 'float32' || x.dtype === 'float64'
const float32 = Math.fround

/** The error function to four digits (Abramowitz and Stegun 7.1.27). */
function roughErf(x: number): number {
  const t = Math.abs(x)
  const sum = 1 + t * (0.278393 + t * (0.230389 + t * (0.000972 + t * 0.078108)))
  return Math.sign(x) * (1 - sum ** -4)
}

const unary = (name: string, op: UnaryOp, f: (x: number) => number): Fault => ({
  name,
  group: 'elementwise-unary',
  caughtBy: op,
  plant: wrongUnary(op, f),
})

const binary = (name: string, op: BinaryOp, f: (a: number, b: number, right: number) => number): Fault => ({
  name,
  group: 'elementwise-binary',
  caughtBy: op,
  plant: wrongBinary([op], f, isFloat),
})

export const elementwiseFaults: readonly Fault[] = [
  {
    name: 'unary leaves out the tail of its vectors',
    group: 'elementwise-unary',
    caughtBy: 'sin',
    plant: (correct) => ({
      unary: (op, x, out) => withoutTail(out, () => correct.unary(op, x, out)),
    }),
  },
  {
    name: 'binary leaves out the tail of its vectors',
    group: 'elementwise-binary',
    caughtBy: 'mul',
    plant: (correct) => ({
      binary: (op, a, b, out) => withoutTail(out, () => correct.binary(op, a, b, out)),
    }),
  },
  {
    name: 'strides are ignored',
    group: 'backend-methods',
    caughtBy: 'backend.unary',
    plant: wrongViews(asContiguous),
  },
  {
    name: 'strides of 0 count as 1',
    group: 'elementwise-binary',
    caughtBy: 'add',
    plant: wrongViews((x) => withLayout(x, { strides: x.strides.map((stride) => stride || 1) })),
  },
  {
    name: 'negative strides lose their sign',
    group: 'backend-methods',
    caughtBy: 'backend.binary',
    plant: wrongViews((x) => withLayout(x, { strides: x.strides.map(Math.abs) })),
  },
  {
    name: 'offsets are ignored',
    group: 'elementwise-unary',
    caughtBy: 'abs',
    plant: wrongViews((x) => withLayout(x, { offset: 0 })),
  },
  {
    name: 'unary changes its input in place',
    group: 'elementwise-unary',
    caughtBy: 'abs',
    plant: (correct) => ({
      unary: (op, x, out) => {
        correct.unary(op, x, out)
        if (op === 'abs') rewrite(x, Math.abs)
      },
    }),
  },
  unary('the sign of zero is lost', 'neg', (x) => 0 - x),
  unary('erf is accurate to four digits', 'erf', roughErf),
  unary('exp overflows early', 'exp', (x) => (x > 85 ? Infinity : Math.exp(x))),
  unary('tanh loses small arguments', 'tanh', (x) => {
    const squared = float32(Math.exp(2 * x))
    return Math.abs(x) > 9 ? Math.sign(x) : float32(squared - 1) / float32(squared + 1)
  }),
  unary('log1p is log(1 + x)', 'log1p', (x) => Math.log(float32(1 + x))),
  unary('expm1 is exp(x) − 1', 'expm1', (x) => float32(Math.exp(x)) - 1),
  unary('round rounds halves away from zero', 'round', (x) => Math.sign(x) * Math.floor(Math.abs(x) + 0.5)),
  unary('sigmoid overflows', 'sigmoid', (x) => {
    const exponential = float32(Math.exp(x))
    return exponential / (1 + exponential)
  }),
  unary('sqrt of a negative number is 0', 'sqrt', (x) => Math.sqrt(Math.max(x, 0))),
  {
    name: 'tanhGrad is g · (1 − y)',
    group: 'elementwise-unary',
    caughtBy: 'tanh',
    plant: wrongBinary(['tanhGrad'], (g, y) => g * (1 - y)),
  },
  {
    name: 'sigmoidGrad is g · y · (1 + y)',
    group: 'elementwise-unary',
    caughtBy: 'sigmoid',
    plant: wrongBinary(['sigmoidGrad'], (g, y) => g * y * (1 + y)),
  },
  {
    name: 'reluGrad lets everything through',
    group: 'activations',
    caughtBy: 'relu',
    plant: wrongBinary(['reluGrad'], (g) => g),
  },
  {
    name: 'softplus overflows',
    group: 'activations',
    caughtBy: 'softplus',
    plant: wrongUnary('softplus', (x) => Math.log(1 + float32(Math.exp(x)))),
  },
  {
    name: 'gelu is the approximation by tanh',
    group: 'activations',
    caughtBy: 'gelu',
    plant: wrongUnary(
      'gelu',
      (x) => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
    ),
  },
  {
    name: 'gelu cancels',
    group: 'activations',
    caughtBy: 'gelu far below 0',
    plant: wrongUnary('gelu', (x) => (x / 2) * (1 + float32(1 - erfc(x * Math.SQRT1_2)))),
  },
  binary('maximum treats NaN as 0', 'maximum', (a, b) => Math.max(a || 0, b || 0)),
  binary('minimum takes the other argument for NaN', 'minimum', (a, b) => (a < b || Number.isNaN(b) ? a : b)),
  binary('floorDiv truncates', 'floorDiv', (a, b) => Math.trunc(a / b)),
  binary('floorDiv is the floor of a quotient that was rounded', 'floorDiv', (a, b, right) =>
    Number.isFinite(right) ? Math.floor(a / b) : right,
  ),
  unary('erfc is 1 − erf', 'erfc', (x) => 1 - roughErf(x)),
  {
    name: 'rightShift fills with zeros',
    group: 'elementwise-binary',
    caughtBy: 'rightShift',
    plant: wrongBinary(['rightShift'], (a, b, right) => (b >= 0 && b < 32 ? a >>> b : right)),
  },
  {
    name: 'leftShift takes counts modulo 32',
    group: 'elementwise-binary',
    caughtBy: 'leftShift',
    plant: wrongBinary(['leftShift'], (a, b) => a << b),
  },
  {
    name: 'bitwiseXor is bitwiseOr',
    group: 'elementwise-binary',
    caughtBy: 'bitwiseXor',
    plant: wrongBinary(['bitwiseXor'], (a, b) => a | b),
  },
  binary('mod has the sign of the dividend', 'mod', (a, b) => a % b),
  binary('pow is exp(b · log(a))', 'pow', (a, b) => Math.exp(b * Math.log(a))),
  binary('div multiplies by a rough reciprocal', 'div', (a, b) => a * (Math.round((1 / b) * 4096) / 4096)),
  {
    name: 'int32 sums saturate',
    group: 'elementwise-binary',
    caughtBy: 'add of integers that wrap',
    plant: wrongBinary(['add'], (a, b) => Math.min(Math.max(a + b, -(2 ** 31)), 2 ** 31 - 1), isInt32),
  },
  {
    name: 'int32 products are computed in float32',
    group: 'elementwise-binary',
    caughtBy: 'mul of integers that wrap',
    plant: wrongBinary(['mul'], (a, b) => float32(a) * float32(b), isInt32),
  },
  {
    name: 'the quotient of the least integer and −1 is the greatest',
    group: 'elementwise-binary',
    caughtBy: 'floorDiv of integers that wrap',
    plant: wrongBinary(
      ['floorDiv'],
      (_a, _b, right) => (right === -(2 ** 31) ? 2 ** 31 - 1 : right),
      isInt32,
    ),
  },
  {
    name: 'int32 powers are computed in float64',
    group: 'elementwise-binary',
    caughtBy: 'pow of integers that wrap',
    plant: wrongBinary(['pow'], (a, b) => a ** b, isInt32),
  },
  {
    name: 'a number beside float32 keeps the digits of a double',
    group: 'backend-methods',
    caughtBy: 'backend.binary',
    plant: (correct) => ({
      binary: (op, a, b, out) => {
        correct.binary(op, a, b, out)
        if (op !== 'equal' || (typeof a !== 'number' && typeof b !== 'number')) return
        const [left, right] = [valuesOf(a, out.size), valuesOf(b, out.size)]
        rewrite(out, (_, i) => Number(left[i] === right[i]))
      },
    }),
  },
  {
    name: 'an integer divided by 0 gives −1',
    group: 'backend-methods',
    caughtBy: 'backend.binary',
    plant: wrongBinary(['floorDiv'], (_, b, right) => (b === 0 ? -1 : right), isInt32),
  },
  {
    name: 'sums of uint8 saturate',
    group: 'backend-methods',
    caughtBy: 'backend.binary',
    plant: wrongBinary(['add', 'mul'], (a, b, right) => (a + b > 255 ? 255 : right), isUint8),
  },
  {
    name: 'binary takes a number on the left for one on the right',
    group: 'elementwise-binary',
    caughtBy: 'sub',
    plant: (correct) => ({
      binary: (op, a, b, out) => {
        if (typeof a === 'number') correct.binary(op, b, a, out)
        else correct.binary(op, a, b, out)
      },
    }),
  },
  {
    name: 'less holds for NaN',
    group: 'comparison',
    caughtBy: 'less',
    plant: wrongBinary(['less'], (a, b) => (a >= b ? 0 : 1)),
  },
  {
    name: 'floorDiv of an infinite dividend is infinite',
    group: 'special-values',
    caughtBy: 'special values of floorDiv',
    names: 'floorDiv(Infinity, 3)',
    plant: wrongBinary(['floorDiv'], (a, b, right) => (Math.abs(a) === Infinity ? a / b : right), isFloat),
  },
  {
    name: 'equal tells zeros apart and NaN not',
    group: 'comparison',
    caughtBy: 'equal',
    plant: wrongBinary(['equal'], (a, b) => Number(Object.is(a, b))),
  },
  {
    name: 'lessEqual is less',
    group: 'comparison',
    caughtBy: 'lessEqual',
    plant: wrongBinary(['lessEqual'], (a, b) => Number(a < b)),
  },
  {
    name: 'select multiplies the branch not taken by 0',
    group: 'elementwise-binary',
    caughtBy: 'where',
    plant: () => ({
      select: (condition, a, b, out) => {
        const [c, p, q] = [condition, a, b].map((x) => valuesOf(x, out.size)) as [
          number[],
          number[],
          number[],
        ]
        rewrite(out, (_, i) => c[i]! * p[i]! + (1 - c[i]!) * q[i]!)
      },
    }),
  },
]
