import { mul, setBackend, setSeed, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Layer } from '../engine/layer.ts'
import { setMask } from '../engine/masks.ts'
import { resetNames } from '../engine/naming.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Affine, Apply, SeededStart } from '../testing/test-layers.ts'
import { SampleCount, SquaredError } from '../testing/test-losses.ts'
import { count, line } from '../testing/test-models.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const silent = { verbose: 0 } as const

const kernelOf = (model: Sequential): number => model.weights[0]!.dataSync()[0]!

/** Passes samples on and notes their first numbers. */
function recorder(): { model: Sequential; seen: number[][] } {
  const seen: number[][] = []
  const model = new Sequential([
    new Apply((x, { training }) => {
      if (training) seen.push([...(x.dataSync() as Float32Array)])
      return mul(x, 1)
    }),
    new Affine({ units: 1 }),
  ])
  model.compile({ optimizer: new PlainSGD(0), loss: new SquaredError() })
  return { model, seen }
}

describe('fit', () => {
  test('learns what no line separates', async () => {
    const hump = (x: Tensor): Tensor => mul(x, x)
    const model = new Sequential([
      new Affine({ units: 4, inputShape: [2], start: new SeededStart(3) }),
      new Apply(hump),
      new Affine({ units: 1, start: new SeededStart(4) }),
    ])
    model.compile({ optimizer: new PlainSGD(0.1), loss: new SquaredError() })
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ])
    const y = tensor([[0], [1], [1], [0]])
    const { history, epoch } = await model.fit(x, y, { epochs: 300, batchSize: 4, seed: 1, ...silent })
    expect(epoch).toHaveLength(300)
    expect(history.loss.at(-1)).toBeLessThan(1e-3)
    const predicted = await model.predict(x)
    expect((predicted.arraySync() as number[][]).map(([p]) => Math.round(p!) + 0)).toEqual([0, 1, 1, 0])
  })

  test('the loss and the step are those computed by hand', async () => {
    const model = line()
    // Errors 1·0.5 − 2 = −1.5 and 1 − 4 = −3: mean of squares 5.625; d/dw = 2 (−1.5·1 − 3·2)/2 = −7.5.
    const { history } = await model.fit([[1], [2]], [[2], [4]], { shuffle: false, ...silent })
    expect(history.loss).toEqual([5.625])
    expect(kernelOf(model)).toBeCloseTo(0.5 + 0.75, 6)
  })

  test('the loss of an epoch weighs batches by their sizes', async () => {
    const model = line()
    ;(model.optimizer as PlainSGD).learningRate = 0
    const { history } = await model.fit([[1], [2], [3]], [[0], [0], [0]], {
      batchSize: 2,
      shuffle: false,
      ...silent,
    })
    // (0.25 + 1 + 2.25) / 3, not the mean of the batches' means.
    expect(history.loss[0]).toBeCloseTo(3.5 / 3, 6)
  })

  test('minimises and reports penalties of weights and outputs', async () => {
    const model = line({ penalty: 0.1, activity: 0.2 })
    // Output 1 for x = 2: loss 0; 0.1·0.25 of the weight; 0.2·1 of the output.
    const { history } = await model.fit([[2]], [[1]], silent)
    expect(history.loss[0]).toBeCloseTo(0.225, 6)
    // d/dw = 0.1·2·0.5 + 0.2·2·1·2 = 0.9
    expect(kernelOf(model)).toBeCloseTo(0.5 - 0.09, 6)
  })

  test('runs without a loss where there are penalties, and not where there are none', async () => {
    const model = line({ penalty: 1 })
    model.compile({ optimizer: new PlainSGD(0.1) })
    const { history } = await model.fit([[2]], null, silent)
    expect(history.loss[0]).toBeCloseTo(0.25, 6)
    const bare = line()
    bare.compile({ optimizer: new PlainSGD() })
    await expect(bare.fit([[2]], null, silent)).rejects.toThrow(/no loss/)
  })

  test('builds a model that knows no shape, before its first step', async () => {
    const model = new Sequential([new Affine({ units: 1 })])
    model.compile({ optimizer: new PlainSGD(0.1), loss: new SquaredError() })
    await model.fit([[1]], [[2]], silent)
    expect(kernelOf(model)).toBeCloseTo(0.5 + 0.3, 6)
  })

  test('trains in float64', async () => {
    const model = new Sequential([new Affine({ units: 1, dtype: 'float64', inputShape: [1] })])
    model.compile({ optimizer: new PlainSGD(0.1), loss: 'mse', metrics: ['mae'] })
    const { history } = await model.fit([[1]], [[2]], { epochs: 2, ...silent })
    // Errors 1.5 and 1.5 − 2·0.1·2·1.5 (weight and bias): 0.9.
    expect(history.loss).toEqual([2.25, expect.closeTo(0.81, 12)])
    expect(model.weights[0]!.dtype).toBe('float64')
  })

  test('goes on when nothing is trainable', async () => {
    const model = line()
    model.trainable = false
    const { history } = await model.fit([[1]], [[2]], { epochs: 2, ...silent })
    expect(history.loss).toEqual([2.25, 2.25])
  })

  test('goes on with NaN, as the data asks for', async () => {
    const { history } = await line().fit([[Number.NaN]], [[2]], { epochs: 2, ...silent })
    expect(history.loss).toEqual([Number.NaN, Number.NaN])
  })
})

