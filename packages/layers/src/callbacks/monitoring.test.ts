import { ArgumentError, setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test, vi } from 'vitest'
import type { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { count, line } from '../testing/test-models.ts'
import type { Callback } from './callback.ts'
import { EarlyStopping, LearningRateScheduler, ReduceLROnPlateau } from './index.ts'

setBackend(referenceBackend())

const silent = { verbose: 0 } as const

/** Runs a callback over epochs of these values; gives the number of epochs until it ended training. */
function watch(callback: Callback, name: string, values: readonly number[], model = line()): number {
  callback.setModel(model)
  callback.onTrainBegin()
  let epoch = 0
  for (const value of values) {
    callback.onEpochEnd(epoch++, { [name]: value })
    if (model.stopTraining) break
  }
  return epoch
}

describe('EarlyStopping', () => {
  test.each([
    ['the loss grows', { monitor: 'loss' }, 'loss', [1, 0.5, 0.6, 0.4], 3],
    ['the loss stays', { monitor: 'loss', patience: 2 }, 'loss', [1, 1, 1, 1, 1], 3],
    ['patience starts anew', { monitor: 'loss', patience: 2 }, 'loss', [3, 4, 2, 3, 4, 1], 5],
    ['accuracies grow', { monitor: 'val_accuracy' }, 'val_accuracy', [0.1, 0.2, 0.3, 0.2], 4],
    ['mode says more is better', { monitor: 'own', mode: 'max' }, 'own', [1, 2, 1], 3],
    ['small changes are none', { monitor: 'loss', minDelta: 0.2 }, 'loss', [1, 0.9, 0.5], 2],
    [
      'the baseline is not beaten',
      { monitor: 'loss', baseline: 0.5, patience: 2 },
      'loss',
      [3, 2, 1.5, 2, 1],
      4,
    ],
    ['a warm-up does not count', { monitor: 'loss', startFromEpoch: 2 }, 'loss', [1, 2, 3, 4], 4],
    ['NaN is no improvement', { monitor: 'loss', patience: 1 }, 'loss', [Number.NaN, Number.NaN, 1], 2],
  ] as const)('ends training: %s', (_, options, name, values, epochs) => {
    expect(watch(new EarlyStopping(options), name, values)).toBe(epochs)
  })

  test('goes on while it improves', () => {
    expect(watch(new EarlyStopping({ monitor: 'loss' }), 'loss', [5, 4, 3, 2])).toBe(4)
    expect(watch(new EarlyStopping({ monitor: 'loss' }), 'loss', [-1, -2, -3])).toBe(3)
  })

  test('gives the weights of the best epoch back, and keeps nothing', () => {
    const model = line()
    const stop = new EarlyStopping({ monitor: 'loss', patience: 2, restoreBestWeights: true })
    stop.setModel(model)
    stop.onTrainBegin()
    for (const [epoch, loss] of [3, 1, 2, 4].entries()) {
      model.setWeights(
        model.weights
          .map((weight) => new Float32Array(weight.size).fill(epoch))
          .map((v, i) => reshape(v, model, i)),
      )
      stop.onEpochEnd(epoch, { loss })
    }
    expect(stop.stoppedEpoch).toBe(3)
    expect(stop.bestEpoch).toBe(1)
    stop.onTrainEnd()
    expect(model.weights[0]!.arraySync()).toEqual([[1]])
  })

  const reshape = (values: Float32Array, model: Sequential, i: number): number[] | number[][] => {
    const [rows = 0] = model.weights[i]!.shape
    return model.weights[i]!.rank === 2 ? Array.from({ length: rows }, () => [values[0]!]) : [...values]
  }

  test('says what it does not find, once', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    expect(watch(new EarlyStopping(), 'loss', [1, 2, 3])).toBe(3)
    expect(warn).toHaveBeenCalledTimes(1)
    expect(warn.mock.calls[0]![0]).toBe('EarlyStopping: the logs have no val_loss; they have loss.')
    warn.mockRestore()
  })

  test('ends a run of fit', async () => {
    const model = line()
    model.compile({ optimizer: new PlainSGD(0), loss: 'mse' })
    const stop = new EarlyStopping({ monitor: 'loss', patience: 3 })
    const { history } = await model.fit(count(4), count(4), { epochs: 10, callbacks: [stop], ...silent })
    expect(history.loss).toHaveLength(4)
  })

  test('options of the wrong kind', () => {
    const wrong =
      (options: object): (() => unknown) =>
      () =>
        new EarlyStopping(options)
    expect(wrong({ patience: -1 })).toThrow(/patience is not a count/)
    expect(wrong({ mode: 'least' })).toThrow(/unknown mode/)
    expect(wrong({ minDelta: Number.NaN })).toThrow(/minDelta is not a finite number/)
    expect(wrong({ restoreBestWeight: true })).toThrow(/restoreBestWeights\?/)
    expect(() => watch(new EarlyStopping({ monitor: 'own' }), 'own', [1, 2])).toThrow(
      /nothing says whether less of the metric is better/,
    )
  })
})

describe('ReduceLROnPlateau', () => {
  test('reduces the rate after patience, waits in the cooldown, and stops at minLr', () => {
    const model = line()
    model.compile({ optimizer: new PlainSGD(1), loss: 'mse' })
    const options = { monitor: 'loss', factor: 0.5, patience: 2, cooldown: 1, minLr: 0.2, minDelta: 0 }
    const reduce = new ReduceLROnPlateau(options)
    reduce.setModel(model)
    reduce.onTrainBegin()
    const rates = Array.from({ length: 11 }, (_, epoch) => {
      const logs: Record<string, number> = { loss: 1 }
      reduce.onEpochEnd(epoch, logs)
      return logs['learning_rate']
    })
    // Wait 1, 2 (reduced), cooldown, 1... as Keras counts.
    expect(rates).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2])
    expect(model.optimizer.learningRate).toBe(0.2)
  })

  test('options of the wrong kind', () => {
    expect(() => new ReduceLROnPlateau({ factor: 1 })).toThrow(
      /factor is not a number of at least 0 and below 1/,
    )
    expect(() => new ReduceLROnPlateau({ minLr: -1 })).toThrow(/minLr is not a finite number of at least 0/)
    expect(() => new ReduceLROnPlateau({ cooldown: 0.5 })).toThrow(/cooldown is not a count/)
  })
})

describe('LearningRateScheduler', () => {
  test('sets the rate of every epoch, and logs it', async () => {
    const model = line()
    model.compile({ optimizer: new PlainSGD(1), loss: 'mse' })
    const scheduler = new LearningRateScheduler({ schedule: (epoch, rate) => (epoch < 2 ? rate : rate / 2) })
    const { history } = await model.fit(count(2), count(2), { epochs: 4, callbacks: [scheduler], ...silent })
    expect(history['learning_rate']).toEqual([1, 1, 0.5, 0.25])
  })

  test('a rate that is none', async () => {
    expect(() => new LearningRateScheduler({ schedule: 1 as never })).toThrow(ArgumentError)
    for (const rate of [Number.NaN, -1, 'a', undefined]) {
      const scheduler = new LearningRateScheduler({ schedule: () => rate as number })
      await expect(line().fit(count(2), count(2), { callbacks: [scheduler], ...silent })).rejects.toThrow(
        /learningRate is not a finite number of at least 0/,
      )
    }
  })
})
