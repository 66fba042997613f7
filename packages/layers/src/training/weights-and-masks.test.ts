import { ones, setBackend, setSeed, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Activation, Dense, Dropout, Flatten, Masking } from '../layers/index.ts'
import * as metrics from '../metrics/index.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'

setBackend(referenceBackend())

const silent = { verbose: 0 } as const

/** Hands on what comes, with the mask of the steps that are all 0. */
function masked(): Sequential {
  const model = new Sequential([
    new Masking({ inputShape: [3, 1] }),
    new Activation({ activation: 'linear' }),
  ])
  model.compile({
    optimizer: new PlainSGD(0),
    loss: 'meanSquaredError',
    metrics: ['meanAbsoluteError'],
    weightedMetrics: ['meanSquaredError'],
  })
  return model
}

// Steps that count: 1, 2 and 4; the others are 0 and masked. Targets are 10 everywhere.
const x = tensor([
  [[1], [2], [0]],
  [[4], [0], [0]],
])
const y = tensor([
  [[10], [10], [10]],
  [[10], [10], [10]],
])
const [a, b, c] = [81, 64, 36]

describe('masked steps', () => {
  test('count neither in the loss nor in metrics', async () => {
    const { loss, meanAbsoluteError: mae, meanSquaredError: mse } = await masked().evaluate(x, y, silent)
    expect(loss).toBeCloseTo((a + b + c) / 3, 4)
    expect(mse).toBeCloseTo((a + b + c) / 3, 4)
    expect(mae).toBeCloseTo((9 + 8 + 6) / 3, 5)
  })

  test('weights of samples: the loss is divided by the number of steps that count, weighted metrics by their weights', async () => {
    const logs = await masked().evaluate(x, y, { sampleWeight: [1, 0.5], ...silent })
    expect(logs['loss']).toBeCloseTo((a + b + c / 2) / 3, 4)
    expect(logs['meanSquaredError']).toBeCloseTo((a + b + c / 2) / 2.5, 4)
    expect(logs['meanAbsoluteError']).toBeCloseTo((9 + 8 + 6) / 3, 5)
  })

  test('weights of steps', async () => {
    const sampleWeight = [
      [1, 0, 7],
      [0.5, 7, 7],
    ]
    const { loss } = await masked().evaluate(x, y, { sampleWeight, ...silent })
    expect(loss).toBeCloseTo((a + c / 2) / 3, 4)
  })

  test('all of them: the loss is 0', async () => {
    const { loss } = await masked().evaluate(zeros([1, 3, 1]), ones([1, 3, 1]), silent)
    expect(loss).toBe(0)
  })

  test('do not train', async () => {
    const train = async (hidden: number): Promise<unknown> => {
      setSeed(1)
      const model = new Sequential([new Masking({ inputShape: [2, 1] }), new Dense({ units: 1 })])
      model.compile({ optimizer: new PlainSGD(0.1), loss: 'mse' })
      await model.fit([[[1], [0]]], [[[2], [hidden]]], { epochs: 3, ...silent })
      return model.weights.map((weight) => weight.arraySync())
    }
    expect(await train(5)).toEqual(await train(-500))
  })
})

test('a mask ends where a layer drops it: all steps count', async () => {
  const model = new Sequential([new Masking({ inputShape: [2, 1] }), new Flatten()])
  model.compile({ optimizer: new PlainSGD(0), loss: 'mse' })
  // The warning is tested with the layers.
  const warn = console.warn
  console.warn = () => {}
  const { loss } = await model.evaluate([[[1], [0]]], [[3, 3]], silent)
  console.warn = warn
  expect(loss).toBeCloseTo((4 + 9) / 2, 5)
})

