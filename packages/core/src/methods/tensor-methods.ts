import type { Input } from '../autodiff/node.ts'
import type { ArgReductionOptions } from '../ops/arg-reduction.ts'
import type { SortOptions } from '../ops/arg-sort.ts'
import type { CrossEntropyOptions } from '../ops/cross-entropy-inputs.ts'
import type { DiagonalOptions } from '../ops/diagonal.ts'
import type { IndexEntry } from '../ops/index-spec.ts'
import type { L2NormalizeOptions } from '../ops/l2-normalize.ts'
import type { NanToNumOptions } from '../ops/nan-to-num.ts'
import type { NormOptions } from '../ops/norm.ts'
import type { OneHotOptions } from '../ops/one-hot.ts'
import type { Padding, PadOptions } from '../ops/pad.ts'
import type { QuantileOptions } from '../ops/quantile.ts'
import type { SliceRange } from '../ops/range.ts'
import type { ReductionOptions } from '../ops/reduction.ts'
import type { ScanOptions } from '../ops/scan.ts'
import type { SearchSortedOptions } from '../ops/search-sorted.ts'
import type { SoftmaxOptions } from '../ops/softmax.ts'
import type { TensordotOptions } from '../ops/tensordot.ts'
import type { ThresholdOptions } from '../ops/threshold.ts'
import type { TopKOptions } from '../ops/top-k.ts'
import type { UnfoldOptions } from '../ops/unfold.ts'
import type { Unique, UniqueOptions } from '../ops/unique.ts'
import type { ValuesAndIndices } from '../ops/values-and-indices.ts'
import type { VarianceOptions } from '../ops/variance.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { DecompositionMethods } from './decomposition-methods.ts'

/** The axis that some methods take. */
interface AxisOption {
  readonly axis?: number
}

/** The axes that some methods take: one or several. */
interface AxesOption {
  readonly axis?: number | readonly number[]
}

/**
 * The methods that `@tapegrad/core/methods` gives to every tensor.
 *
 * Each calls the function of the same name with the tensor as its first argument; the function's documentation says
 * what it computes and throws.
 */
export interface TensorMethods<D extends DType = DType> extends DecompositionMethods {
  // Arithmetic.

  /** x + b */
  add(b: Input): Tensor
  /** x − b */
  sub(b: Input): Tensor
  /** x · b */
  mul(b: Input): Tensor
  /** x / b */
  div(b: Input): Tensor
  /** ⌊x / b⌋ */
  floorDiv(b: Input): Tensor
  /** x − b · ⌊x / b⌋ */
  mod(b: Input): Tensor
  /** xᵇ */
  pow(b: Input): Tensor
  /** The angle of the point (b, x). */
  atan2(b: Input): Tensor
  /** The larger of x and b. */
  maximum(b: Input): Tensor
  /** The smaller of x and b. */
  minimum(b: Input): Tensor
  /** x limited to a range. */
  clip(min: number, max: number): Tensor
  /** −x */
  neg(): Tensor
  /** |x| */
  abs(): Tensor
  /** −1, 0 or 1 by the sign of x. */
  sign(): Tensor
  /** x² */
  square(): Tensor
  /** 1 / x */
  reciprocal(): Tensor

  // Rounding.

  /** ⌊x⌋ */
  floor(): Tensor
  /** ⌈x⌉ */
  ceil(): Tensor
  /** The nearest integer, halves to the even one. */
  round(): Tensor
  /** The integer part. */
  trunc(): Tensor

  // Functions.

  /** √x */
  sqrt(): Tensor
  /** 1 / √x */
  rsqrt(): Tensor
  /** ∛x */
  cbrt(): Tensor
  /** eˣ */
  exp(): Tensor
  /** 2ˣ */
  exp2(): Tensor
  /** eˣ − 1 */
  expm1(): Tensor
  /** ln x */
  log(): Tensor
  /** log₂ x */
  log2(): Tensor
  /** log₁₀ x */
  log10(): Tensor
  /** ln (1 + x) */
  log1p(): Tensor
  /** sin x */
  sin(): Tensor
  /** cos x */
  cos(): Tensor
  /** tan x */
  tan(): Tensor
  /** The angle whose sine is x. */
  asin(): Tensor
  /** The angle whose cosine is x. */
  acos(): Tensor
  /** The angle whose tangent is x. */
  atan(): Tensor
  /** tanh x */
  tanh(): Tensor
  /** sinh x */
  sinh(): Tensor
  /** cosh x */
  cosh(): Tensor
  /** The number whose sinh is x. */
  asinh(): Tensor
  /** The number whose cosh is x. */
  acosh(): Tensor
  /** The number whose tanh is x. */
  atanh(): Tensor
  /** The error function. */
  erf(): Tensor
  /** 1 − erf x */
  erfc(): Tensor
  /** √(x² + b²) */
  hypot(b: Input): Tensor
  /** ln (eˣ + eᵇ) */
  logAddExp(b: Input): Tensor
  /** With numbers for NaN and infinities. */
  nanToNum(options?: NanToNumOptions): Tensor<D>

