import { ArgumentError, mul, setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { type BatchLogs, Callback, type Logs } from '../callbacks/callback.ts'
import { resetNames } from '../engine/naming.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Affine, Apply } from '../testing/test-layers.ts'
import { SquaredError } from '../testing/test-losses.ts'
import { count, line } from '../testing/test-models.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const silent = { verbose: 0 } as const

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

describe('callbacks', () => {
  class Recorder extends Callback {
    readonly events: string[]
    readonly #name: string
    constructor(events: string[], name = '') {
      super()
      this.events = events
      this.#name = name
      for (const hook of hooks) {
        this[hook] = (...args: readonly unknown[]) => {
          this.events.push([this.#name + hook, ...args.filter((arg) => typeof arg === 'number')].join(' '))
        }
      }
    }
  }
  const hooks = [
    'onTrainBegin',
    'onTrainEnd',
    'onEpochBegin',
    'onEpochEnd',
    'onTrainBatchBegin',
    'onTrainBatchEnd',
    'onTestBegin',
    'onTestEnd',
    'onTestBatchBegin',
    'onTestBatchEnd',
    'onPredictBegin',
    'onPredictEnd',
    'onPredictBatchBegin',
    'onPredictBatchEnd',
  ] as const

  test('are called in Keras’s order', async () => {
    const events: string[] = []
    const model = line()
    await model.fit(count(3), count(3), {
      batchSize: 2,
      callbacks: [new Recorder(events)],
      validationData: [[[1]], [[1]]],
      ...silent,
    })
    expect(events).toEqual([
      'onTrainBegin',
      'onEpochBegin 0',
      'onTrainBatchBegin 0',
      'onTrainBatchEnd 0',
      'onTrainBatchBegin 1',
      'onTrainBatchEnd 1',
      'onTestBegin',
      'onTestBatchBegin 0',
      'onTestBatchEnd 0',
      'onTestEnd',
      'onEpochEnd 0',
      'onTrainEnd',
    ])
    events.length = 0
    ;(
      await model.predict([[1]], { callbacks: [new Recorder(events, 'a '), new Recorder(events, 'b ')] })
    ).dispose()
    expect(events.slice(0, 4)).toEqual([
      'a onPredictBegin',
      'b onPredictBegin',
      'a onPredictBatchBegin 0',
      'b onPredictBatchBegin 0',
    ])
  })

  test('may be async, add to the logs, and end training', async () => {
    class Stop extends Callback {
      override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
        await new Promise((resolve) => setTimeout(resolve, 1))
        logs['extra'] = epoch
        if (epoch === 1) this.model.stopTraining = true
      }
    }
    const { history, epoch } = await line().fit([[1]], [[2]], {
      epochs: 9,
      callbacks: [new Stop()],
      ...silent,
    })
    expect(epoch).toEqual([0, 1])
    expect(history['extra']).toEqual([0, 1])
  })

  test('batch logs are read on demand, and only in time', async () => {
    const model = line()
    ;(model.optimizer as PlainSGD).learningRate = 0
    const means: number[] = []
    let late: BatchLogs | undefined
    class Watch extends Callback {
      override async onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> {
        late ??= logs
        if (batch > 0) means.push((await logs.read())['loss']!)
      }
    }
    await model.fit([[2], [4], [6]], [[0], [0], [0]], {
      batchSize: 1,
      shuffle: false,
      callbacks: [new Watch()],
      ...silent,
    })
    expect(means).toEqual([2.5, expect.closeTo(14 / 3, 5)])
    await expect(late!.read()).rejects.toThrow(/after the next batch/)
  })

  test('batches end too when training is stopped', async () => {
    class Stop extends Callback {
      override onTrainBatchEnd(): void {
        this.model.stopTraining = true
      }
    }
    const { model, seen } = recorder()
    await model.fit(count(9), count(9), { batchSize: 1, epochs: 3, callbacks: [new Stop()], ...silent })
    expect(seen).toHaveLength(1)
  })

  test('errors name the callback', async () => {
    class Broken extends Callback {
      override onEpochEnd(): void {
        throw new ArgumentError('no')
      }
    }
    await expect(line().fit([[1]], [[1]], { callbacks: [new Broken()], ...silent })).rejects.toThrow(
      /callback Broken/,
    )
  })
})

describe('verbose', () => {
  test('prints one line for each epoch where there is no terminal', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const model = line()
    await model.fit([[1]], [[2]], { epochs: 2, verbose: 2 })
    expect(log.mock.calls.flat()).toEqual([
      expect.stringMatching(/^Epoch 1\/2 - 1\/1 - .+ - loss: 2\.2500$/),
      expect.stringMatching(/^Epoch 2\/2 - 1\/1 - .+ - loss: \d/),
    ])
    log.mockClear()
    await model.fit([[1]], [[2]], { verbose: 0 })
    expect(log).not.toHaveBeenCalled()
    log.mockRestore()
  })
})
