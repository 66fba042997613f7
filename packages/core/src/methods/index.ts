/**
 * Chained methods: `x.add(y)`, `x.sum({ axis: 0 })`, `x.reshape([2, 3])`.
 *
 * Importing this module, for its effect, gives them to every tensor and to the type. They are apart from the class
 * since they hold every op: a program that calls functions has only the ones it calls.
 *
 * @example
 * ```ts
 * import { tensor } from '@tapegrad/core'
 * import '@tapegrad/core/methods'
 *
 * tensor([1, 2, 3]).mul(2).sum() // 12
 * ```
 *
 * @module
 */
import { stopGradient } from '../autodiff/stop-gradient.ts'
import {
  celu,
  elu,
  gelu,
  glu,
  hardShrink,
  hardSigmoid,
  hardSilu,
  hardTanh,
  leakyRelu,
  logSigmoid,
  mish,
  relu6,
  selu,
  softShrink,
  softsign,
  sparsemax,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  tanhShrink,
  threshold,
} from '../ops/activations.ts'
import { booleanMask, nonzero, unique } from '../ops/asynchronous.ts'
import { broadcastTo } from '../ops/broadcast-to.ts'
import { cast } from '../ops/cast.ts'
import {
  abs,
  acos,
  acosh,
  add,
  asin,
  asinh,
  atan,
  atan2,
  atanh,
  bitwiseAnd,
  bitwiseNot,
  bitwiseOr,
  bitwiseXor,
  cbrt,
  ceil,
  clip,
  cos,
  cosh,
  div,
  equal,
  erf,
  erfc,
  exp,
  exp2,
  expm1,
  isFinite as finite,
  floor,
  floorDiv,
  greater,
  greaterEqual,
  hypot,
  isInf,
  leftShift,
  less,
  lessEqual,
  log,
  log1p,
  log2,
  log10,
  logAddExp,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mod,
  mul,
  isNaN as nan,
  nanToNum,
  neg,
  notEqual,
  pow,
  reciprocal,
  relu,
  rightShift,
  round,
  rsqrt,
  sigmoid,
  sign,
  silu,
  sin,
  sinh,
  softplus,
  sqrt,
  square,
  sub,
  tan,
  tanh,
  trunc,
  where,
} from '../ops/elementwise.ts'
import { gatherND, index, indexUpdate, segmentSum, take } from '../ops/indexing.ts'
import {
  cholesky,
  determinant,
  dot,
  inner,
  inverse,
  outer,
  qr,
  slogdet,
  solve,
  tensordot,
  triangularSolve,
} from '../ops/linear-algebra.ts'
import { matmul } from '../ops/matmul.ts'
import {
  diag,
  diagonal,
  expandDims,
  flatten,
  flip,
  gather,
  moveAxis,
  oneHot,
  pad,
  permute,
  repeat,
  roll,
  scatterAdd,
  slice,
  split,
  squeeze,
  swapAxes,
  takeAlongAxis,
  tile,
  trace,
  tril,
  triu,
  unfold,
  unstack,
} from '../ops/movement.ts'
import {
  l2Normalize,
  logSoftmax,
  sigmoidCrossEntropyWithLogits,
  softmax,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
} from '../ops/normalizations.ts'
import {
  all,
  any,
  argMax,
  argMin,
  countNonZero,
  logSumExp,
  max,
  mean,
  median,
  min,
  norm,
  prod,
  quantile,
  std,
  sum,
  variance,
} from '../ops/reductions.ts'
import { reshape } from '../ops/reshape.ts'
import { cummax, cummin, cumprod, cumsum } from '../ops/scans.ts'
import { argSort, searchSorted, sort, topK } from '../ops/sorting.ts'
import { transpose } from '../ops/transpose.ts'
import type { DType } from '../tensor/dtype.ts'
import { Tensor } from '../tensor/tensor.ts'
import type { TensorMethods } from './tensor-methods.ts'

export type { TensorMethods }

// With `.js`, as the declaration is called where the package is built: the name of a declared module is not rewritten.
declare module '../tensor/tensor.js' {
  interface Tensor<D extends DType = DType> extends TensorMethods<D> {}
}

/** The function behind a method: the tensor comes first. */
type FunctionOf<Method> = Method extends (...args: infer Args) => infer Result
  ? (x: Tensor, ...args: Args) => Result
  : never

const arithmetic = {
  add,
  sub,
  mul,
  div,
  floorDiv,
  mod,
  pow,
  atan2,
  maximum,
  minimum,
  clip,
  neg,
  abs,
  sign,
  square,
  reciprocal,
}
const rounding = { floor, ceil, round, trunc }
const functions = {
  sqrt,
  rsqrt,
  cbrt,
  exp,
  exp2,
  expm1,
  log,
  log2,
  log10,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  tanh,
  sinh,
  cosh,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
  hypot,
  logAddExp,
  nanToNum,
}
const bits = { bitwiseAnd, bitwiseOr, bitwiseXor, bitwiseNot, leftShift, rightShift }
const logic = {
  equal,
  notEqual,
  less,
  lessEqual,
  greater,
  greaterEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  logicalNot,
  isNaN: nan,
  isFinite: finite,
  isInf,
  where,
}
const activations = {
  relu,
  relu6,
  leakyRelu,
  elu,
  celu,
  selu,
  gelu,
  glu,
  sigmoid,
  logSigmoid,
  hardSigmoid,
  silu,
  hardSilu,
  hardTanh,
  tanhShrink,
  hardShrink,
  softShrink,
  threshold,
  mish,
  softplus,
  softsign,
  squareplus,
  sparsePlus,
  sparseSigmoid,
}
const normalizations = {
  softmax,
  logSoftmax,
  sparsemax,
  l2Normalize,
  softmaxCrossEntropyWithLogits,
  sparseSoftmaxCrossEntropyWithLogits,
  sigmoidCrossEntropyWithLogits,
}
const reductions = {
  sum,
  prod,
  mean,
  variance,
  std,
  max,
  min,
  argMax,
  argMin,
  any,
  all,
  logSumExp,
  norm,
  countNonZero,
  median,
  quantile,
}
const scans = { cumsum, cumprod, cummax, cummin }
const sorting = { sort, argSort, topK, searchSorted }
const decompositions = { solve, inverse, determinant, slogdet, qr, cholesky, triangularSolve }
const products = { matmul, dot, inner, outer, tensordot }
const shapes = {
  reshape,
  flatten,
  transpose,
  permute,
  moveAxis,
  swapAxes,
  expandDims,
  squeeze,
  broadcastTo,
  tile,
  repeat,
  flip,
  roll,
  pad,
  unfold,
}
const matrices = { tril, triu, diag, diagonal, trace }
const parts = { slice, split, unstack, gather, takeAlongAxis, scatterAdd, oneHot }
const indexing = { index, indexUpdate, take, gatherND, segmentSum }
const asynchronous = { nonzero, unique, booleanMask }

const table: { readonly [Name in keyof TensorMethods]: FunctionOf<TensorMethods[Name]> } = {
  ...arithmetic,
  ...rounding,
  ...functions,
  ...bits,
  ...logic,
  ...activations,
  ...normalizations,
  ...reductions,
  ...scans,
  ...sorting,
  ...products,
  ...decompositions,
  ...shapes,
  ...matrices,
  ...parts,
  ...indexing,
  ...asynchronous,
  cast,
  stopGradient,
}

for (const [name, f] of Object.entries<(x: Tensor, ...rest: never[]) => unknown>(table)) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: never[]): unknown {
      return f(this, ...rest)
    },
    configurable: true,
    writable: true,
  })
}
