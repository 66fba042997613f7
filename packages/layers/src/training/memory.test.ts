import {
  ArgumentError,
  add,
  type MemoryInfo,
  memory,
  OutOfMemoryError,
  setBackend,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Callback } from '../callbacks/callback.ts'
import { saveModel } from '../saving/save-model.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { SampleCount, SquaredError } from '../testing/test-losses.ts'
import { count, everything, line } from '../testing/test-models.ts'

// Every allocation but those after `left` succeeds.
let left = Number.POSITIVE_INFINITY
const backend = referenceBackend()
const allocate = backend.alloc.bind(backend)
backend.alloc = (dtype, length) => {
  if (left-- <= 0) throw new OutOfMemoryError('no room', { op: 'alloc' })
  return allocate(dtype, length)
}
setBackend(backend)

const silent = { verbose: 0 } as const

describe('memory', () => {
  test('nothing is left of steps, epochs, validation, and failures', async () => {
    using model = line({ penalty: 0.1, activity: 0.1 })
    model.compile({ optimizer: new PlainSGD(0), loss: new SquaredError(), metrics: [new SampleCount()] })
    const counts: number[] = []
    class Count extends Callback {
      override onTrainBatchEnd(batch: number): void {
        if (batch === 9 || batch === 99) counts.push(memory().tensors, memory().bytes)
      }
    }
    const before = memory()
    const options = { batchSize: 1, callbacks: [new Count()], validationSplit: 0.1, seed: 1, ...silent }
    await model.fit(count(120), count(120), options)
    expect(counts).toHaveLength(4)
    expect(counts.slice(2)).toEqual(counts.slice(0, 2))
    await model.evaluate(count(9), count(9), { batchSize: 2, sampleWeight: count(9).flat(), ...silent })
    ;(await model.predict(count(9), { batchSize: 2 })).dispose()
    await model.trainOnBatch([[1]], [[1]])
    model.resetMetrics()
    await expect(
      model.fit(
        count(3),
        [
          [1, 2],
          [1, 2],
          [1, 2],
        ].map((row) => [...row, 1]),
        { ...silent, callbacks: [failing()] },
      ),
    ).rejects.toThrow()
    expect(memory().tensors).toBe(before.tensors)
    expect(memory().bytes).toBe(before.bytes)
  })

  function failing(): Callback {
    class Failing extends Callback {
      override onTrainBatchEnd(): void {
        throw new ArgumentError('stop here')
      }
    }
    return new Failing()
  }

  test('the data stays the user’s', async () => {
    using model = line()
    using x = tensor([[1], [2]])
    using y = add(x, 1)
    await model.fit(x, y, { validationSplit: 0.5, ...silent })
    expect([x.disposed, y.disposed]).toEqual([false, false])
  })

  test('a model’s dispose gives everything back', async () => {
    const before = memory().tensors
    const model = line()
    await model.fit([[1]], [[1]], silent)
    model.dispose()
    expect(memory().tensors).toBe(before)
  })
})

const samples = Array.from({ length: 10 }, (_, i) => [
  [i, 1],
  [0, 0],
  [1, i],
])
const targets = samples.map(() => [[1], [0], [1]])
const options = { batchSize: 4, validationSplit: 0.2, sampleWeight: samples.map((_, i) => 1 + i), ...silent }

describe('a model with everything', () => {
  test('stays level over many steps, saves and evaluations', async () => {
    using model = everything()
    const seen: MemoryInfo[] = []
    class Watch extends Callback {
      override async onEpochEnd(): Promise<void> {
        await saveModel(this.model)
        for (const output of [await this.model.predict(samples)].flat()) output.dispose()
        seen.push(memory())
      }
    }
    await model.fit(samples, targets, { ...options, epochs: 30, callbacks: [new Watch()] })
    expect(seen).toHaveLength(30)
    expect(seen.at(-1)).toEqual(seen[1])
  })

  test('stays level over thousands of steps', async () => {
    using model = line({ penalty: 0.1, activity: 0.1 })
    ;(model.optimizer as PlainSGD).learningRate = 0
    const seen: MemoryInfo[] = []
    class Watch extends Callback {
      override onTrainBatchEnd(batch: number): void {
        if (batch === 99 || batch === 4999) seen.push(memory())
      }
    }
    const numbers = new Float32Array(5000)
    using x = tensor(numbers, { shape: [5000, 1] })
    await model.fit(x, x, { batchSize: 1, callbacks: [new Watch()], ...silent })
    expect(seen[1]).toEqual(seen[0])
  })

  test('gives everything back when it is disposed', async () => {
    const before = memory()
    const model = everything()
    await model.fit(samples, targets, options)
    await model.evaluate(samples, targets, silent)
    model.dispose()
    expect(memory()).toEqual(before)
  })

  test('stays level after errors in callbacks, wherever they come', async () => {
    using model = everything()
    await model.fit(samples, targets, options)
    const before = memory()
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
    ] as const
    for (const hook of hooks) {
      for (const isAsync of [false, true]) {
        const callback = new Callback()
        callback[hook] = isAsync
          ? async () => {
              throw new ArgumentError('stop here')
            }
          : () => {
              throw new ArgumentError('stop here')
            }
        await expect(model.fit(samples, targets, { ...options, callbacks: [callback] })).rejects.toThrow(
          /stop here/,
        )
        expect(memory(), hook).toEqual(before)
      }
    }
    await model.fit(samples, targets, options)
    expect(memory()).toEqual(before)
  })

  test('stays level wherever memory runs out, and then trains on', async () => {
    using model = everything()
    await model.fit(samples, targets, options)
    const before = memory()
    let failures = 0
    for (let allowed = 0; ; allowed += 7) {
      left = allowed
      const error = await model.fit(samples, targets, options).then(
        () => null,
        (reason: unknown) => reason,
      )
      left = Number.POSITIVE_INFINITY
      if (error === null) break
      expect(error).toBeInstanceOf(OutOfMemoryError)
      expect(memory()).toEqual(before)
      failures++
    }
    expect(failures).toBeGreaterThan(20)
    const { history } = await model.fit(samples, targets, options)
    expect(Number.isFinite(history.loss[0])).toBe(true)
  })
})
