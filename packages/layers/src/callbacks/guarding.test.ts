import { add, memory, mul, setBackend, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test, vi } from 'vitest'
import { Dense } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { loadModel } from '../saving/load-model.ts'
import { loadWeights } from '../saving/weights-file.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Affine, Apply } from '../testing/test-layers.ts'
import { count, line } from '../testing/test-models.ts'
import { type BatchLogs, CSVLogger, LambdaCallback, ModelCheckpoint, TerminateOnNaN } from './index.ts'

setBackend(referenceBackend())
const silent = { verbose: 0 } as const

/** A model whose batches number `bad` give NaN. */
function breaking(bad: readonly number[]): Sequential {
  let batch = 0
  const spoil = (x: Tensor, { training }: { readonly training: boolean }): Tensor =>
    training && bad.includes(batch++) ? mul(x, Number.NaN) : add(x, 0)
  const model = new Sequential([new Apply(spoil), new Affine({ units: 1 })])
  model.build([null, 1])
  model.compile({ optimizer: new PlainSGD(0.01, 0.5), loss: 'mse' })
  return model
}

const four = { batchSize: 1, shuffle: false, ...silent } as const

describe('TerminateOnNaN', () => {
  test('ends training, or throws', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const seen: number[] = []
    const note = new LambdaCallback({ onTrainBatchBegin: (batch) => void seen.push(batch) })
    await breaking([1]).fit(count(4), count(4), { ...four, callbacks: [new TerminateOnNaN(), note] })
    expect(seen).toEqual([0, 1])
    expect(warn.mock.calls[0]![0]).toBe('TerminateOnNaN: the loss is NaN after batch 1; training ends.')
    warn.mockRestore()
    const run = breaking([1]).fit(count(4), count(4), {
      ...four,
      callbacks: [new TerminateOnNaN({ policy: 'throw' })],
    })
    await expect(run).rejects.toThrow(/the loss is not finite/)
  })

  test('a skipped step leaves weights, state and count as if it had not been', async () => {
    const [model, plain] = [breaking([1, 2]), breaking([])]
    plain.setWeights(model.getWeights())
    const before = memory().tensors
    await model.fit(count(4), count(4), { ...four, callbacks: [new TerminateOnNaN({ policy: 'skip' })] })
    await plain.fit([[0], [3]], [[0], [3]], four)
    expect(model.optimizer.iterations).toBe(2)
    for (const [i, weight] of model.weights.entries())
      expect(weight.arraySync()).toEqual(plain.weights[i]!.arraySync())
    // The states of two optimizers.
    expect(memory().tensors).toBe(before + 2 * model.weights.length)
  })

  test('a roll back returns to the beginning of the epoch', async () => {
    const [model, plain] = [breaking([6]), breaking([])]
    plain.setWeights(model.getWeights())
    const guard = new TerminateOnNaN({ policy: 'rollBack' })
    const { history } = await model.fit(count(4), count(4), { ...four, epochs: 2, callbacks: [guard] })
    await plain.fit(count(4), count(4), four)
    await plain.fit([[3]], [[3]], four)
    expect(model.weights.map((each) => each.arraySync())).toEqual(
      plain.weights.map((each) => each.arraySync()),
    )
    expect(history.loss.every(Number.isFinite)).toBe(true)
  })

  test('options of the wrong kind', async () => {
    expect(() => new TerminateOnNaN({ policy: 'ignore' as never })).toThrow(/unknown policy/)
    expect(() => new TerminateOnNaN({ polcy: 'stop' } as never)).toThrow(/did you mean policy/)
    expect(() => new TerminateOnNaN({ policy: null as never })).not.toThrow()
  })
})

