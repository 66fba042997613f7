import { beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import * as core from '../index.ts'
import { memory } from '../memory/memory.ts'
import * as activations from '../ops/activations.ts'
import * as asynchronous from '../ops/asynchronous.ts'
import * as elementwise from '../ops/elementwise.ts'
import * as indexing from '../ops/indexing.ts'
import * as linearAlgebra from '../ops/linear-algebra.ts'
import * as movement from '../ops/movement.ts'
import * as normalizations from '../ops/normalizations.ts'
import * as reductions from '../ops/reductions.ts'
import * as scans from '../ops/scans.ts'
import * as sorting from '../ops/sorting.ts'
import { referenceBackend } from '../reference/index.ts'
import { tensor } from '../tensor/create.ts'
import { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import type { TensorMethods } from './index.ts'
import './index.ts'

beforeEach(() => setBackend(referenceBackend()))

const matrix = () => tensor([0.5, -1.5, 2, 3, 0.25, 0], { shape: [2, 3] })
const other = () => tensor([2, 0.5, 1])
const squares = () => tensor([4, 1, 2, 3], { shape: [2, 2] })
const rows = () => tensor([1, 0], { dtype: 'int32' })

/** What each method is called with after the tensor. */
const samples: { readonly [Name in keyof TensorMethods]: () => Parameters<TensorMethods[Name]> } = {
  add: () => [other()],
  sub: () => [2],
  mul: () => [other()],
  div: () => [other()],
  floorDiv: () => [other()],
  mod: () => [2],
  pow: () => [2],
  atan2: () => [other()],
  maximum: () => [other()],
  minimum: () => [1],
  clip: () => [0, 1],
  neg: () => [],
  abs: () => [],
  sign: () => [],
  square: () => [],
  reciprocal: () => [],
  floor: () => [],
  ceil: () => [],
  round: () => [],
  trunc: () => [],
  sqrt: () => [],
  rsqrt: () => [],
  exp2: () => [],
  log2: () => [],
  log10: () => [],
  cbrt: () => [],
  tan: () => [],
  asin: () => [],
  acos: () => [],
  atan: () => [],
  exp: () => [],
  expm1: () => [],
  log: () => [],
  log1p: () => [],
  sin: () => [],
  cos: () => [],
  tanh: () => [],
  erf: () => [],
  sinh: () => [],
  cosh: () => [],
  asinh: () => [],
  acosh: () => [],
  atanh: () => [],
  erfc: () => [],
  hypot: () => [other()],
  logAddExp: () => [2],
  nanToNum: () => [{ nan: 1 }],
  bitwiseAnd: () => [3],
  bitwiseOr: () => [rows()],
  bitwiseXor: () => [3],
  bitwiseNot: () => [],
  leftShift: () => [2],
  rightShift: () => [1],
  equal: () => [2],
  notEqual: () => [2],
  less: () => [other()],
  lessEqual: () => [other()],
  greater: () => [other()],
  greaterEqual: () => [other()],
  logicalAnd: () => [other()],
  logicalOr: () => [0],
  logicalXor: () => [1],
  logicalNot: () => [],
  isNaN: () => [],
  isFinite: () => [],
  isInf: () => [],
  where: () => [other(), -1],
  relu: () => [],
  relu6: () => [],
  leakyRelu: () => [{ negativeSlope: 0.1 }],
  elu: () => [{ alpha: 2 }],
  celu: () => [{ alpha: 2 }],
  selu: () => [],
  gelu: () => [{ approximate: true }],
  glu: () => [{ axis: 0 }],
  sigmoid: () => [],
  logSigmoid: () => [],
  hardSigmoid: () => [],
  silu: () => [],
  hardSilu: () => [],
  hardTanh: () => [],
  tanhShrink: () => [],
  hardShrink: () => [{ threshold: 1 }],
  softShrink: () => [{ threshold: 1 }],
  threshold: () => [{ threshold: 1, defaultValue: 9 }],
  mish: () => [],
  softplus: () => [],
  softsign: () => [],
  squareplus: () => [{ b: 1 }],
  sparsePlus: () => [],
  sparseSigmoid: () => [],
  softmax: () => [{ axis: 0 }],
  logSoftmax: () => [{ axis: 0 }],
  sparsemax: () => [{ axis: 0 }],
  l2Normalize: () => [{ axis: 0 }],
  softmaxCrossEntropyWithLogits: () => [matrix(), { axis: 0 }],
  sparseSoftmaxCrossEntropyWithLogits: () => [rows(), { axis: 1 }],
  sigmoidCrossEntropyWithLogits: () => [matrix()],
  sum: () => [{ axis: 0 }],
  prod: () => [{ axis: 1, keepDims: true }],
  mean: () => [{ axis: [0, 1] }],
  variance: () => [{ axis: 1, correction: 1 }],
  std: () => [],
  max: () => [{ axis: 1 }],
  min: () => [],
  argMax: () => [{ axis: 1 }],
  argMin: () => [],
  any: () => [{ axis: 0 }],
  all: () => [{ axis: 1 }],
  logSumExp: () => [{ axis: -1 }],
  norm: () => [{ ord: 1, axis: 0 }],
  countNonZero: () => [{ axis: 1 }],
  median: () => [],
  quantile: () => [[0, 0.3], { axis: 0 }],
  cumsum: () => [{ axis: 1, exclusive: true }],
  cumprod: () => [{ reverse: true }],
  cummax: () => [{ axis: 1 }],
  cummin: () => [],
  sort: () => [{ axis: 0 }],
  argSort: () => [{ descending: true }],
  searchSorted: () => [matrix(), { side: 'right' }],
  topK: () => [2, { largest: false }],
  matmul: () => [tensor([1, 2, 3], { shape: [3, 1] })],
  dot: () => [other()],
  inner: () => [matrix()],
  outer: () => [other()],
  tensordot: () => [matrix(), { axes: [[1], [1]] }],
  solve: () => [squares()],
  inverse: () => [],
  determinant: () => [],
  slogdet: () => [],
  qr: () => [{ mode: 'complete' }],
  cholesky: () => [{ upper: true }],
  triangularSolve: () => [squares(), { upper: true }],
  reshape: () => [[3, -1]],
  flatten: () => [],
  transpose: () => [[1, 0]],
  permute: () => [[1, 0]],
  moveAxis: () => [0, 1],
  swapAxes: () => [0, 1],
  expandDims: () => [{ axis: 1 }],
  squeeze: () => [],
  broadcastTo: () => [[2, 2, 3]],
  tile: () => [[1, 2]],
  unfold: () => [{ size: 2 }],
  flip: () => [{ axis: 1 }],
  pad: () => [
    [
      [1, 0],
      [0, 1],
    ],
    { value: 7 },
  ],
  repeat: () => [[2, 0, 1], { axis: 1 }],
  roll: () => [[1, -1], { axis: [0, 1] }],
  tril: () => [{ k: 1 }],
  triu: () => [],
  diag: () => [{ k: 1 }],
  diagonal: () => [{ offset: -1 }],
  trace: () => [],
  slice: () => [[null, [1]]],
  index: () => [[rows(), [null, null, -1]]],
  indexUpdate: () => [[0, rows()], -1],
  take: () => [rows(), { axis: 1 }],
  gatherND: () => [tensor([[1, 2]], { dtype: 'int32' })],
  segmentSum: () => [rows(), 2],
  nonzero: () => [],
  unique: () => [{ axis: 0, returnCounts: true }],
  booleanMask: () => [tensor([true, false, true]), { axis: 1 }],
  split: () => [3, { axis: 1 }],
  unstack: () => [{ axis: 1 }],
  gather: () => [rows(), { axis: 1 }],
  takeAlongAxis: () => [tensor([[2, 0]], { dtype: 'int32' }), { axis: 1 }],
  scatterAdd: () => [rows(), matrix()],
  oneHot: () => [3, { axis: 0 }],
  cast: () => ['int32'],
  stopGradient: () => [],
}

/** The methods of square matrices. */
const ofSquares: readonly (keyof TensorMethods)[] = [
  'solve',
  'inverse',
  'determinant',
  'slogdet',
  'cholesky',
  'triangularSolve',
]

const exported = new Map(Object.entries<unknown>(core))
const names = Object.keys(samples) as (keyof TensorMethods)[]

test('every op whose first argument is a tensor is a method, and nothing else is', () => {
  const families = [
    activations,
    asynchronous,
    elementwise,
    indexing,
    linearAlgebra,
    movement,
    normalizations,
    reductions,
    scans,
    sorting,
  ]
  const ops = families.flatMap((family) =>
    Object.entries<unknown>(family).flatMap(([name, f]) => (typeof f === 'function' ? [name] : [])),
  )
  const alone = ['broadcastTo', 'cast', 'matmul', 'reshape', 'stopGradient', 'transpose']
  const ofLists = ['concat', 'einsum', 'stack']
  // Its first tensor is not what the result is made of.
  const ofIndices = ['scatterND']
  const expected = [...ops, ...alone].filter((name) => ![...ofLists, ...ofIndices].includes(name))
  expect([...names].sort()).toEqual(expected.sort())
  const own = Object.getOwnPropertyNames(Tensor.prototype).filter((name) => exported.has(name))
  expect(own.sort()).toEqual(expected.sort())
})

/** What an op gives: a tensor, a list of them, or several with names. */
type Result = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>

/** The asynchronous ones give it later. */
type Given = Result | Promise<Result>

const tensorsOf = (result: Result): readonly Tensor[] =>
  result instanceof Tensor ? [result] : Object.values<Tensor>(result)

/** What each tensor says about itself, with its gradient-free values. */
function shown(result: Result): unknown {
  return tensorsOf(result).map((x) => [x.dtype, x.shape, ...x.dataSync()])
}

type Method = (this: Tensor, ...args: unknown[]) => Given
type Fn = (x: Tensor, ...args: unknown[]) => Given

describe.each(names)('%s', (name) => {
  const isOfIntegers = name === 'oneHot' || name.startsWith('bitwise') || name.endsWith('Shift')
  const subject = () => {
    if (isOfIntegers) return rows()
    return ofSquares.includes(name) ? squares() : matrix()
  }
  const method = Reflect.get(Tensor.prototype, name) as Method
  const f = exported.get(name) as Fn

  test('gives what its function gives', async () => {
    const x = subject()
    const args = samples[name]()
    expect(shown(await method.call(x, ...args))).toEqual(shown(await f(x, ...args)))
  })

  test('leaves nothing behind', async () => {
    const x = subject()
    const args = samples[name]()
    const before = memory()
    for (const out of tensorsOf(await method.call(x, ...args))) out.dispose()
    expect(memory()).toEqual(before)
  })

  test('refuses a disposed tensor, and what is no tensor', async () => {
    const args = samples[name]()
    const x = subject()
    x.dispose()
    await expect(async () => method.call(x, ...args)).rejects.toThrow(DisposedError)
    await expect(async () => method.call({} as Tensor, ...args)).rejects.toThrow(ArgumentError)
  })
})

test('methods chain, and gradients flow through them', () => {
  const slope = grad((x: Tensor) => x.square().mul(3).reshape([-1]).sum())
  expect([...slope(matrix()).dataSync()]).toEqual([...matrix().mul(6).dataSync()])
})

test('variables have them', () => {
  const w = variable(matrix())
  expect([...w.mul(2).dataSync()]).toEqual([...matrix().mul(2).dataSync()])
  w.dispose()
})

test('errors are those of the functions', () => {
  expect(() => matrix().matmul(matrix())).toThrow(ShapeError)
  expect(() => matrix().sum({ axis: 2 })).toThrow(/sum: axis is outside/)
  expect(() => matrix().reshape([4])).toThrow(ShapeError)
})

test('importing the module again changes nothing, and methods do not show up in loops', async () => {
  const before = names.map((name) => Tensor.prototype[name])
  await import('./index.ts')
  expect(names.map((name) => Tensor.prototype[name])).toEqual(before)
  const listed = []
  for (const key in matrix()) listed.push(key)
  expect(listed.filter((key) => names.includes(key as keyof TensorMethods))).toEqual([])
})

test('the types are those of the functions', () => {
  const x = matrix()
  expectTypeOf(x).toEqualTypeOf<Tensor<'float32'>>()
  expectTypeOf(x.reshape([6])).toEqualTypeOf<Tensor<'float32'>>()
  expectTypeOf(x.max()).toEqualTypeOf<Tensor<'float32'>>()
  expectTypeOf(x.cast('int32')).toEqualTypeOf<Tensor<'int32'>>()
  expectTypeOf(x.less(1)).toEqualTypeOf<Tensor<'bool'>>()
  expectTypeOf(x.argMax({ axis: 0 })).toEqualTypeOf<Tensor<'int32'>>()
  expectTypeOf(x.split(3, { axis: 1 })).toEqualTypeOf<Tensor<'float32'>[]>()
  expectTypeOf(rows().oneHot(3)).toEqualTypeOf<Tensor<'float32'>>()
  expectTypeOf(x.add).parameters.toEqualTypeOf<[core.Input]>()
  expectTypeOf(x.sum).parameters.toEqualTypeOf<[options?: core.ReductionOptions | undefined]>()
  expectTypeOf(x.reshape).parameters.toEqualTypeOf<[core.Shape]>()
})
