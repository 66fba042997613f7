import { ArgumentError, memory, setBackend, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Callback } from '../callbacks/callback.ts'
import { Dataset } from '../data/dataset.ts'
import type { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { SquaredError } from '../testing/test-losses.ts'
import { count, line } from '../testing/test-models.ts'

setBackend(referenceBackend())

const silent = { verbose: 0 } as const
const weightOf = (model: Sequential): number => model.weights[0]!.dataSync()[0]!

/** Four samples y = 2 x in batches of two. */
function* batches(): Generator<{ x: Tensor; y: number[][] }> {
  for (const start of [0, 2]) yield { x: tensor([[start], [start + 1]]), y: [[2 * start], [2 * start + 2]] }
}
const data = (): Dataset<{ x: Tensor; y: number[][] }> => Dataset.fromGenerator(batches)
const x = count(4)
const y = x.map(([each]) => [2 * each!])

describe('iterables of batches', () => {
  test('train, evaluate and predict as arrays do', async () => {
    const [plain, streamed] = [line(), line()]
    for (const model of [plain, streamed])
      model.compile({ optimizer: new PlainSGD(0.01), loss: 'mse', metrics: ['mae'] })
    const options = { batchSize: 2, shuffle: false, epochs: 3, ...silent }
    const expected = await plain.fit(x, y, { ...options, validationData: [x, y] })
    const { history } = await streamed.fit(data(), null, { epochs: 3, validationData: data(), ...silent })
    expect(history).toEqual(expected.history)
    expect(weightOf(streamed)).toBe(weightOf(plain))
    expect(await streamed.evaluate(data(), null, silent)).toEqual(
      await plain.evaluate(x, y, { batchSize: 2, ...silent }),
    )
    const [a, b] = [await streamed.predict(data()), await plain.predict(x)]
    expect(a.arraySync()).toEqual(b.arraySync())
  })

  test('come as lists, weighed, and from async generators', async () => {
    const model = line()
    model.compile({ optimizer: new PlainSGD(0), loss: new SquaredError() })
    async function* weighed(): AsyncGenerator<readonly [number[][], number[][], number[]]> {
      yield [
        [[1], [2]],
        [[0], [0]],
        [1, 3],
      ]
    }
    // (0.25 · 1 + 1 · 3) / 2
    expect((await model.fit(weighed(), null, silent)).history.loss).toEqual([1.625])
    const classes = [{ x: [[1], [2]], y: [[0], [1]] }].values()
    // (0.25 · 1 + 0 · 4) / 2
    const { history } = await model.fit(classes, null, { classWeight: { 1: 4 }, ...silent })
    expect(history.loss).toEqual([0.125])
  })

  test('go on over epochs with stepsPerEpoch, and begin anew without', async () => {
    const seen: number[] = []
    const endless = Dataset.fromGenerator(function* () {
      for (let i = 0; ; i++) {
        seen.push(i)
        yield { x: [[i]], y: [[i]] }
      }
    })
    await line().fit(endless, null, { epochs: 2, stepsPerEpoch: 2, ...silent })
    expect(seen).toEqual([0, 1, 2, 3])
    seen.length = 0
    await line().fit(endless.take(3), null, { epochs: 2, ...silent })
    expect(seen).toEqual([0, 1, 2, 0, 1, 2])
    seen.length = 0
    await line().fit([[1]], [[1]], { epochs: 2, validationData: endless, validationSteps: 2, ...silent })
    expect(seen).toEqual([0, 1, 0, 1])
    await line().fit(endless.take(3), null, { epochs: 2, stepsPerEpoch: 2, ...silent })
    expect((await line().predict(endless, { steps: 3 })).shape).toEqual([3, 1])
  })

  test('tell callbacks how many steps there are when they know', async () => {
    const steps: (number | null)[] = []
    class Watch extends Callback {
      override onEpochBegin(): void {
        steps.push(this.params.steps)
      }
    }
    await line().fit(data(), null, { epochs: 2, callbacks: [new Watch()], ...silent })
    expect(steps).toEqual([null, 2])
  })

  test('are closed, and leave nothing, however a run ends', async () => {
    using model = line()
    await model.fit(data(), null, silent)
    const before = memory()
    let closed = 0
    const stream = (): Dataset<{ x: Tensor; y: number[][] }> =>
      Dataset.fromGenerator(function* () {
        try {
          for (;;) yield* batches()
        } finally {
          closed++
        }
      }).prefetch(2)
    await model.fit(stream(), null, { stepsPerEpoch: 3, ...silent })
    const failing = new Callback()
    failing.onTrainBatchEnd = () => {
      throw new ArgumentError('stop here')
    }
    await expect(
      model.fit(stream(), null, { stepsPerEpoch: 3, callbacks: [failing], ...silent }),
    ).rejects.toThrow(/stop here/)
    await expect(
      model.fit(stream(), null, { stepsPerEpoch: 3, validationData: [[[1, 2]], [[1]]], ...silent }),
    ).rejects.toThrow()
    await expect(
      model.fit(
        stream().map(({ x: each }) => ({ x: each, y: [[1]] })),
        null,
        { stepsPerEpoch: 3, ...silent },
      ),
    ).rejects.toThrow(/numbers of samples differ/)
    expect(closed).toBe(4)
    expect(memory()).toEqual(before)
  })

  test('say what does not go together', async () => {
    const fails = async (
      options: object,
      message: RegExp,
      targets: number[][] | null = null,
    ): Promise<void> => {
      await expect(line().fit(data(), targets, { ...options, ...silent })).rejects.toThrow(message)
    }
    await fails({ validationSplit: 0.5 }, /validationSplit do not go together/)
    await fails({ batchSize: 2 }, /batchSize/)
    await fails({ sampleWeight: [1] }, /sampleWeight/)
    await fails({ seed: 1 }, /seed/)
    await fails({}, /y do not go/, [[1]])
    await fails({ validationSteps: 1 }, /nothing to validate/)
    await fails({ validationData: data(), validationBatchSize: 2 }, /validationBatchSize/)
    const endless = Dataset.fromArray([{ x: [[1]], y: [[1]] }]).repeat()
    await expect(line().fit(endless, null, silent)).rejects.toThrow(/endless[\s\S]*stepsPerEpoch/)
    await expect(line().evaluate(endless, null, silent)).rejects.toThrow(/endless/)
  })

  test('run out', async () => {
    await expect(line().fit(batches(), null, { epochs: 2, ...silent })).rejects.toThrow(/ran out/)
    await expect(line().fit(batches(), null, { stepsPerEpoch: 3, ...silent })).rejects.toThrow(/ran out/)
    await expect(line().evaluate(Dataset.fromArray([]), null, silent)).rejects.toThrow(/ran out/)
  })
})

describe('an AbortSignal', () => {
  test('ends a run after the step, and the model goes on', async () => {
    using model = line()
    await model.fit(x, y, silent)
    const before = memory()
    const controller = new AbortController()
    const steps: number[] = []
    let told: unknown
    const callback = new Callback()
    callback.onTrainBatchEnd = (batch) => {
      steps.push(batch)
      if (batch === 1) controller.abort(reason)
    }
    callback.onRunError = (error) => {
      told = error
    }
    const { signal } = controller
    const reason = new Error('enough')
    const run = model.fit(x, y, { batchSize: 1, epochs: 9, callbacks: [callback], signal, ...silent })
    await expect(run).rejects.toBe(reason)
    expect(told).toBe(reason)
    expect(steps).toEqual([0, 1])
    expect(memory()).toEqual(before)
    await expect(model.evaluate(x, y, { signal, ...silent })).rejects.toBe(reason)
    await expect(model.predict(x, { signal })).rejects.toBe(reason)
    await model.fit(x, y, silent)
    expect(memory()).toEqual(before)
  })

  test('does not wait for data, which is disposed when it comes', async () => {
    using model = line()
    await model.fit(x, y, silent)
    const before = memory()
    const controller = new AbortController()
    let give: (value: unknown) => void = () => undefined
    const waiting = new Promise((resolve) => {
      give = resolve
    })
    async function* slow(): AsyncGenerator<{ x: Tensor; y: number[][] }> {
      yield { x: tensor([[1]]), y: [[1]] }
      await waiting
      yield { x: tensor([[1]]), y: [[1]] }
    }
    const run = model.fit(slow(), null, { signal: controller.signal, ...silent })
    setTimeout(() => controller.abort(), 5)
    await expect(run).rejects.toThrow(/abort/i)
    give(null)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(memory()).toEqual(before)
  })

  test('must be one', async () => {
    await expect(line().fit(x, y, { signal: {} as never, ...silent })).rejects.toThrow(/not an AbortSignal/)
  })
})
