import { ArgumentError, memory, ShapeError, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Dataset } from '../data/dataset.ts'
import { input } from '../engine/input-layer.ts'
import { resetNames } from '../engine/naming.ts'
import { Constant } from '../initializers/index.ts'
import { Add, Dense } from '../layers/index.ts'
import { Model } from '../models/model.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import type { CompileOptions } from './compile-options.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

type Lists = Model<readonly Tensor[], readonly Tensor[]>
const silent = { verbose: 0, shuffle: false } as const
const a = [[1], [2]]
const b = [[3], [4]]
/** The outputs are a + b, which is 4 and 6, and twice that. */
const sums = [[5], [6]]
const doubles = [[8], [10]]

function twoByTwo(options: Omit<CompileOptions, 'optimizer'>, learningRate = 0): Lists {
  const [left, right] = [input({ shape: [1] }), input({ shape: [1] })]
  const total = new Add().apply([left, right])
  const output = (name: string, value: number): ReturnType<typeof input> =>
    new Dense({ units: 1, name, useBias: false, kernelInitializer: new Constant({ value }) }).apply(total)
  const model = new Model<readonly Tensor[], readonly Tensor[]>({
    inputs: [left, right],
    outputs: [output('sum', 1), output('double', 2)],
  })
  model.compile({ optimizer: new PlainSGD(learningRate), ...options })
  return model
}