  // Bits of integers.

  /** The bits that x and b have both. */
  bitwiseAnd(b: Input): Tensor
  /** The bits that x or b has. */
  bitwiseOr(b: Input): Tensor
  /** The bits that either x or b has, not both. */
  bitwiseXor(b: Input): Tensor
  /** The bits that x lacks. */
  bitwiseNot(): Tensor
  /** x · 2ᵇ, which wraps. */
  leftShift(b: Input): Tensor
  /** ⌊x / 2ᵇ⌋ */
  rightShift(b: Input): Tensor

  // Comparison and logic.

  /** x = b */
  equal(b: Input): Tensor<'bool'>
  /** x ≠ b */
  notEqual(b: Input): Tensor<'bool'>
  /** x < b */
  less(b: Input): Tensor<'bool'>
  /** x ≤ b */
  lessEqual(b: Input): Tensor<'bool'>
  /** x > b */
  greater(b: Input): Tensor<'bool'>
  /** x ≥ b */
  greaterEqual(b: Input): Tensor<'bool'>
  /** x ∧ b */
  logicalAnd(b: Input): Tensor<'bool'>
  /** x ∨ b */
  logicalOr(b: Input): Tensor<'bool'>
  /** Either x or b, not both. */
  logicalXor(b: Input): Tensor<'bool'>
  /** ¬x */
  logicalNot(): Tensor<'bool'>
  /** Where x is NaN. */
  isNaN(): Tensor<'bool'>
  /** Where x is neither NaN nor infinite. */
  isFinite(): Tensor<'bool'>
  /** Where x is infinite. */
  isInf(): Tensor<'bool'>
  /** a where this tensor is true, b elsewhere. */
  where(a: Input, b: Input): Tensor

  // Activations.

  /** max(x, 0) */
  relu(): Tensor
  /** min(max(x, 0), 6) */
  relu6(): Tensor
  /** x, with a smaller slope below 0. */
  leakyRelu(options?: { readonly negativeSlope?: number }): Tensor
  /** x, below 0 an exponential toward −alpha. */
  elu(options?: { readonly alpha?: number }): Tensor
  /** As elu, with a slope that is continuous for every alpha. */
  celu(options?: { readonly alpha?: number }): Tensor
  /** As elu, scaled to keep mean and variance. */
  selu(): Tensor
  /** x · Φ(x) */
  gelu(options?: { readonly approximate?: boolean }): Tensor
  /** Half of the tensor times the sigmoid of the other. */
  glu(options?: AxisOption): Tensor
  /** 1 / (1 + e⁻ˣ) */
  sigmoid(): Tensor
  /** ln sigmoid(x) */
  logSigmoid(): Tensor
  /** A piecewise linear sigmoid. */
  hardSigmoid(): Tensor
  /** x · sigmoid(x) */
  silu(): Tensor
  /** x · hardSigmoid(x) */
  hardSilu(): Tensor
  /** x limited to [−1, 1]. */
  hardTanh(): Tensor
  /** x − tanh x */
  tanhShrink(): Tensor
  /** 0 near 0, x elsewhere. */
  hardShrink(options?: { readonly threshold?: number }): Tensor
  /** x moved toward 0 by a threshold, at most to it. */
  softShrink(options?: { readonly threshold?: number }): Tensor
  /** x above a threshold, another number elsewhere. */
  threshold(options?: ThresholdOptions): Tensor
  /** x · tanh (softplus(x)) */
  mish(): Tensor
  /** ln (1 + eˣ) */
  softplus(): Tensor
  /** x / (1 + |x|) */
  softsign(): Tensor
  /** A smooth relu of roots. */
  squareplus(options?: { readonly b?: number }): Tensor
  /** A smooth relu of parabolas. */
  sparsePlus(): Tensor
  /** The slope of sparsePlus. */
  sparseSigmoid(): Tensor

