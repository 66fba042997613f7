import {
  ArgumentError,
  memory,
  mul,
  ones,
  SerializationError,
  setBackend,
  setSeed,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Layer } from '../engine/layer.ts'
import { Dense } from '../layers/index.ts'
import { MeanSquaredError } from '../losses/index.ts'
import * as metrics from '../metrics/index.ts'
import { Model } from '../models/model.ts'
import { Sequential } from '../models/sequential.ts'
import { everyLayer } from '../testing/every-layer.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { samples, targets, trained } from '../testing/trained-model.ts'
import { type LoadModelOptions, loadModel } from './load-model.ts'
import { saveModel } from './save-model.ts'
import { registerSerializable } from './serializable.ts'

setBackend(referenceBackend())

const silent = { verbose: 0 } as const
const withSGD: LoadModelOptions = { optimizers: [PlainSGD] }

const x = tensor(samples)
const y = tensor(targets)

async function expectRefused(
  file: Uint8Array,
  message: RegExp,
  options: LoadModelOptions = {},
): Promise<void> {
  const before = memory()
  const loaded = loadModel(file, options)
  await expect(loaded).rejects.toThrow(SerializationError)
  await expect(loaded).rejects.toThrow(message)
  expect(memory()).toEqual(before)
}

describe('a round trip', () => {
  test('gives the same model, bit for bit', async () => {
    const model = await trained()
    const copy = await loadModel(await saveModel(model), withSGD)
    expect(copy).toBeInstanceOf(Sequential)
    expect(copy.getConfig()).toEqual(model.getConfig())
    for (const [i, weight] of model.weights.entries()) {
      expect(copy.weights[i]!.name).toBe(weight.name)
      expect(copy.weights[i]!.dataSync()).toEqual(weight.dataSync())
    }
    expect(copy.apply(x).arraySync()).toEqual(model.apply(x).arraySync())
    expect(await copy.evaluate(x, y, silent)).toEqual(await model.evaluate(x, y, silent))
  })

  test('goes on with training as the model does', async () => {
    const model = new Sequential([new Dense({ units: 1, inputShape: [2] })])
    model.compile({ optimizer: new PlainSGD(0.1, 0.9), loss: new MeanSquaredError() })
    await model.trainOnBatch(x, y)
    const copy = await loadModel(await saveModel(model), withSGD)
    expect(copy.optimizer.iterations).toBe(1)
    expect(copy.optimizer.getConfig()).toEqual({ learning_rate: 0.1, momentum: 0.9 })
    for (const each of [model, copy]) await each.fit(x, y, { epochs: 3, shuffle: false, ...silent })
    expect(copy.optimizer.iterations).toBe(4)
    expect(copy.weights.map((weight) => weight.dataSync())).toEqual(
      model.weights.map((weight) => weight.dataSync()),
    )
  })

  test('of a model of every layer, with every kind of option', async () => {
    const model = everyLayer()
    const bytes = await saveModel(model)
    const copy = await loadModel(bytes, withSGD)
    expect(await saveModel(copy)).toEqual(bytes)
    const input = ones([2, 3])
    expect(copy.apply(input).arraySync()).toEqual(model.apply(input).arraySync())
    const target = tensor([
      [1, 0],
      [0, 1],
    ])
    expect(await copy.evaluate(input, target, silent)).toEqual(await model.evaluate(input, target, silent))
  })

  test('of files gives the same bytes', async () => {
    const bytes = await saveModel(await trained())
    expect(await saveModel(await loadModel(bytes, withSGD))).toEqual(bytes)
  })

  test('holds losses and metrics as objects and registered functions', async () => {
    const distance = registerSerializable((a: Tensor, b: Tensor) => mul(a, b), {
      name: 'model-file.test distance',
    })
    const model = new Sequential([new Dense({ units: 1, inputShape: [2] })])
    model.compile({
      optimizer: new PlainSGD(),
      loss: distance,
      metrics: [new metrics.MeanSquaredError({ name: 'squares' }), distance],
      weightedMetrics: ['meanAbsoluteError'],
    })
    const copy = await loadModel(await saveModel(model), withSGD)
    expect(await copy.evaluate(x, y, silent)).toEqual(await model.evaluate(x, y, silent))
    expect(copy.metrics.map(({ name }) => name)).toEqual(model.metrics.map(({ name }) => name))
  })

  test('without the optimizer, the weights alone', async () => {
    const bytes = await saveModel(await trained())
    const copy = await loadModel(bytes, { compile: false })
    expect(copy.compileOptions).toBeNull()
    expect(copy.countParams()).toBe(9)
  })

  test('holds frozen layers, float64 and nested models', async () => {
    const inner = new Sequential([new Dense({ units: 2, dtype: 'float64' })], { name: 'inner' })
    const model = new Sequential([inner, new Dense({ units: 1, trainable: false })])
    model.apply(ones([1, 3])).dispose()
    const copy = await loadModel(await saveModel(model))
    expect(copy.trainableWeights.map(({ dtype, shape }) => [dtype, shape])).toEqual([
      ['float64', [3, 2]],
      ['float64', [2]],
    ])
    expect(copy.apply(ones([1, 3])).arraySync()).toEqual(model.apply(ones([1, 3])).arraySync())
  })

  test('holds models of classes of one’s own', async () => {
    class Net extends Model {
      static override readonly className: string = 'Net'
      readonly out = new Dense({ units: 1 })
      static fromConfig(): Net {
        return new Net()
      }
      override call(input: Tensor): Tensor {
        return this.out.apply(input)
      }
    }
    const model = new Net()
    model.apply(x).dispose()
    const bytes = await saveModel(model)
    const copy = await loadModel(bytes, { customObjects: { Net } })
    expect(copy).toBeInstanceOf(Net)
    expect(copy.apply(x).arraySync()).toEqual(model.apply(x).arraySync())
    await expectRefused(bytes, /unknown model class "Net"[\s\S]*customObjects/)
  })

  test('leaves no memory behind, and draws no random numbers', async () => {
    const bytes = await saveModel(await trained())
    const before = memory()
    for (let i = 0; i < 20; i++) (await loadModel(bytes, withSGD)).dispose()
    expect(memory()).toEqual(before)
    const draws: unknown[] = []
    for (const load of [false, true]) {
      setSeed(3)
      if (load) await loadModel(bytes, withSGD)
      const layer = new Dense({ units: 3 })
      layer.build([null, 2])
      draws.push(layer.kernel!.arraySync())
    }
    expect(draws[1]).toEqual(draws[0])
  })
})

describe('saving refuses', () => {
  test('what is no model, and a model without weights yet', async () => {
    await expect(saveModel({} as Model)).rejects.toThrow(ArgumentError)
    await expect(saveModel(new Sequential([new Dense({ units: 1 })]))).rejects.toThrow(/not built/)
  })

  test.each(['loss', 'metrics'] as const)('%s that files cannot name', async (option) => {
    const model = new Sequential([new Dense({ units: 1, inputShape: [1] })])
    const f = (a: Tensor): Tensor => a
    model.compile({ optimizer: new PlainSGD(), [option]: option === 'loss' ? f : [f] })
    await expect(saveModel(model)).rejects.toThrow(SerializationError)
    await expect(saveModel(model)).rejects.toThrow(/registerSerializable/)
  })

  test('a class without a name of its own', async () => {
    class Same extends Layer {
      override call(input: Tensor): Tensor {
        return input
      }
    }
    await expect(saveModel(new Sequential([new Same({ inputShape: [1] })]))).rejects.toThrow(
      SerializationError,
    )
  })
})
