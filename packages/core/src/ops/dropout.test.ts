import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { bernoulli } from '../random/distributions.ts'
import { Generator, setSeed } from '../random/generator.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { dropout } from './dropout.ts'
import { expectBalanced, testBackends } from './movement-test-cases.ts'
import { checkBothOrders, expectClose, forEachLayout } from './neural-test-cases.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each([[[]], [[5]], [[0]], [[2, 3]], [[2, 1, 2, 3, 1, 2]]])(
  'drops what the generator says: %j',
  (shape) => {
    forEachLayout(shape, (x) => {
      const values = [...x.dataSync()]
      const kept = [...bernoulli(shape, { probability: 0.7, seed: 5 }).dataSync()]
      const out = dropout(x, 0.3, { seed: 5 })
      expect(out.dtype).toBe(x.dtype === 'float64' ? 'float64' : 'float32')
      expect(out.shape).toEqual(shape)
      const expected = values.map((value, i) => (kept[i] === 1 ? value / (1 - 0.3) : 0))
      expectClose(out.dataSync(), expected, out)
      expect([...x.dataSync()]).toEqual(values)
      expectBalanced(() => dropout(x, 0.3))
      expectBalanced(() => dropout(x, 0))
      expectBalanced(() => dropout(x, 1))
    })
  },
)

test('keeps the rate and the mean', () => {
  const values = dropout(ones([100, 100]), 0.2, { seed: 1 }).dataSync()
  expect([...new Set(values)].sort()).toEqual([0, Math.fround(1.25)])
  const total = [...values].reduce((partial, value) => partial + value, 0)
  expect(total / values.length).toBeCloseTo(1, 1)
})

test('rate 0 gives the values, in a new handle; rate 1 gives zeros', () => {
  const x = tensor([1, Number.NaN, Infinity])
  const same = dropout(x, 0)
  expect(same).not.toBe(x)
  expect(same.arraySync()).toEqual([1, Number.NaN, Infinity])
  expect(dropout(x, 1).arraySync()).toEqual([0, 0, 0])
  expect(dropout(tensor([2], { dtype: 'int32' }), 0).dtype).toBe('float32')
  const slope = (rate: number): unknown => grad((y: Tensor) => sum(dropout(y, rate)))(ones([2])).arraySync()
  expect([slope(0), slope(1)]).toEqual([
    [1, 1],
    [0, 0],
  ])
})

test('what is dropped is 0 even where it is not finite', () => {
  const out = dropout(tensor(new Array<number>(64).fill(Number.NaN)), 0.5, { seed: 2 })
  expect(new Set(out.dataSync())).toEqual(new Set([0, Number.NaN]))
})

test('noiseShape drops along axes of size 1 together', () => {
  const out = dropout(ones([8, 6, 3]), 0.5, { noiseShape: [null, 1, 3], seed: 5 })
  for (const sample of out.arraySync() as number[][][])
    for (const row of sample) expect(row).toEqual(sample[0])
  expect(new Set(out.dataSync())).toEqual(new Set([0, 2]))
})

test('numbers come from the generator, the seed or setSeed', () => {
  const draw = (options: Parameters<typeof dropout>[2] = {}): unknown =>
    dropout(ones([64]), 0.5, options).arraySync()
  const generator = new Generator(4)
  const [first, second] = [draw({ generator }), draw({ generator })]
  expect(second).not.toEqual(first)
  expect([draw({ seed: 4 }), draw({ seed: 4 })]).toEqual([first, first])
  setSeed(4)
  expect([draw(), draw()]).toEqual([first, second])
})

test('the gradient is 0 where elements were dropped; the second one too', async () => {
  const x = ones([5, 5])
  const slopes = grad((y: Tensor) => sum(dropout(y, 0.5, { seed: 7 })))(x)
  expect(slopes.arraySync()).toEqual(dropout(x, 0.5, { seed: 7 }).arraySync())
  const inputs = [{ shape: [2, 3], values: [1, -2, 3, 0.5, -0.25, 2] }]
  for (const rate of [0, 0.4, 1]) await checkBothOrders((y) => square(dropout(y!, rate, { seed: 3 })), inputs)
})

test('refuses wrong arguments', () => {
  const x = ones([2, 3, 4])
  const wrong =
    (rate: unknown, options: unknown = {}) =>
    () =>
      dropout(x, rate as never, options as never)
  expect(() => dropout([1] as never, 0.5)).toThrow(ArgumentError)
  for (const rate of [1.5, -0.1, Number.NaN, '0.5', undefined]) {
    expect(wrong(rate)).toThrow(/dropout: rate is not a number from 0 to 1/)
  }
  expect(wrong(0.5, { noiseShape: [0, 1, 1] })).toThrow(/noiseShape is not a list of sizes/)
  expect(wrong(0.5, { noiseShape: 3 })).toThrow(ArgumentError)
  for (const noiseShape of [
    [1, 3],
    [2, 2, 2],
    [3, 1, 4],
  ])
    expect(wrong(0.5, { noiseShape })).toThrow(ShapeError)
  expect(wrong(0.5, { generator: 3 })).toThrow(/dropout: generator is not a Generator/)
  expect(wrong(0.5, { generator: new Generator(1), seed: 1 })).toThrow(/generator and seed are both given/)
  expect(wrong(0.5, { seed: -1 })).toThrow(ArgumentError)
  expect(wrong(0.5, { noise: [1] })).toThrow(/unknown option "noise"/)
  x.dispose()
  expect(wrong(0.5)).toThrow(DisposedError)
})
