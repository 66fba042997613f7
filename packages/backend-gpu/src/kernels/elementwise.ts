import type { BinaryOp, Operand, UnaryOp, View } from '@tapegrad/core'
import type { DeviceQueue } from '../device/device-queue.ts'
import type { GpuHandle } from '../device/slot.ts'
import { castExpression, type ElementKind, kindOf, wrapped } from './element-kind.ts'
import { type Form, formOf, indices, place, placeNames, position, sizeNames, sizes } from './indexing.ts'
import { kernel } from './kernel.ts'

type GpuView = View<GpuHandle>

/** Functions of `x`. */
const unaryExpressions: Readonly<Record<UnaryOp, string>> = {
  neg: '-x',
  abs: 'Math.abs(x)',
  floor: 'below(x)',
  sqrt: 'Math.sqrt(x)',
  exp: 'exponential(x, inf)',
  log: 'logarithm(x, nan, inf)',
  expm1: 'exponentialMinus1(x, inf)',
  log1p: 'logarithmOf1Plus(x, nan, inf)',
  sin: 'sine(x, 0, nan, inf)',
  cos: 'sine(x, 1, nan, inf)',
  tanh: 'hyperbolicTangent(x, inf)',
  erf: 'errorFunction(x, inf)',
  square: 'x * x',
  reciprocal: '1 / x',
  sign: 'x > 0 ? 1 : (x < 0 ? -1 : x)',
  ceil: '-below(-x)',
  round: 'nearest(x)',
  trunc: 'toward0(x)',
  rsqrt: '1 / Math.sqrt(x)',
  relu: 'larger(x, 0)',
  sigmoid: 'logistic(x, inf)',
  softplus: 'larger(x, 0) + logarithmOf1Plus(exponential(-Math.abs(x), inf), nan, inf)',
  silu: 'x < -104 ? 0 : x * logistic(x, inf)',
  gelu: 'gaussianUnit(x, inf)',
  erfc: 'complementaryError(x, inf)',
}

/** Functions of floats `x` and `y`. */
const binaryExpressions: Readonly<Record<BinaryOp, string>> = {
  add: 'x + y',
  sub: 'x - y',
  mul: 'x * y',
  div: 'ratio(x, y)',
  floorDiv: 'floorQuotient(x, y, nan, inf)',
  mod: 'modulo(x, y, nan, inf)',
  pow: 'power(x, y, nan, inf)',
  maximum: 'larger(x, y)',
  minimum: 'smaller(x, y)',
  atan2: 'angle(x, y, nan, inf)',
  equal: 'x == y ? 1 : 0',
  notEqual: 'x == y ? 0 : 1',
  less: 'x < y ? 1 : 0',
  lessEqual: 'x <= y ? 1 : 0',
  logicalAnd: 'x * y',
  logicalOr: 'x + y > 0 ? 1 : 0',
  reluGrad: 'y > 0 ? x : 0',
  tanhGrad: 'x * (1 - y * y)',
  sigmoidGrad: 'x * y * (1 - y)',
  bitwiseAnd: 'conjunction(x, y)',
  bitwiseOr: 'disjunction(x, y)',
  bitwiseXor: 'difference(x, y)',
  leftShift: 'shiftedLeft(x, y, inf)',
  rightShift: 'shiftedRight(x, y)',
}

/** Where integers differ. */
const integerExpressions: Readonly<Partial<Record<BinaryOp, string>>> = {
  floorDiv: 'integerQuotient(x, y)',
  mod: 'integerModulo(x, y)',
  pow: 'integerPower(x, y)',
}

/** Whose results may be outside the range of bytes. */
const mayOverflow: ReadonlySet<BinaryOp> = new Set(['add', 'sub', 'mul', 'leftShift'])

function unaryExpression(op: UnaryOp, kind: ElementKind): string {
  // Integers have no sign on their zeros.
  if (kind !== 'float' && op === 'neg') return wrapped('0 - x', kind)
  return unaryExpressions[op]
}

function binaryExpression(op: BinaryOp, kind: ElementKind): string {
  if (kind === 'float') return binaryExpressions[op]
  if (kind === 'byte' && op === 'pow') return 'bytePower(x, y)'
  const expression = integerExpressions[op] ?? binaryExpressions[op]
  return mayOverflow.has(op) ? wrapped(expression, kind) : expression
}

/** out = op(x) */
export function unary(queue: DeviceQueue, op: UnaryOp, x: GpuView, out: GpuView): void {
  const kind = kindOf(x.dtype)
  elementwise(queue, op, kind, { x }, out, () => unaryExpression(op, kind))
}

/** out = op(x, y) */
export function binary(
  queue: DeviceQueue,
  op: BinaryOp,
  x: Operand<GpuHandle>,
  y: Operand<GpuHandle>,
  out: GpuView,
): void {
  const kind = kindOf(typeof x !== 'number' ? x.dtype : typeof y !== 'number' ? y.dtype : out.dtype)
  elementwise(queue, op, kind, { x, y }, out, () => binaryExpression(op, kind))
}

/** out = c ? x : y */
export function select(
  queue: DeviceQueue,
  c: GpuView,
  x: Operand<GpuHandle>,
  y: Operand<GpuHandle>,
  out: GpuView,
): void {
  elementwise(queue, 'select', 'float', { c, x, y }, out, () => 'c == 0 ? y : x')
}

/** out = x in the dtype of `out`, which is whole. */
export function cast(queue: DeviceQueue, x: GpuView, out: GpuView): void {
  const [from, to] = [kindOf(x.dtype), kindOf(out.dtype)]
  const name = from === to ? 'copy' : `cast to ${to}`
  elementwise(queue, name, from, { v: x }, out, () => castExpression(from, to))
}

/** Computes an expression of named arguments for each element of `out`. */
function elementwise(
  queue: DeviceQueue,
  op: string,
  kind: ElementKind,
  operands: Readonly<Record<string, Operand<GpuHandle>>>,
  out: GpuView,
  expression: () => string,
): void {
  const names = Object.keys(operands)
  const viewNames = names.filter((name) => typeof operands[name] !== 'number')
  const numberNames = names.filter((name) => typeof operands[name] === 'number')
  const views = viewNames.map((name) => operands[name] as GpuView)
  const form = formOf(views, out)
  const source = kernel(`${op} of ${kind} ${viewNames.join('')}, ${form.name}`, () => ({
    arrays: viewNames.map((name) => `${name}s`),
    integers: [...sizeNames(form), ...viewNames.flatMap((name) => placeNames(name, form))],
    floats: numberNames,
    body: `${indices(form)}
      ${viewNames.map((name) => read(name, form)).join('\n')}
      return ${expression()};`,
  }))
  queue.launch({
    op,
    source,
    inputs: views.map(({ storage }) => storage),
    integers: [...sizes(out.shape, form), ...views.flatMap((view) => place(view, form))],
    // Devices take float32; the mode cpu takes the double, which is another number than the one in a tensor.
    floats: numberNames.map((name) => Math.fround(operands[name] as number)),
    out: out.storage,
  })
}

/** The statement that reads an element of the array `xs` into `x`. */
function read(name: string, form: Form): string {
  return `const ${name} = ${name}s[${position(name, form)}];`
}