  // Normalizations and cross-entropies.

  /** exp(x) / Σ exp(x) */
  softmax(options?: SoftmaxOptions): Tensor
  /** ln softmax(x) */
  logSoftmax(options?: SoftmaxOptions): Tensor
  /** The nearest point of the probability simplex. */
  sparsemax(options?: AxisOption): Tensor
  /** Scaled to unit length. */
  l2Normalize(options?: L2NormalizeOptions): Tensor
  /** The cross-entropy of distributions, from these logits. */
  softmaxCrossEntropyWithLogits(targets: Tensor, options?: CrossEntropyOptions): Tensor
  /** The cross-entropy of class indices, from these logits. */
  sparseSoftmaxCrossEntropyWithLogits(labels: Tensor, options?: CrossEntropyOptions): Tensor
  /** The cross-entropy of independent probabilities, from these logits. */
  sigmoidCrossEntropyWithLogits(targets: Tensor): Tensor

  // Reductions.

  /** Σ xᵢ */
  sum(options?: ReductionOptions): Tensor
  /** Π xᵢ */
  prod(options?: ReductionOptions): Tensor
  /** Σ xᵢ / n */
  mean(options?: ReductionOptions): Tensor
  /** Σ (xᵢ − mean)² / n */
  variance(options?: VarianceOptions): Tensor
  /** The root of the variance. */
  std(options?: VarianceOptions): Tensor
  /** The largest element. */
  max(options?: ReductionOptions): Tensor<D>
  /** The smallest element. */
  min(options?: ReductionOptions): Tensor<D>
  /** The position of the largest element. */
  argMax(options?: ArgReductionOptions): Tensor<'int32'>
  /** The position of the smallest element. */
  argMin(options?: ArgReductionOptions): Tensor<'int32'>
  /** Whether any element is true. */
  any(options?: ReductionOptions): Tensor<'bool'>
  /** Whether all elements are true. */
  all(options?: ReductionOptions): Tensor<'bool'>
  /** ln Σ exp(xᵢ) */
  logSumExp(options?: ReductionOptions): Tensor
  /** (Σ |xᵢ|ᵖ)^(1/p) */
  norm(options?: NormOptions): Tensor
  /** The number of elements that are not 0. */
  countNonZero(options?: ReductionOptions): Tensor<'int32'>
  /** The middle of the sorted elements. */
  median(options?: ReductionOptions): Tensor
  /** The numbers below which parts of the elements lie. */
  quantile(q: number | readonly number[], options?: QuantileOptions): Tensor

  // Scans.

  /** The sums of all elements up to each one. */
  cumsum(options?: ScanOptions): Tensor
  /** The products of all elements up to each one. */
  cumprod(options?: ScanOptions): Tensor
  /** The largest of all elements up to each one. */
  cummax(options?: AxisOption): ValuesAndIndices<D>
  /** The smallest of all elements up to each one. */
  cummin(options?: AxisOption): ValuesAndIndices<D>

  // Order.

  /** The elements along an axis in ascending order. */
  sort(options?: SortOptions): Tensor<D>
  /** The positions of the elements in ascending order. */
  argSort(options?: SortOptions): Tensor<'int32'>
  /** The k largest elements. */
  topK(k: number, options?: TopKOptions): ValuesAndIndices<D>
  /** Where values belong among these sorted elements. */
  searchSorted(values: Tensor, options?: SearchSortedOptions): Tensor<'int32'>

  // Products of matrices.

  /** The product of matrices, or of batches of them. */
  matmul(b: Tensor): Tensor
  /** Σₖ x[…, k] · b[…, k, j] */
  dot(b: Tensor): Tensor
  /** The sums of products along the last axes. */
  inner(b: Tensor): Tensor
  /** The product of each element with each. */
  outer(b: Tensor): Tensor
  /** The sums of products along axes. */
  tensordot(b: Tensor, options?: TensordotOptions): Tensor

  // Shape.

