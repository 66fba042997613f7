import { runInNewContext } from 'node:vm'
import { ArgumentError } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { Sequential } from '../models/sequential.ts'
import { CallbackList } from './callback-list.ts'
import { type BatchLogs, Callback, History, type Logs } from './index.ts'

const batchLogs: BatchLogs = { read: async () => ({ loss: 1 }) }
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))

describe('History', () => {
  test('keeps the numbers of every epoch by name', () => {
    const history = new History()
    history.onEpochEnd(3, { loss: 0.5, accuracy: 0.25 })
    history.onEpochEnd(4, { loss: 0.25, accuracy: 0.5, val_loss: 2 })
    expect(history.epoch).toEqual([3, 4])
    expect(history.history).toEqual({ loss: [0.5, 0.25], accuracy: [0.25, 0.5], val_loss: [2] })
  })

  test('has a loss before the first epoch, and metrics of any name', () => {
    const history = new History()
    expect(history.history).toEqual({ loss: [] })
    for (let epoch = 0; epoch < 2; epoch++) {
      const logs = Object.fromEntries(['__proto__', 'constructor', 'toString'].map((name) => [name, epoch]))
      history.onEpochEnd(epoch, logs as Logs)
    }
    expect(Object.entries(history.history)).toEqual([
      ['loss', []],
      ['__proto__', [0, 1]],
      ['constructor', [0, 1]],
      ['toString', [0, 1]],
    ])
    expect(Object.getPrototypeOf(history.history)).toBe(Object.prototype)
    expect(JSON.parse(JSON.stringify(history.history)).constructor).toEqual([0, 1])
  })
})

describe('CallbackList', () => {
  class Recorder extends Callback {
    readonly #name: string
    readonly #events: string[]
    constructor(name: string, events: string[]) {
      super()
      this.#name = name
      this.#events = events
    }
    override onTrainBegin(): void {
      this.#events.push(`${this.#name} begins`)
    }
    override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
      await turn()
      this.#events.push(`${this.#name} ends ${epoch} with ${Object.keys(logs)}`)
      logs[this.#name] = 1
    }
    override async onTrainBatchEnd(batch: number, logs: BatchLogs): Promise<void> {
      this.#events.push(`${this.#name} batch ${batch} ${(await logs.read())['loss']}`)
    }
  }

  test('calls each in turn, waits for it, and passes on what it adds to the logs', async () => {
    const events: string[] = []
    const list = new CallbackList([new Recorder('a', events), new Recorder('b', events)])
    await list.call('onTrainBegin')
    await list.call('onTrainBatchEnd', 0, batchLogs)
    await list.call('onEpochEnd', 7, { loss: 1 })
    expect(events).toEqual([
      'a begins',
      'b begins',
      'a batch 0 1',
      'b batch 0 1',
      'a ends 7 with loss',
      'b ends 7 with loss,a',
    ])
  })

  test('waits for promises of another realm', async () => {
    const events: string[] = []
    class Foreign extends Callback {
      override onTrainBegin(): Promise<void> {
        const wait = (done: () => void): void => {
          setTimeout(() => {
            events.push('foreign')
            done()
          }, 1)
        }
        return runInNewContext('new Promise(wait)', { wait })
      }
    }
    expect(new Foreign().onTrainBegin()).not.toBeInstanceOf(Promise)
    await turn()
    events.length = 0
    await new CallbackList([new Foreign(), new Recorder('own', events)]).call('onTrainBegin')
    expect(events).toEqual(['foreign', 'own begins'])
  })

  test('every hook of the base does nothing', async () => {
    const list = new CallbackList([new Callback()])
    await list.call('onTrainBegin')
    await list.call('onEpochBegin', 0)
    await list.call('onTrainBatchBegin', 0)
    await list.call('onTrainBatchEnd', 0, batchLogs)
    await list.call('onTestBegin')
    await list.call('onTestBatchBegin', 0)
    await list.call('onTestBatchEnd', 0, batchLogs)
    await list.call('onTestEnd', {})
    await list.call('onEpochEnd', 0, {})
    await list.call('onTrainEnd', {})
    await list.call('onPredictBegin')
    await list.call('onPredictBatchBegin', 0)
    await list.call('onPredictBatchEnd', 0)
    await expect(list.call('onPredictEnd')).resolves.toBeUndefined()
  })

  test('errors say which callback, and stop the others', async () => {
    const events: string[] = []
    class Broken extends Callback {
      override onTrainBegin(): void {
        throw new ArgumentError('no')
      }
      override async onTestBegin(): Promise<void> {
        await turn()
        throw new RangeError('not ours')
      }
    }
    const list = new CallbackList([new Broken(), new Recorder('after', events)])
    await expect(list.call('onTrainBegin')).rejects.toThrow(/no\.\n {2}in: callback Broken/)
    await expect(list.call('onTestBegin')).rejects.toThrow(new RangeError('not ours'))
    expect(events).toEqual([])
  })

  test('tells callbacks the model and the run', () => {
    const callback = new Callback()
    expect(() => callback.model).toThrow(ArgumentError)
    expect(() => callback.model).toThrow(/no model before a run begins/)
    expect(callback.params).toEqual({ epochs: 1, steps: 0, verbose: 0 })
    const model = new Sequential()
    const params = { epochs: 5, steps: 10, verbose: 2 } as const
    new CallbackList([callback]).begin(model, params)
    expect(callback.model).toBe(model)
    expect(callback.params).toEqual({ ...params, callbacks: [callback] })
  })
})
