import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, BackendMismatchError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import { abs } from './abs.ts'
import { batchNorm } from './batch-norm.ts'
import { moments } from './moments.ts'
import { expectBalanced, indicesOf, testBackends } from './movement-test-cases.ts'
import { checkBothOrders, expectClose, forEachLayout } from './neural-test-cases.ts'
import { wave } from './norm-test-cases.ts'
import { square } from './square.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each([
  { shape: [4], axis: 0 },
  { shape: [2, 3], axis: -1 },
  { shape: [2, 3, 2], axis: 1 },
  { shape: [0, 3], axis: 1 },
  { shape: [2, 0], axis: 1 },
  { shape: [2, 1, 2, 3, 1, 2], axis: 3 },
])('agrees with plain loops: $shape along $axis', ({ shape, axis }) => {
  const along = (axis + shape.length) % shape.length
  const n = shape[along]!
  const [mean, scale, shift] = [wave(n), wave(n, 1), wave(n, 2)]
  const variance = wave(n, 3).map(Math.abs)
  forEachLayout(shape, (x, backend) => {
    const [m, v, gamma, beta] = [mean, variance, scale, shift].map((values) =>
      tensor(values, { backend }),
    ) as [never, never, never, never]
    const at = (values: readonly number[], c: number): number => Math.fround(values[c]!)
    const plain = [...x.dataSync()]
    const expected = indicesOf(shape).map((index, i) => {
      const c = index[along]!
      const normal = (plain[i]! - at(mean, c)) / Math.sqrt(at(variance, c) + 1e-3)
      return normal * at(scale, c) + at(shift, c)
    })
    const out = batchNorm(x, { mean: m, variance: v, gamma, beta, axis })
    expect(out.dtype).toBe(x.dtype === 'float64' ? 'float64' : 'float32')
    // The statistics are float32.
    const largest = Math.max(1, ...expected.map(Math.abs))
    expectClose(
      [...out.dataSync()].map((value) => value / largest),
      expected.map((value) => value / largest),
      { dtype: 'float32' },
    )
    expectBalanced(() => batchNorm(x, { mean: m, variance: v, gamma, beta, axis }))
    expectBalanced(() => batchNorm(x, { mean: m, variance: v, axis }))
  })
})

test('loses nothing where the mean is far from 0', () => {
  const x = tensor([1e6 - 1, 1e6 + 1], { shape: [2, 1] })
  const out = batchNorm(x, { mean: tensor([1e6]), variance: ones([1]), gamma: tensor([0.3]), epsilon: 0 })
  expectClose(out.dataSync(), [-0.3, 0.3], { dtype: 'float32' })
})

test('is right at special values', () => {
  for (const backend of testBackends) {
    const x = tensor([[Infinity, Number.NaN, 0, 2]], { backend })
    const [mean, variance] = [tensor([0, 0, 0, 1], { backend }), tensor([1, 1, 0, Infinity], { backend })]
    const out = batchNorm(x, { mean, variance }).dataSync()
    expectClose(out, [Infinity, Number.NaN, 0, 0], { dtype: 'float32' })
  }
})

test('has gradients of both orders for all five tensors', async () => {
  const inputs = [
    { shape: [2, 3, 2], values: wave(12) },
    { shape: [3], values: wave(3, 1) },
    { shape: [3], values: [0.5, 1, 2] },
    { shape: [3], values: wave(3, 2) },
    { shape: [3], values: wave(3, 3) },
  ]
  await checkBothOrders(
    (x, mean, variance, gamma, beta) =>
      square(batchNorm(x!, { mean: mean!, variance: variance!, gamma: gamma!, beta: beta!, axis: 1 })),
    inputs,
  )
})

test('with the moments of the batch its gradients are those of training', async () => {
  const inputs = [
    { shape: [4, 2], values: wave(8) },
    { shape: [2], values: wave(2, 1) },
  ]
  await checkBothOrders(
    (x, gamma) => square(batchNorm(x!, { ...moments(x!, { axis: 0 }), gamma: gamma!, epsilon: 0.05 })),
    inputs,
  )
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3])
  const given = { mean: ones([3]), variance: abs(ones([3])) }
  const wrong = (options: unknown) => () => batchNorm(x, options as never)
  expect(() => batchNorm(1 as never, given)).toThrow(ArgumentError)
  expect(wrong({ mean: ones([3]) })).toThrow(/batchNorm: variance is not a tensor/)
  expect(wrong({ ...given, mean: null })).toThrow(/mean is not a tensor/)
  expect(wrong({ ...given, axis: 0 })).toThrow(/mean of shape \[2\]/)
  expect(wrong({ ...given, axis: 2 })).toThrow(ShapeError)
  expect(wrong({ ...given, gamma: ones([1]) })).toThrow(/gamma of shape \[3\]/)
  expect(wrong({ ...given, epsilon: -1 })).toThrow(/epsilon/)
  expect(wrong({ ...given, momentum: 0.9 })).toThrow(/unknown option "momentum"/)
  expect(wrong({ ...given, beta: ones([3], { backend: testBackends[1]! }) })).toThrow(BackendMismatchError)
  expect(() => batchNorm(tensor(1), given)).toThrow(ShapeError)
  given.mean.dispose()
  expect(wrong(given)).toThrow(DisposedError)
})