describe('ModelCheckpoint', () => {
  test('keeps the model after every epoch, or only the best', async () => {
    const kept: [number, number][] = []
    const model = new Sequential([new Dense({ units: 1, inputShape: [1] })])
    model.compile({ optimizer: new PlainSGD(0.01), loss: 'mse' })
    let last = new Uint8Array()
    const all = new ModelCheckpoint({
      sink: (bytes, { epoch }) => {
        last = new Uint8Array(bytes)
        kept.push([epoch, bytes.length])
      },
    })
    await model.fit(count(4), count(4), { epochs: 3, callbacks: [all], ...silent })
    expect(kept.map(([epoch]) => epoch)).toEqual([0, 1, 2])
    const copy = await loadModel(last, { optimizers: [PlainSGD] })
    expect(copy.weights.map((each) => each.arraySync())).toEqual(
      model.weights.map((each) => each.arraySync()),
    )

    const epochs: number[] = []
    const best = new ModelCheckpoint({
      sink: (_, { epoch }) => void epochs.push(epoch),
      monitor: 'loss',
      saveBestOnly: true,
      initialValueThreshold: 2,
    })
    best.setModel(model)
    for (const [epoch, loss] of [3, 1, 2, Number.NaN, 0.5].entries()) await best.onEpochEnd(epoch, { loss })
    expect(epochs).toEqual([1, 4])
  })

  test('keeps weights within epochs', async () => {
    const model = line()
    const batches: (number | null)[] = []
    let last = new Uint8Array()
    const sink = (bytes: Uint8Array, info: { readonly batch: number | null }): void => {
      batches.push(info.batch)
      last = new Uint8Array(bytes)
    }
    const some = new ModelCheckpoint({ sink, saveFreq: 3, saveWeightsOnly: true })
    await model.fit(count(4), count(4), { batchSize: 1, epochs: 3, callbacks: [some], ...silent })
    expect(batches).toEqual([2, 1, 0, 3])
    const copy = line()
    await loadWeights(copy, last)
    expect(copy.weights.map((each) => each.arraySync())).toEqual(
      model.weights.map((each) => each.arraySync()),
    )
  })

  test('never keeps what is not finite', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    let calls = 0
    const keep = new ModelCheckpoint({ sink: () => void calls++ })
    await breaking([1]).fit(count(4), count(4), { ...four, callbacks: [keep] })
    expect(calls).toBe(0)
    expect(warn.mock.calls[0]![0]).toBe(
      'ModelCheckpoint: the state after epoch 1 is not finite and is not kept.',
    )
    warn.mockRestore()
  })

  test('what could not be kept is not the best', async () => {
    let fails = true
    const keep = new ModelCheckpoint({
      sink: () => {
        if (fails) throw new RangeError('no room')
      },
      monitor: 'loss',
      saveBestOnly: true,
      saveWeightsOnly: true,
    })
    keep.setModel(line())
    await expect(keep.onEpochEnd(0, { loss: 1 })).rejects.toThrow('no room')
    expect(keep.best).toBeNull()
    fails = false
    await keep.onEpochEnd(1, { loss: 1 })
    expect(keep.best).toBe(1)
  })

  test('options of the wrong kind', () => {
    const sink = (): void => undefined
    expect(() => new ModelCheckpoint({ sink: 'file' as never })).toThrow(/the sink is not a function/)
    expect(() => new ModelCheckpoint({ sink, saveFreq: 0 })).toThrow(/saveFreq is not a count/)
    expect(() => new ModelCheckpoint({ sink, saveBest: true } as never)).toThrow(/saveBestOnly\?/)
  })
})

describe('CSVLogger', () => {
  const log = async (options: object, epochs: readonly Record<string, number>[]): Promise<string> => {
    let text = ''
    const write = (line: string): void => {
      text += line
    }
    const logger = new CSVLogger({ write, ...options })
    await logger.onTrainBegin()
    for (const [epoch, logs] of epochs.entries()) await logger.onEpochEnd(epoch, logs)
    return text
  }

  test('columns in order, NA for what is missing, and what comes later', async () => {
    expect(
      await log({}, [
        { loss: 1, accuracy: 0.5 },
        { loss: Number.NaN, val_loss: 2 },
      ]),
    ).toBe('epoch,accuracy,loss,val_accuracy,val_loss\r\n0,0.5,1,NA,NA\r\n1,NA,NaN,NA,2\r\n')
  })

  test('quotes', async () => {
    expect(await log({ separator: ';' }, [{ 'a;b': 1, 'c"d': 2, val_: 3, __proto: 4 }])).toBe(
      'epoch;__proto;"a;b";"c""d";val_\r\n0;4;1;2;3\r\n',
    )
  })

  test('options of the wrong kind', () => {
    const write = (): void => undefined
    expect(() => new CSVLogger({ write, separator: '' })).toThrow(/the separator is not a character/)
    expect(() => new CSVLogger({ write, separator: '"' })).toThrow(/the separator is not a character/)
    expect(() => new CSVLogger({ write: 1 as never })).toThrow(/write is not a function/)
  })
})

test('LambdaCallback calls what it was given, and waits for it', async () => {
  const events: string[] = []
  const callback = new LambdaCallback({
    onEpochEnd: async (epoch, logs) => void events.push(`${epoch} ${Object.keys(logs)}`),
    onTrainBatchEnd: async (batch: number, logs: BatchLogs) =>
      void events.push(`${batch} ${Object.keys(await logs.read())}`),
  })
  await line().fit(count(2), count(2), { callbacks: [callback], ...silent })
  expect(events).toEqual(['0 loss', '0 loss'])
  expect(() => new LambdaCallback({ onEpochEnds: () => undefined } as never)).toThrow(/onEpochEnd\?/)
  expect(() => new LambdaCallback({ onEpochEnd: 1 as never })).toThrow(/a hook is not a function/)
  expect(() => new LambdaCallback({ model: () => undefined } as never)).toThrow(/model/)
})