describe('several outputs', () => {
  test('have losses of their own, which are weighted and added', async () => {
    const logs = { loss: 0.5 + 0.1 * 2, sum_loss: 0.5, double_loss: 2 }
    const weights = { sum: 1, double: 0.1 }
    const given: Omit<CompileOptions, 'optimizer'>[] = [
      { loss: 'mse', lossWeights: [1, 0.1] },
      { loss: ['mse', 'mse'], lossWeights: [1, 0.1] },
      { loss: { double: 'mse', sum: 'mse' }, lossWeights: weights },
    ]
    // Errors −1 and 0: 0.5; 0 and 2: 2.
    for (const options of given) {
      const { history } = await twoByTwo(options).fit([a, b], [sums, doubles], silent)
      for (const [name, value] of Object.entries(logs)) expect(history[name]![0]).toBeCloseTo(value, 6)
      expect(Object.keys(history)).toEqual(Object.keys(logs))
    }
  })

  test('are trained by the sum', async () => {
    const model = twoByTwo({ loss: 'mse', lossWeights: [1, 0.5] }, 0.01)
    await model.fit([a, b], [sums, doubles], silent)
    const [sum, double] = model.weights.map((weight) => weight.dataSync()[0]!)
    // d/dw of the means of squares: 2 (−1·4 + 0·6) / 2 = −4, and half of 2 (0·4 + 2·6) / 2 = 12.
    expect(sum).toBeCloseTo(1.04, 6)
    expect(double).toBeCloseTo(2 - 0.06, 6)
  })

  test('have metrics by their names', async () => {
    const each = await twoByTwo({ loss: 'mse', metrics: [['mae'], 'mse'] }).evaluate(
      [a, b],
      [sums, doubles],
      quiet,
    )
    expect(each).toEqual({ loss: 2.5, sum_loss: 0.5, double_loss: 2, sum_mae: 0.5, double_mse: 2 })
    const named = twoByTwo({
      loss: 'mse',
      metrics: { double: ['mae', 'mse'] },
      weightedMetrics: { double: 'mae' },
    })
    const logs = await named.evaluate([a, b], [sums, doubles], {
      ...quiet,
      sampleWeight: [
        [1, 1],
        [0, 3],
      ],
    })
    expect(logs).toEqual({
      loss: 0.5 + 6,
      sum_loss: 0.5,
      double_loss: 6,
      double_mae: 1,
      double_mse: 2,
      double_weighted_mae: 2,
    })
  })

  test('share a weight that is alone', async () => {
    const model = twoByTwo({ loss: 'mse' })
    const logs = await model.evaluate([a, b], [sums, doubles], { ...quiet, sampleWeight: [2, 0] })
    // 1 · 2 / 2; 0 · 2 + 4 · 0.
    expect(logs).toMatchObject({ sum_loss: 1, double_loss: 0 })
  })

  test('need no loss, and then no targets', async () => {
    const model = twoByTwo({ loss: { sum: 'mse' }, metrics: { sum: ['mae'] } })
    const { history } = await model.fit([a, b], [sums], silent)
    expect(history).toEqual({ loss: [0.5], sum_mae: [0.5] })
  })

  test('come with datasets, splits and predictions', async () => {
    const model = twoByTwo({ loss: 'mse' })
    const x = [a, b].map((values) => tensor(values))
    const data = Dataset.fromArray([{ x: [a, b], y: [sums, doubles] }])
    expect(await model.evaluate(data, null, quiet)).toMatchObject({ sum_loss: 0.5, double_loss: 2 })
    const { history } = await model.fit(x, [sums, doubles], { ...silent, validationSplit: 0.5 })
    expect(history).toMatchObject({
      sum_loss: [1],
      double_loss: [0],
      val_sum_loss: [0],
      val_double_loss: [4],
    })
    const outputs = await model.predict(x, { batchSize: 1 })
    expect(outputs.map((each) => each.arraySync())).toEqual([
      [[4], [6]],
      [[8], [12]],
    ])
  })

  test('without names are told apart by their losses', async () => {
    class Both extends Model<Tensor, readonly Tensor[]> {
      readonly left = new Dense({ units: 1, useBias: false, kernelInitializer: 'ones' })
      override call(x: Tensor): readonly Tensor[] {
        const y = this.left.apply(x)
        return [y, this.left.apply(y)]
      }
    }
    const model = new Both()
    model.compile({ optimizer: new PlainSGD(0), loss: ['mse', 'mae'] })
    const { history } = await model.fit([[1]], [[[3]], [[4]]], silent)
    expect(history).toEqual({ loss: [7], mean_squared_error_loss: [4], mean_absolute_error_loss: [3] })
  })

  test('are saved and loaded with what they were compiled with', async () => {
    const options: Omit<CompileOptions, 'optimizer'>[] = [
      { loss: { sum: 'mse', double: 'mae' }, lossWeights: { sum: 2 }, metrics: { sum: ['mae'] } },
      { loss: ['mse', null], lossWeights: [3, 1], metrics: [[], ['mae', 'mse']] },
    ]
    for (const each of options) {
      using model = twoByTwo(each)
      using copy = (await loadModel(await saveModel(model), { optimizers: [PlainSGD] })) as unknown as Lists
      expect(await copy.evaluate([a, b], [sums, doubles], quiet)).toEqual(
        await model.evaluate([a, b], [sums, doubles], quiet),
      )
    }
  })

  test('leave nothing behind, steps that fail included', async () => {
    using model = twoByTwo({ loss: 'mse', metrics: [['mae'], ['mae']] }, 0.01)
    await model.fit([a, b], [sums, doubles], silent)
    const before = memory()
    await model.fit([a, b], [sums, doubles], { ...silent, epochs: 5, batchSize: 1 })
    await expect(
      model.fit(
        [a, b],
        [
          sums,
          [
            [1, 2, 3],
            [1, 2, 3],
          ],
        ],
        silent,
      ),
    ).rejects.toThrow()
    await expect(
      model.trainOnBatch(
        [a, b],
        [
          sums,
          [
            [1, 2, 3],
            [1, 2, 3],
          ],
        ],
      ),
    ).rejects.toThrow()
    model.resetMetrics()
    for (const output of await model.predict([a, b], { batchSize: 1 })) output.dispose()
    expect(memory()).toEqual(before)
  })

  test('say what does not fit', async () => {
    const fit = (options: Omit<CompileOptions, 'optimizer'>, y: readonly number[][][]): Promise<unknown> =>
      twoByTwo(options).fit([a, b], y, silent)
    await expect(fit({ loss: ['mse'] }, [sums, doubles])).rejects.toThrow(/not one entry for each output/)
    await expect(fit({ loss: { sun: 'mse' } }, [sums, doubles])).rejects.toThrow(
      /sun[\s\S]*one of sum, double/,
    )
    await expect(fit({ loss: 'mse', metrics: ['mae'] }, [sums, doubles])).rejects.toThrow(ArgumentError)
    await expect(fit({ loss: 'mse' }, [sums])).rejects.toThrow(ShapeError)
    expect(() => twoByTwo({ loss: 'mse', lossWeights: [Number.NaN] })).toThrow(/finite numbers/)
    const weighed = twoByTwo({ loss: 'mse' }).fit([a, b], [sums, doubles], {
      ...silent,
      classWeight: { 1: 2 },
    })
    await expect(weighed).rejects.toThrow(/one output/)
  })
})

const quiet = { verbose: 0 } as const
