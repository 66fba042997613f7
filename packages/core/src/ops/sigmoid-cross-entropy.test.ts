import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { testBackends } from './movement-test-cases.ts'
import { checkAgainst, checkBothOrders, expectClose, shapes } from './neural-test-cases.ts'
import { sigmoid } from './sigmoid.ts'
import { sigmoidCrossEntropyWithLogits as crossEntropy } from './sigmoid-cross-entropy.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

const { abs, exp, log1p, max } = Math

const lossOf = (x: number, t: number) => max(x, 0) - x * t + log1p(exp(-abs(x)))

test.each(shapes.map((shape) => ({ shape })))('agrees with plain loops: $shape', ({ shape }) => {
  checkAgainst(
    shape,
    (x) => {
      const targets = sigmoid(x)
      const out = crossEntropy(x, targets)
      targets.dispose()
      return out
    },
    (values) => values.map((x) => lossOf(x, 1 / (1 + exp(-x)))),
  )
})

test('is right at any logit, and has a finite gradient', () => {
  const cases = [
    { x: 0, t: 0.25, loss: Math.LN2, slope: 0.25 },
    { x: -0, t: 1, loss: Math.LN2, slope: -0.5 },
    { x: 88.8, t: 1, loss: exp(-88.8), slope: 0 },
    { x: 88.8, t: 0, loss: 88.8, slope: 1 },
    { x: -88.8, t: 0, loss: exp(-88.8), slope: exp(-88.8) },
    { x: 1e4, t: 0.5, loss: 5e3, slope: 0.5 },
    { x: -1e4, t: 1, loss: 1e4, slope: -1 },
    { x: 3e38, t: 1, loss: 0, slope: 0 },
    { x: 3e38, t: 0, loss: 3e38, slope: 1 },
    { x: -3e38, t: 0, loss: 0, slope: 0 },
    { x: -3e38, t: 0.5, loss: 1.5e38, slope: -0.5 },
    { x: Infinity, t: 1, loss: 0, slope: 0 },
    { x: Infinity, t: 0, loss: Infinity, slope: 1 },
    { x: -Infinity, t: 0, loss: 0, slope: 0 },
    { x: -Infinity, t: 1, loss: Infinity, slope: -1 },
    { x: Number.NaN, t: 1, loss: Number.NaN, slope: Number.NaN },
    { x: 1, t: Number.NaN, loss: Number.NaN, slope: Number.NaN },
  ]
  for (const backend of testBackends) {
    for (const dtype of ['float32', 'float64'] as const) {
      const logits = tensor(
        cases.map(({ x }) => x),
        { dtype, backend },
      )
      const targets = tensor(
        cases.map(({ t }) => t),
        { dtype, backend },
      )
      expectClose(
        crossEntropy(logits, targets).dataSync(),
        cases.map(({ loss }) => loss),
        { dtype },
      )
      const gradient = grad((y: Tensor) => sum(crossEntropy(y, targets)))(logits)
      expectClose(
        gradient.dataSync(),
        cases.map(({ slope }) => slope),
        { dtype },
      )
    }
  }
})

test('keeps the digits of small losses', () => {
  const x = tensor([20, -20, 10, 30])
  const t = tensor([1, 0, 1, 1])
  const expected = [20, 20, 10, 30].map((logit) => log1p(exp(-logit)))
  expectClose(crossEntropy(x, t).dataSync(), expected, { dtype: 'float32', relative: true })
})

test('has gradients of both orders for logits and targets', async () => {
  const logits = { shape: [2, 3], values: [-2.5, -1, -0.1, 0.4, 1.5, 3] }
  const targets = { shape: [2, 3], values: [0.1, 0.9, 0.5, 0.3, 0.7, 0.2] }
  await checkBothOrders(crossEntropy as (...xs: Tensor[]) => Tensor, [logits, targets])
})

test('computes in the common float dtype', () => {
  const out = crossEntropy(tensor([-2, 3], { dtype: 'int32' }), tensor([false, true]))
  expect(out.dtype).toBe('float32')
  expectClose(out.dataSync(), [0.1269280110429725, 0.048587351573742], { dtype: 'float32' })
  expect(crossEntropy(ones([2]), ones([2], { dtype: 'float64' })).dtype).toBe('float64')
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3])
  expect(() => crossEntropy(x, 1 as never)).toThrow(ArgumentError)
  expect(() => crossEntropy(null as never, x)).toThrow(/logits is not a tensor/)
  expect(() => crossEntropy(x, ones([3]))).toThrow(ShapeError)
  expect(() => crossEntropy(x, ones([2, 1]))).toThrow(
    /sigmoidCrossEntropyWithLogits: logits and targets have/,
  )
  expect(() => crossEntropy(x, ones([2, 3], { backend: testBackends[1]! }))).toThrow(BackendMismatchError)
  x.dispose()
  expect(() => crossEntropy(x, ones([2, 3]))).toThrow(DisposedError)
})
