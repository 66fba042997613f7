import * as core from '../index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { indexingCalls } from './op-calls-indexing.ts'
import { linearAlgebraCalls } from './op-calls-linear-algebra.ts'
import { movementCalls } from './op-calls-movement.ts'
import { neuralCalls } from './op-calls-neural.ts'
import { spatialCalls } from './op-calls-spatial.ts'

/** One call of a public op, for tests that hold of every op. */
export interface OpCall {
  readonly name: string
  /** New inputs, made for each call. */
  readonly inputs: () => readonly Tensor[]
  readonly run: (...inputs: readonly Tensor[]) => Tensor | readonly Tensor[]
}

const elementwise = `asinh atanh cosh erfc nanToNum sinh
  abs acos asin atan cbrt ceil cos erf exp exp2 expm1 floor isFinite isInf isNaN log log10 log1p log2
  logicalNot neg reciprocal relu round rsqrt sigmoid sign silu sin softplus sqrt square tan tanh trunc
  celu elu gelu hardShrink hardSigmoid hardSilu hardTanh leakyRelu logSigmoid mish relu6 selu softShrink
  softsign sparsePlus sparseSigmoid sparsemax squareplus tanhShrink softmax logSoftmax l2Normalize
  sum mean max min prod std variance logSumExp all any argMax argMin cumsum cumprod sort argSort norm countNonZero median flatten zerosLike onesLike stopGradient`

const binary = `hypot logAddExp add atan2 div equal floorDiv greater greaterEqual less lessEqual logicalAnd logicalOr logicalXor
  maximum minimum mod mul notEqual pow sub matmul dot
  inner outer tensordot sigmoidCrossEntropyWithLogits softmaxCrossEntropyWithLogits`

type OneTensor = (x: Tensor) => Tensor
type TwoTensors = (a: Tensor, b: Tensor) => Tensor

function named<F>(name: string): F {
  return (core as unknown as Record<string, F>)[name]!
}

/** Strided, so that backends which only take contiguous views need a copy; numbers between 0 and 1. */
function matrix(seed: number): Tensor {
  const values = Array.from({ length: 12 }, (_, i) => 0.2 + (((i + 1) * seed) % 17) / 25)
  const flat = core.tensor(values, { shape: [3, 4] })
  const view = core.transpose(flat)
  flat.dispose()
  return view
}

const square = (): Tensor => core.tensor([0.5, 0.25, 0.75, 0.125, 1, 0.375, 0.5, 0.1, 0.2], { shape: [3, 3] })
const positions = (): Tensor => core.tensor([2, 0, 2], { dtype: 'int32' })

