import {
  ArgumentError,
  memory,
  random,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { Sequential } from '../models/sequential.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import type { AdaptData } from './adapt-data.ts'
import { Normalization, type NormalizationOptions } from './normalization.ts'

setBackend(referenceBackend())

test.each<[NormalizationOptions, number[], number]>([
  [{}, [2, 3], 3],
  [{ axis: [1, -1] }, [2, 3, 2], 3],
  [{ axis: null, invert: true }, [2, 3], 3],
  [{ mean: 2, variance: 3 }, [2, 3], 0],
  [{ axis: [-1, 1], mean: [1, 2], variance: [3, 4], invert: true }, [2, 3, 2], 0],
])('%j does what every layer must do', async (options, inputShape, weights) => {
  await runLayerTest(() => new Normalization(options), {
    inputShape,
    outputShape: inputShape,
    nonTrainableWeights: weights,
    mask: 'passes',
  })
})

const rows = [
  [0, 7, 4],
  [2, 9, 6],
  [0, 7, 4],
  [2, 9, 6],
]

describe('adapt', () => {
  test('finds a mean and variance for each index along the last axis', async () => {
    const layer = new Normalization()
    await layer.adapt(rows)
    expect(layer.apply(tensor([[0, 7, 4]])).arraySync()).toEqual([[-1, -1, -1]])
    expect(layer.getWeights().map((weight) => weight.arraySync())).toEqual([[1, 8, 5], [1, 1, 1], 4])
    const back = new Normalization({ invert: true })
    await back.adapt(rows)
    expect(back.apply(tensor([[1, 2, 3]])).arraySync()).toEqual([[2, 10, 8]])
  })

  test('without an axis finds one of each', async () => {
    const layer = new Normalization({ axis: null })
    await layer.adapt(Float32Array.of(1, 2, 3, 4, 5))
    const y = layer.apply(tensor([1, 2, 3])).dataSync()
    expect(y[0]).toBeCloseTo(-Math.SQRT2, 6)
    expect(y[2]).toBe(0)
  })

  test('along several axes agrees with plain loops', async () => {
    const x = random.normal([5, 2, 3, 4], { generator: new random.Generator(1) })
    const layer = new Normalization({ axis: [3, 1] })
    await layer.adapt(x)
    const data = x.arraySync() as number[][][][]
    const [mean, variance] = [layer.mean!.arraySync(), layer.variance!.arraySync()] as [
      number[][],
      number[][],
    ]
    for (let i = 0; i < 2; i++) {
      for (let j = 0; j < 4; j++) {
        const values = data.flatMap((sample) => sample[i]!.map((row) => row[j]!))
        const middle = values.reduce((a, b) => a + b, 0) / values.length
        const spread = values.reduce((a, b) => a + (b - middle) ** 2, 0) / values.length
        expect(mean[i]![j]).toBeCloseTo(middle, 5)
        expect(variance[i]![j]).toBeCloseTo(spread, 5)
      }
    }
  })

  async function* slowly(): AsyncGenerator<{ x: Tensor }> {
    for (const row of rows) yield { x: tensor([row]) }
  }

  test.each<[string, () => AdaptData]>([
    ['a tensor', () => tensor(rows)],
    ['tensors', () => [tensor(rows.slice(0, 3)), tensor(rows.slice(3))]],
    [
      'samples with targets',
      () => [
        [tensor(rows.slice(0, 1)), tensor([1])],
        [tensor(rows.slice(1)), null],
      ],
    ],
    ['an iterable of arrays', () => new Set([rows.slice(0, 1), [], rows.slice(1)])],
    ['an asynchronous iterable', () => slowly()],
  ])('takes %s', async (_, data) => {
    const layer = new Normalization()
    await layer.adapt(data())
    expect(layer.getWeights().map((weight) => weight.arraySync())).toEqual([[1, 8, 5], [1, 1, 1], 4])
  })

  test('keeps small differences of large numbers, whatever the batches are', async () => {
    const large = Array.from({ length: 1000 }, (_, i) => [1e9 + (i % 2)])
    for (const batch of [1000, 7, 1]) {
      const layer = new Normalization({ dtype: 'float64' })
      const batches = Array.from({ length: Math.ceil(1000 / batch) }, (_, i) =>
        large.slice(i * batch, (i + 1) * batch),
      )
      await layer.adapt(new Set(batches))
      expect(layer.mean!.dataSync()[0]).toBeCloseTo(1e9 + 0.5, 5)
      expect(layer.variance!.dataSync()[0]).toBeCloseTo(0.25, 6)
    }
  })

  test('begins anew with each call, and leaves nothing behind', async () => {
    const layer = new Normalization()
    await layer.adapt([[100, 100, 100]])
    const before = memory().tensors
    await layer.adapt(rows)
    expect(memory().tensors).toBe(before)
    expect(layer.mean!.arraySync()).toEqual([1, 8, 5])
  })

  test('is saved with the model', async () => {
    const layer = new Normalization({ inputShape: [3] })
    const model = new Sequential([layer])
    await layer.adapt(rows)
    const copy = await loadModel(await saveModel(model))
    expect((copy.apply(tensor([[2, 9, 6]])) as Tensor).arraySync()).toEqual([[1, 1, 1]])
  })

  test.each<[unknown, NormalizationOptions, RegExp]>([
    [[], {}, /no samples/],
    [new Set(), {}, /no samples/],
    ['text', {}, /not data/],
    [{ y: 1 }, {}, /not data/],
    [[['a']], {}, /not made of numbers/],
    [[[1, 2], [3]], {}, /not a whole array/],
    [5, {}, /no batch/],
    [rows, { mean: 1, variance: 1 }, /was given its mean/],
    [[1, 2], {}, /batch is not an axis/],
    [new Set([[[1, 2]], [[1, 2, 3]]]), {}, /another shape/],
    [new Set([[[1, 2]], [[[1, 2]]]]), {}, /another shape/],
  ])('refuses %j', async (data, options, message) => {
    await expect(new Normalization(options).adapt(data as AdaptData)).rejects.toThrow(message)
  })
})

test('given moments are for all, or for each index; constant features become 0', () => {
  expect(new Normalization({ mean: 3, variance: 4 }).apply(tensor([[1], [5]])).arraySync()).toEqual([
    [-1],
    [1],
  ])
  const each = new Normalization({ mean: [0, 1], variance: [1, 4] })
  expect(each.apply(tensor([[1, 3]])).arraySync()).toEqual([[1, 1]])
  expect(new Normalization({ mean: 3, variance: 0 }).apply(tensor([[3]])).arraySync()).toEqual([[0]])
})

test('its configs are those of Keras', () => {
  expectKerasConfigs(Normalization, (options: NormalizationOptions) => new Normalization(options))
  expect(new Normalization({ axis: null }).getConfig()).toMatchObject({
    axis: [],
    mean: null,
    variance: null,
  })
})

test.each<[NormalizationOptions, typeof ArgumentError | typeof ShapeError, RegExp]>([
  [{ mean: 1 }, ArgumentError, /not given together/],
  [{ mean: 1, variance: -1 }, ArgumentError, /is not one/],
  [{ mean: [1, 2], variance: 1 }, ShapeError, /another shape/],
  [{ axis: null, mean: [1], variance: [1] }, ShapeError, /at most 0 axes/],
  [{ axis: [1, 1] }, ArgumentError, /axis is neither/],
  [{ invert: 1 as never }, ArgumentError, /invert is neither/],
])('refuses %j', (options, kind, message) => {
  expect(() => new Normalization(options)).toThrow(kind)
  expect(() => new Normalization(options)).toThrow(message)
})

test('refuses inputs that do not fit', () => {
  expect(() => new Normalization({ mean: [1, 2], variance: [1, 2] }).apply(zeros([2, 3]))).toThrow(
    /do not fit/,
  )
  expect(() => new Normalization({ axis: 2 }).apply(zeros([2, 3]))).toThrow(ShapeError)
  expect(() => new Normalization().build([null, null])).toThrow(ShapeError)
  expect(() => new Normalization().apply(zeros([3]))).toThrow(/batch is not an axis/)
})