  /** The same elements under another shape. */
  reshape(shape: Shape): Tensor<D>
  /** The elements along one axis. */
  flatten(options?: { readonly startAxis?: number }): Tensor<D>
  /** The axes in another order. */
  transpose(axes?: readonly number[]): Tensor<D>
  /** A view with the axes in a given order. */
  permute(axes: readonly number[]): Tensor<D>
  /** Axes moved to other places. */
  moveAxis(from: number | readonly number[], to: number | readonly number[]): Tensor<D>
  /** Two axes exchanged. */
  swapAxes(a: number, b: number): Tensor<D>
  /** With new axes of size 1. */
  expandDims(options: Required<AxesOption>): Tensor<D>
  /** Without axes of size 1. */
  squeeze(options?: AxesOption): Tensor<D>
  /** Repeated along axes of size 1 and new ones. */
  broadcastTo(shape: Shape): Tensor<D>
  /** Repeated as a whole along each axis. */
  tile(repeats: readonly number[]): Tensor<D>
  /** Each element repeated. */
  repeat(repeats: number | readonly number[], options?: AxisOption): Tensor<D>
  /** The elements in reverse order. */
  flip(options?: AxesOption): Tensor<D>
  /** The elements moved along axes, in at one end what is out at the other. */
  roll(shift: number | readonly number[], options?: AxesOption): Tensor<D>
  /** With elements added before and after its axes. */
  pad(paddings: readonly Padding[], options?: PadOptions): Tensor<D>
  /** The windows that slide along an axis. */
  unfold(options: UnfoldOptions): Tensor<D>

  // Matrices.

  /** The lower triangle. */
  tril(options?: { readonly k?: number }): Tensor<D>
  /** The upper triangle. */
  triu(options?: { readonly k?: number }): Tensor<D>
  /** A matrix with the vector on its diagonal, or the matrix's diagonal. */
  diag(options?: { readonly k?: number }): Tensor<D>
  /** A diagonal of matrices. */
  diagonal(options?: DiagonalOptions): Tensor<D>
  /** The sum of a diagonal. */
  trace(options?: DiagonalOptions): Tensor

  // Parts.

  /** A part, as NumPy's x[start:stop:step]. */
  slice(ranges: readonly (SliceRange | null)[]): Tensor<D>
  /** Cut along an axis. */
  split(sections: number | readonly number[], options?: AxisOption): Tensor<D>[]
  /** Cut into its slices along an axis, which goes. */
  unstack(options?: AxisOption): Tensor<D>[]
  /** The slices at positions of an axis. */
  gather(indices: Tensor, options?: AxisOption): Tensor<D>
  /** The elements at positions of an axis. */
  takeAlongAxis(indices: Tensor, options?: AxisOption): Tensor<D>
  /** A part, as NumPy's x[…]. */
  index(entries: readonly IndexEntry[]): Tensor<D>
  /** With the elements that an index selects replaced. */
  indexUpdate(entries: readonly IndexEntry[], values: Input): Tensor
  /** The elements at positions in row-major order, or the slices at positions of an axis. */
  take(indices: Tensor, options?: AxisOption): Tensor<D>
  /** The slices at multi-indices of the first axes. */
  gatherND(indices: Tensor): Tensor<D>
  /** The sums of the slices of each segment. */
  segmentSum(segmentIds: Tensor, numSegments: number): Tensor
  /** With updates added at positions of an axis. */
  scatterAdd(indices: Tensor, updates: Tensor, options?: AxisOption): Tensor
  /** A vector for each index. */
  oneHot<Out extends DType = 'float32'>(depth: number, options?: OneHotOptions<Out>): Tensor<Out>

  // What the values decide: asynchronous.

  /** The multi-indices of the elements that are not 0. */
  nonzero(): Promise<Tensor<'int32'>>
  /** The different elements, or slices, in ascending order. */
  unique<Index extends boolean = false, Inverse extends boolean = false, Counts extends boolean = false>(
    options?: UniqueOptions<Index, Inverse, Counts>,
  ): Promise<Unique<D, Index, Inverse, Counts>>
  /** The elements, or slices, where a mask is true. */
  booleanMask(mask: Tensor, options?: AxisOption): Promise<Tensor<D>>

  // Dtype and gradient.

  /** The values in another dtype. */
  cast<Out extends DType>(dtype: Out): Tensor<Out>
  /** The same values, as a constant. */
  stopGradient(): Tensor<D>
}
