import { callbacks, Dense, memory, Sequential, SGD, tensor } from 'tapegrad'
import { expect, test } from 'vitest'

const x = tensor([[0], [1], [2], [3]])
const y = tensor([[1], [3], [5], [7]])
const options = { batchSize: 2, shuffle: false, verbose: 0 } as const

const make = (useEma = true): Sequential => {
  const model = new Sequential([new Dense({ units: 1, kernelInitializer: 'ones', inputShape: [1] })])
  const optimizer = new SGD({ learningRate: 0.02, ...(useEma ? { useEma, emaMomentum: 0.5 } : {}) })
  model.compile({ optimizer, loss: 'meanSquaredError' })
  return model
}
const values = (list: readonly { arraySync(): unknown }[]): unknown => list.map((each) => each.arraySync())

test('validation and saves see the averages, training the weights, whenever it ends', async () => {
  for (const stop of [false, true]) {
    const [model, plain] = [make(), make()]
    const before = memory().tensors
    const seen: unknown[] = []
    const averages: unknown[] = []
    await model.fit(x, y, {
      ...options,
      epochs: 3,
      validationData: [x, y],
      callbacks: [
        new callbacks.SwapEMAWeights({ swapOnEpoch: true }),
        new callbacks.LambdaCallback({
          onTestBatchBegin: () => void seen.push(values(model.weights)),
          onEpochEnd: (epoch) => {
            seen.push(values(model.weights))
            if (stop && epoch === 1) model.stopTraining = true
          },
        }),
      ],
    })
    await plain.fit(x, y, {
      ...options,
      epochs: stop ? 2 : 3,
      callbacks: [
        new callbacks.LambdaCallback({
          onEpochEnd: () => void averages.push(values(plain.optimizer.movingAverages ?? [])),
        }),
      ],
    })
    // Two batches of validation and one end for each epoch.
    expect(seen).toEqual(averages.flatMap((each) => [each, each, each]))
    expect(values(model.weights)).toEqual(values(plain.weights))
    expect(memory().tensors).toBe(before + 2 * plain.optimizer.variables.length)
  }
})

test('evaluation sees the averages, and puts the weights back', async () => {
  const model = make()
  let trained: unknown
  const callback = new callbacks.SwapEMAWeights()
  await model.fit(x, y, {
    ...options,
    callbacks: [
      new callbacks.LambdaCallback({
        onEpochEnd: () => {
          trained = values(model.weights)
        },
      }),
    ],
  })
  // After `fit` both are the averages.
  expect(values(model.weights)).not.toEqual(trained)
  await model.trainOnBatch(x, y)
  const weights = values(model.weights)
  const { loss: plain } = await model.evaluate(x, y, { verbose: 0 })
  const { loss: averaged } = await model.evaluate(x, y, { verbose: 0, callbacks: [callback] })
  expect(averaged).not.toBe(plain)
  expect(values(model.weights)).toEqual(weights)
})

test('an optimizer without averages, options of the wrong kind', async () => {
  const run = make(false).fit(x, y, {
    ...options,
    validationData: [x, y],
    callbacks: [new callbacks.SwapEMAWeights()],
  })
  await expect(run).rejects.toThrow(/keeps no moving averages/)
  expect(() => new callbacks.SwapEMAWeights({ swapOnEpoch: 1 as never })).toThrow(/neither true nor false/)
  expect(() => new callbacks.SwapEMAWeights({ swap: true } as never)).toThrow(/swapOnEpoch/)
})
