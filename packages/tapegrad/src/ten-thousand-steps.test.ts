import {
  Adam,
  BatchNormalization,
  callbacks,
  Dense,
  Dropout,
  type MemoryInfo,
  memory,
  Sequential,
  SGD,
  saveModel,
  tensor,
} from 'tapegrad'
import { expect, test } from 'vitest'

const mebibyte = 2 ** 20

test.each([
  ['SGD', () => new SGD({ learningRate: 0.01, momentum: 0.9 })],
  ['Adam', () => new Adam({ learningRate: 1e-4, useEma: true })],
] as const)(
  '10,000 steps of %s with validation, callbacks and saves leave nothing',
  async (_, optimizer) => {
    using model = new Sequential([
      new Dense({ units: 4, activation: 'relu', inputShape: [2] }),
      new BatchNormalization(),
      new Dropout({ rate: 0.1, seed: 1 }),
      new Dense({ units: 1, kernelRegularizer: 'l2' }),
    ])
    model.compile({ optimizer: optimizer(), loss: 'meanSquaredError', metrics: ['meanAbsoluteError'] })
    const numbers = Float32Array.from({ length: 1100 }, (_, i) => Math.sin(i))
    using x = tensor(numbers.subarray(0, 1100), { shape: [550, 2] })
    using y = tensor(numbers.subarray(0, 550), { shape: [550, 1] })
    const epochs: MemoryInfo[] = []
    const sizes: number[] = []
    let steps = 0
    let rows = 0
    let first: MemoryInfo | null = null
    let saves = 0
    const memorySize = (): number => process.memoryUsage.rss()
    await model.fit(x, y, {
      batchSize: 1,
      epochs: 20,
      seed: 1,
      verbose: 0,
      validationData: [x, y],
      validationBatchSize: 110,
      callbacks: [
        new callbacks.EarlyStopping({ patience: 100 }),
        new callbacks.ReduceLROnPlateau({ patience: 5 }),
        new callbacks.CSVLogger({ write: () => void rows++ }),
        new callbacks.ModelCheckpoint({ sink: () => void saves++ }),
        new callbacks.LambdaCallback({
          onTrainBatchEnd: () => {
            steps++
            if (steps === 100) first = memory()
            if (steps === 10_000) expect(memory()).toEqual(first)
          },
          onEpochEnd: async () => {
            await saveModel(model)
            epochs.push(memory())
            sizes.push(memorySize())
          },
        }),
      ],
    })
    expect(steps).toBe(11_000)
    expect([saves, rows]).toEqual([20, 21])
    expect(epochs.at(-1)).toEqual(epochs[0])
    // What the system gave: it settles within the first epochs; a leak of a tensor a step would be 10,000 of them.
    expect(sizes.at(-1)! - sizes[9]!).toBeLessThan(64 * mebibyte)
  },
  180_000,
)
