import { ArgumentError, ones, ShapeError, setBackend, tensor, UnsupportedError } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Callback } from '../callbacks/callback.ts'
import { resetNames } from '../engine/naming.ts'
import { Dense } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Affine } from '../testing/test-layers.ts'
import { count, line } from '../testing/test-models.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

const silent = { verbose: 0 } as const

describe('errors', () => {
  test('before compile', async () => {
    const model = new Sequential([new Affine({ units: 1 })])
    await expect(model.fit([[1]], [[1]])).rejects.toThrow(/not compiled[\s\S]*model\.compile/)
    expect(() => model.optimizer).toThrow(ArgumentError)
  })

  test('in compile', () => {
    const model = new Sequential([new Affine({ units: 1 })])
    const optimizer = new PlainSGD()
    expect(() => model.compile({ optimizer: 'adam' as never })).toThrow(/not an optimizer/)
    expect(() => model.compile({ optimizer, los: 'mse' } as never)).toThrow(/did you mean loss\?/)
    expect(() => model.compile({ optimizer, metrics: 'accuracy' as never })).toThrow(/not a list/)
  })

  test.each([
    [{ batchSize: 0 }, ArgumentError, /batchSize/],
    [{ epochs: 1.5 }, ArgumentError, /epochs/],
    [{ epoch: 3 } as object, ArgumentError, /did you mean epochs\?/],
    [{ validationSplit: 1 }, ArgumentError, /not a fraction/],
    [{ validationSplit: 0.5, validationData: [[[1]], [[1]]] as const }, ArgumentError, /both given/],
    [{ classWeight: { 0: 1 }, sampleWeight: [1, 1] }, ArgumentError, /both given/],
    [{ sampleWeight: [1] }, ShapeError, /numbers of samples differ/],
    [{ classWeight: null as never }, ArgumentError, /classWeight is not an object/],
    [{ classWeight: { a: 1 } as never }, ArgumentError, /not a class and a finite weight/],
    [{ initialEpoch: -1 }, ArgumentError, /initialEpoch/],
    [{ stepsPerEpoch: 0 }, ArgumentError, /stepsPerEpoch/],
    [{ validationFrequency: [0], validationSplit: 0.5 }, ArgumentError, /validationFrequency/],
    [{ shuffle: 'batch' as never }, ArgumentError, /shuffle is not a boolean/],
    [{ seed: -1 }, ArgumentError, /seed/],
    [{ callbacks: [{} as Callback] }, ArgumentError, /not a list of callbacks/],
    [{ verbose: 3 as 2 }, ArgumentError, /verbose/],
    [{ validationData: [[1]] as never }, ArgumentError, /validationData/],
  ])('in the options %j', async (options, type, message) => {
    const fitted = line().fit(count(2), count(2), { ...silent, ...options })
    await expect(fitted).rejects.toThrow(type)
    await expect(fitted).rejects.toThrow(message)
  })

  test('in the data', async () => {
    async function* stream(): AsyncGenerator<number> {
      yield 1
    }
    await expect(line().fit(count(2), count(3), silent)).rejects.toThrow(ShapeError)
    await expect(line().fit(stream() as never, null, silent)).rejects.toThrow(/is not a batch/)
    await expect(line().fit([[ones([1])], ones([1])] as never, null, silent)).rejects.toThrow(
      UnsupportedError,
    )
    await expect(line().fit([ones([1, 1])] as never, [[1]], silent)).rejects.toThrow(/one tensor|a tensor/)
    await expect(line().fit([], [], silent)).rejects.toThrow(/no samples/)
    await expect(line().fit('data' as never, null, silent)).rejects.toThrow(ArgumentError)
    await expect(line().fit([[1]], null, silent)).rejects.toThrow(/y is missing/)
  })

  test('in the options of single batches', async () => {
    const both = { sampleWeight: [1], classWeight: { 0: 1 } }
    await expect(line().trainOnBatch([[1]], [[1]], both)).rejects.toThrow(/both given/)
    await expect(line().trainOnBatch([[1]], null, { classWeight: { 0: 1 } })).rejects.toThrow(/needs y/)
    await expect(line().testOnBatch([[1]], [[1]], { weight: 1 } as object)).rejects.toThrow(/unknown option/)
  })

  test('two runs at once', async () => {
    const model = line()
    const first = model.fit([[1]], [[1]], silent)
    await expect(model.evaluate([[1]], [[1]], silent)).rejects.toThrow(/still running/)
    await first
    await model.evaluate([[1]], [[1]], silent)
  })
})

describe('errors say where they happened', () => {
  const stack = (): Sequential =>
    new Sequential([
      new Dense({ units: 3 }),
      new Sequential([new Dense({ units: 2 }), new Dense({ units: 1 })]),
    ])

  test('in the layers of a model that runs', async () => {
    const model = stack()
    model.compile({ optimizer: new PlainSGD(), loss: 'mse' })
    await model.fit(ones([2, 4]), ones([2, 1]), silent)
    const wrong = ones([2, 5])
    const place = /float32\[2, 5\][\s\S]*4 along axis -1[\s\S]*in: Sequential "sequential_1" > Dense "dense"/
    await expect(model.fit(wrong, ones([2, 1]), silent)).rejects.toThrow(ShapeError)
    await expect(model.fit(wrong, ones([2, 1]), silent)).rejects.toThrow(place)
    await expect(model.evaluate(wrong, ones([2, 1]), silent)).rejects.toThrow(place)
    await expect(model.predict(wrong)).rejects.toThrow(place)
    expect(() => model.apply(wrong)).toThrow(place)
  })

  test('in a model within a model', () => {
    const model = stack()
    model.apply(ones([1, 4])).dispose()
    const inner = model.layers[1] as Sequential
    inner.layers[0]!.inputSpec = { ndim: 7 }
    expect(() => model.apply(ones([1, 4]))).toThrow(
      /7 dimensions[\s\S]*in: Sequential "sequential_1" > Sequential "sequential" > Dense "dense_1"$/m,
    )
  })

  test('when a model is put together', () => {
    expect(() => new Sequential([new Dense({ units: 3, inputShape: [null] })])).toThrow(
      /last axis must be known[\s\S]*in: Sequential "sequential" > Dense "dense"$/m,
    )
    const model = new Sequential([new Dense({ units: 3 })])
    expect(() => model.build([null, null])).toThrow(/in: Sequential "sequential_1" > Dense "dense_1"$/m)
    expect(model.built).toBe(false)
    model.build([null, 4])
    expect(model.outputShape).toEqual([null, 3])
  })

  test('in a loss or metric that does not fit', async () => {
    const model = new Sequential([new Dense({ units: 3, inputShape: [2] })])
    model.compile({ optimizer: new PlainSGD(), loss: 'categoricalCrossentropy', metrics: ['accuracy'] })
    await expect(model.fit(ones([4, 2]), ones([4, 2]), silent)).rejects.toThrow(ShapeError)
    await expect(model.fit(ones([4, 2]), ones([4, 2]), silent)).rejects.toThrow(/categorical_?crossentropy/i)
  })
})

test('a tensor that was disposed is named', async () => {
  const x = tensor([[1]])
  x.dispose()
  await expect(line().fit(x, [[1]], silent)).rejects.toThrow(/x was used after dispose/)
})