test('metrics are called what they were named, objects by their own names', async () => {
  const model = masked()
  model.compile({
    optimizer: new PlainSGD(0),
    loss: 'mse',
    metrics: ['mae', 'mean_absolute_error', new metrics.MeanAbsoluteError({ name: 'distance' }), 'mae'],
    weightedMetrics: ['mae'],
  })
  const logs = await model.evaluate(x, y, silent)
  expect(Object.keys(logs)).toEqual([
    'loss',
    'mae',
    'mean_absolute_error',
    'distance',
    'mae_1',
    'weighted_mae',
  ])
  expect(logs['mae_1']).toBe(logs['distance'])
})

test('accuracy is the one that fits the targets', async () => {
  const logits = [
    [0.1, 0.9],
    [0.8, 0.2],
    [0.3, 0.7],
  ]
  const classifier = (): Sequential => {
    const model = new Sequential([new Activation({ activation: 'linear', inputShape: [2] })])
    model.compile({ optimizer: new PlainSGD(0), loss: 'mse', metrics: ['accuracy'] })
    return model
  }
  const oneHot = [
    [0, 1],
    [0, 1],
    [0, 1],
  ]
  expect((await classifier().evaluate(logits, oneHot, silent))['accuracy']).toBeCloseTo(2 / 3, 6)
  const sparse = classifier()
  sparse.compile({ optimizer: new PlainSGD(0), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] })
  expect((await sparse.evaluate(logits, [[1], [1], [1]], silent))['accuracy']).toBeCloseTo(2 / 3, 6)
  expect((await sparse.evaluate(logits, new Int32Array([1, 1, 1]), silent))['accuracy']).toBeCloseTo(2 / 3, 6)
  const binary = new Sequential([new Activation({ activation: 'linear', inputShape: [1] })])
  binary.compile({ optimizer: new PlainSGD(0), loss: 'binaryCrossentropy', metrics: ['accuracy'] })
  expect((await binary.evaluate([[0.6], [0.4], [0.9]], [[1], [1], [1]], silent))['accuracy']).toBeCloseTo(
    2 / 3,
    6,
  )
})

test('crossentropy is the one that fits the targets', async () => {
  const model = new Sequential([new Activation({ activation: 'linear', inputShape: [2] })])
  model.compile({ optimizer: new PlainSGD(0), loss: 'mse', metrics: ['crossentropy'] })
  const { crossentropy } = await model.evaluate([[0.25, 0.75]], [[0, 1]], silent)
  expect(crossentropy).toBeCloseTo(-Math.log(0.75), 5)
  model.compile({ optimizer: new PlainSGD(0), loss: 'sparseCategoricalCrossentropy', metrics: ['ce'] })
  const { ce } = await model.evaluate([[0.25, 0.75]], [[1]], silent)
  expect(ce).toBeCloseTo(-Math.log(0.75), 5)
})

test('predict’s output carries no mask', async () => {
  const model = masked()
  const output = await model.predict(x)
  expect(new Dense({ units: 1 }).apply(output).shape).toEqual([2, 3, 1])
  const once = await model.predictOnBatch(x)
  expect(new Dense({ units: 1 }).apply(once).shape).toEqual([2, 3, 1])
})

test('the same seed trains the same weights, with dropout and shuffling', async () => {
  const run = async (seed: number): Promise<unknown> => {
    setSeed(seed)
    const model = new Sequential([
      new Dense({ units: 8, activation: 'relu', inputShape: [2] }),
      new Dropout({ rate: 0.5 }),
      new Dense({ units: 1 }),
    ])
    model.compile({ optimizer: new PlainSGD(0.05, 0.9), loss: 'mse' })
    const points = Array.from({ length: 20 }, (_, i) => [i / 20, 1 - i / 20])
    await model.fit(
      points,
      points.map(([first]) => [first!]),
      { epochs: 5, batchSize: 8, ...silent },
    )
    return model.weights.map((weight) => weight.arraySync())
  }
  expect(await run(3)).toEqual(await run(3))
  expect(await run(4)).not.toEqual(await run(3))
})