const others: readonly OpCall[] = [
  { name: 'acosh', inputs: () => [aboveOne()], run: (x) => core.acosh(x!) },
  { name: 'broadcastTo', inputs: () => [matrix(3)], run: (x) => core.broadcastTo(x!, [2, 4, 3]) },
  { name: 'cast', inputs: () => [matrix(3)], run: (x) => core.cast(x!, 'int32') },
  { name: 'clip', inputs: () => [matrix(3)], run: (x) => core.clip(x!, 0.3, 0.6) },
  { name: 'threshold', inputs: () => [matrix(3)], run: (x) => core.threshold(x!, { threshold: 0.4 }) },
  { name: 'glu', inputs: () => [matrix(3)], run: (x) => core.glu(x!, { axis: 0 }) },
  {
    name: 'where',
    inputs: () => [matrix(3), matrix(5), matrix(7)],
    run: (c, a, b) => core.where(c!, a!, b!),
  },
  { name: 'reshape', inputs: () => [matrix(3)], run: (x) => core.reshape(x!, [2, 6]) },
  { name: 'transpose', inputs: () => [matrix(3)], run: (x) => core.transpose(x!) },
  { name: 'permute', inputs: () => [matrix(3)], run: (x) => core.permute(x!, [1, 0]) },
  { name: 'expandDims', inputs: () => [matrix(3)], run: (x) => core.expandDims(x!, { axis: 1 }) },
  { name: 'squeeze', inputs: () => [core.ones([2, 1, 3])], run: (x) => core.squeeze(x!) },
  { name: 'flip', inputs: () => [matrix(3)], run: (x) => core.flip(x!) },
  { name: 'moveAxis', inputs: () => [matrix(3)], run: (x) => core.moveAxis(x!, 0, 1) },
  { name: 'swapAxes', inputs: () => [matrix(3)], run: (x) => core.swapAxes(x!, 0, 1) },
  { name: 'slice', inputs: () => [matrix(3)], run: (x) => core.slice(x!, [[1], [null, null, -1]]) },
  {
    name: 'pad',
    inputs: () => [matrix(3)],
    run: (x) =>
      core.pad(x!, [
        [1, 0],
        [0, 2],
      ]),
  },
  { name: 'tile', inputs: () => [matrix(3)], run: (x) => core.tile(x!, [2, 1]) },
  { name: 'concat', inputs: () => [matrix(3), matrix(5)], run: (a, b) => core.concat([a!, b!], { axis: 1 }) },
  { name: 'stack', inputs: () => [matrix(3), matrix(5)], run: (a, b) => core.stack([a!, b!]) },
  { name: 'split', inputs: () => [matrix(3)], run: (x) => core.split(x!, 2) },
  { name: 'unstack', inputs: () => [matrix(3)], run: (x) => core.unstack(x!) },
  { name: 'gather', inputs: () => [matrix(3), positions()], run: (x, i) => core.gather(x!, i!) },
  {
    name: 'scatterAdd',
    inputs: () => [square(), positions(), square()],
    run: (x, i, u) => core.scatterAdd(x!, i!, u!),
  },
  {
    name: 'takeAlongAxis',
    inputs: () => [square(), core.tensor([[2], [0], [1]], { dtype: 'int32' })],
    run: (x, i) => core.takeAlongAxis(x!, i!, { axis: 1 }),
  },
  { name: 'oneHot', inputs: () => [positions()], run: (i) => core.oneHot(i!, 4) },
  { name: 'quantile', inputs: () => [matrix(3)], run: (x) => core.quantile(x!, [0.2, 0.5], { axis: 0 }) },
  {
    name: 'searchSorted',
    inputs: () => [core.linspace(0, 1, 5), matrix(3)],
    run: (x, values) => core.searchSorted(x!, values!),
  },
  { name: 'topK', inputs: () => [matrix(3)], run: (x) => Object.values(core.topK(x!, 2)) },
  { name: 'cummax', inputs: () => [matrix(3)], run: (x) => Object.values(core.cummax(x!)) },
  { name: 'cummin', inputs: () => [matrix(3)], run: (x) => Object.values(core.cummin(x!)) },
  {
    name: 'sparseSoftmaxCrossEntropyWithLogits',
    inputs: () => [square(), positions()],
    run: (logits, labels) => core.sparseSoftmaxCrossEntropyWithLogits(logits!, labels!),
  },
]

/** Functions of integers, of which both have some. */
const integers: readonly OpCall[] = [
  ...(['bitwiseAnd', 'bitwiseOr', 'bitwiseXor', 'leftShift', 'rightShift'] as const).map((name) => ({
    name,
    inputs: () => [positions(), positions()],
    run: (a: Tensor | undefined, b: Tensor | undefined) => named<TwoTensors>(name)(a!, b!),
  })),
  { name: 'bitwiseNot', inputs: () => [positions()], run: (x) => core.bitwiseNot(x!) },
]

const aboveOne = (): Tensor => core.tidy(() => core.add(matrix(3), 1))

/** A call of every public op. */
export const opCalls: readonly OpCall[] = [
  ...integers,
  ...elementwise.split(/\s+/).map((name) => ({
    name,
    inputs: () => [matrix(3)],
    run: (x: Tensor | undefined) => named<OneTensor>(name)(x!),
  })),
  ...binary.split(/\s+/).map((name) => ({
    name,
    inputs: () => (name === 'matmul' || name === 'dot' ? [square(), square()] : [matrix(3), matrix(5)]),
    run: (a: Tensor | undefined, b: Tensor | undefined) => named<TwoTensors>(name)(a!, b!),
  })),
  ...others,
  ...movementCalls,
  ...linearAlgebraCalls,
  ...neuralCalls,
  ...indexingCalls,
  ...spatialCalls,
]