describe('order', () => {
  test('without shuffling is the data’s', async () => {
    const { model, seen } = recorder()
    await model.fit(count(5), count(5), { batchSize: 2, shuffle: false, ...silent })
    expect(seen).toEqual([[0, 1], [2, 3], [4]])
  })

  test('is new in every epoch, holds every sample once, and repeats with the seed', async () => {
    const runs: number[][] = []
    for (const seed of [7, 7, 8]) {
      const { model, seen } = recorder()
      await model.fit(count(8), count(8), { batchSize: 3, epochs: 2, seed, ...silent })
      runs.push(seen.flat())
    }
    const [first, second, third] = runs as [number[], number[], number[]]
    expect(second).toEqual(first)
    expect(third).not.toEqual(first)
    expect(first.slice(8)).not.toEqual(first.slice(0, 8))
    for (const pass of [first.slice(0, 8), first.slice(8)])
      expect(pass.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  })

  test('without a seed of its own follows setSeed', async () => {
    const runs: number[][][] = []
    for (let i = 0; i < 2; i++) {
      setSeed(5)
      const { model, seen } = recorder()
      await model.fit(count(8), count(8), silent)
      runs.push(seen)
    }
    expect(runs[0]).toEqual(runs[1])
    expect(runs[0]!.flat()).not.toEqual(count(8).flat())
  })

  test('targets and weights go with their samples', async () => {
    const model = line()
    ;(model.optimizer as PlainSGD).learningRate = 0
    const x = count(6)
    const y = x.map(([value]) => [value! / 2])
    const { history } = await model.fit(x, y, { batchSize: 4, epochs: 2, seed: 1, ...silent })
    expect(history.loss).toEqual([0, 0])
  })

  test('goes on over epochs of stepsPerEpoch', async () => {
    const { model, seen } = recorder()
    await model.fit(count(5), count(5), {
      batchSize: 2,
      epochs: 2,
      stepsPerEpoch: 2,
      shuffle: false,
      ...silent,
    })
    expect(seen).toEqual([[0, 1], [2, 3], [4], [0, 1]])
  })

  test('initialEpoch counts as run', async () => {
    const { model, seen } = recorder()
    const { epoch } = await model.fit(count(2), count(2), { epochs: 5, initialEpoch: 3, ...silent })
    expect(epoch).toEqual([3, 4])
    expect(seen).toHaveLength(2)
  })
})

describe('validation', () => {
  test('takes the last fraction, before shuffling', async () => {
    const { model, seen } = recorder()
    const { history } = await model.fit(
      count(10),
      count(10).map(() => [0]),
      {
        validationSplit: 0.25,
        batchSize: 16,
        seed: 1,
        ...silent,
      },
    )
    expect(seen.flat().sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
    // Half of 7, 8 and 9, squared.
    expect(history['val_loss']![0]).toBeCloseTo((49 + 64 + 81) / 4 / 3, 5)
  })

  test('with data of its own, weighted, and penalties', async () => {
    const model = line({ penalty: 1 })
    ;(model.optimizer as PlainSGD).learningRate = 0
    const { history } = await model.fit([[1]], [[0]], {
      validationData: [
        [[2], [4]],
        [[0], [0]],
        [1, 0.5],
      ],
      epochs: 2,
      validationFrequency: 2,
      ...silent,
    })
    // (1·1 + 0.5·4)/2 + 0.25
    expect(history['val_loss']).toEqual([1.75])
    expect(history.loss).toEqual([0.5, 0.5])
  })

  test.each([0.7, 0.999])('a fraction of %d that leaves nothing is an error', async (validationSplit) => {
    await expect(line().fit(count(3), count(3), { validationSplit, ...silent })).rejects.toThrow(
      /no samples on one side/,
    )
  })
})

describe('weights and masks', () => {
  test('sampleWeight weighs the loss and weighted metrics only', async () => {
    const model = line()
    model.compile({
      optimizer: new PlainSGD(0),
      loss: new SquaredError(),
      metrics: [new SampleCount()],
      weightedMetrics: [new SampleCount()],
    })
    const { history } = await model.fit([[2], [4]], [[0], [0]], { sampleWeight: [0.5, 0.25], ...silent })
    expect(history).toEqual({ loss: [(0.5 + 1) / 2], count: [2], weighted_count: [0.75] })
  })

  test.each([
    ['labels', [[0], [2], [1]]],
    [
      'rows',
      [
        [1, 0, 0],
        [0, 0, 1],
        [0, 1, 0],
      ],
    ],
  ])('classWeight weighs by %s', async (_, y) => {
    const model = new Sequential([new Apply((x) => x)])
    model.compile({
      optimizer: new PlainSGD(),
      loss: new SquaredError(),
      weightedMetrics: [new SampleCount()],
    })
    const { history } = await model.fit(y, y, { classWeight: { 0: 10, 2: 0.5 }, ...silent })
    expect(history['count']).toEqual([11.5])
  })

  test('classWeight does not touch the validation', async () => {
    const model = line()
    ;(model.optimizer as PlainSGD).learningRate = 0
    const { history } = await model.fit([[2], [2]], [[0], [0]], {
      classWeight: { 0: 10 },
      validationSplit: 0.5,
      shuffle: false,
      ...silent,
    })
    expect(history).toEqual({ loss: [10], val_loss: [1] })
  })

  test('a mask of the model reaches the loss and the metrics', async () => {
    class Hide extends Layer {
      override call(x: Tensor): Tensor {
        const y = mul(x, 1)
        setMask(y, tensor([true, false]))
        return y
      }
    }
    const hide = new Hide()
    hide.supportsMasking = true
    const model = new Sequential([hide, new Affine({ units: 1 })])
    model.compile({ optimizer: new PlainSGD(0), loss: new SquaredError(), metrics: [new SampleCount()] })
    const { history } = await model.fit([[2], [4]], [[0], [0]], { shuffle: false, ...silent })
    expect(history).toEqual({ loss: [0.5], count: [1] })
    expect(await model.evaluate([[2], [4]], [[0], [0]], silent)).toEqual({ loss: 0.5, count: 1 })
  })
})

describe('evaluate and predict', () => {
  test('evaluate includes penalties and trains nothing', async () => {
    const model = line({ penalty: 1, activity: 1 })
    // Outputs 1, 2, 3: squares 14 over batches of 2 and 1; the outputs’ penalty is a mean over each batch.
    const { loss } = await model.evaluate([[2], [4], [6]], [[0], [0], [0]], { batchSize: 2, ...silent })
    expect(loss).toBeCloseTo(14 / 3 + 14 / 3 + 0.25, 5)
    expect(kernelOf(model)).toBe(0.5)
  })

  test('predict joins batches, in the order of the samples', async () => {
    const model = line()
    const output = await model.predict(count(5), { batchSize: 2 })
    expect(output.arraySync()).toEqual([[0], [0.5], [1], [1.5], [2]])
    const once = await model.predictOnBatch([[4]])
    expect(once.arraySync()).toEqual([[2]])
  })

  test('trainOnBatch and testOnBatch return running means', async () => {
    const model = line()
    ;(model.optimizer as PlainSGD).learningRate = 0
    expect(await model.trainOnBatch([[2]], [[0]])).toEqual({ loss: 1 })
    expect(await model.testOnBatch([[4]], [[0]])).toEqual({ loss: 2.5 })
    model.resetMetrics()
    expect(await model.testOnBatch([[4]], [[0]], { classWeight: { 0: 0.5 } })).toEqual({ loss: 2 })
  })
})
