import { cpuBackend } from '@tapegrad/backend-cpu'
import { type Config, random, setBackend, type Tensor, type Variable } from '@tapegrad/core'
import { callbacks, Dense, loadModel, Sequential, saveModel } from '@tapegrad/layers'
import {
  Adadelta,
  Adafactor,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Ftrl,
  Lamb,
  Lion,
  Muon,
  Nadam,
  RMSprop,
  SGD,
  schedules,
} from '@tapegrad/optimizers'
import { beforeEach, describe, expect, test } from 'vitest'

beforeEach(() => setBackend(cpuBackend()))

const classes = [
  SGD,
  RMSprop,
  Adam,
  AdamW,
  Adamax,
  Nadam,
  Adagrad,
  Adadelta,
  Ftrl,
  Lion,
  Adafactor,
  Lamb,
  Muon,
] as const

const silent = { verbose: 0, shuffle: false, batchSize: 4 } as const

function makeModel(): Sequential {
  return new Sequential([
    new Dense({ units: 5, activation: 'tanh', inputShape: [3], name: 'hidden', kernelInitializer: 'ones' }),
    new Dense({ units: 2, name: 'head', kernelInitializer: 'ones' }),
  ])
}

function makeData(): { x: Tensor; y: Tensor } {
  const generator = new random.Generator(2)
  return { x: random.normal([12, 3], { generator }), y: random.normal([12, 2], { generator }) }
}

const valuesOf = (variables: readonly Variable[]): number[][] => variables.map((each) => [...each.dataSync()])

describe.each(classes.map((each) => [each.className, each] as const))('%s', (_name, each) => {
  test('goes on bitwise from a file that was written within an accumulation', async () => {
    const { x, y } = makeData()
    const learningRate = new schedules.CosineDecay({ initialLearningRate: 0.05, decaySteps: 20 })
    const model = makeModel()
    const options = { learningRate, gradientAccumulationSteps: 2, useEma: true, globalClipnorm: 1 }
    model.compile({ optimizer: new each(options), loss: 'meanSquaredError' })
    await model.trainOnBatch(x, y)
    await model.trainOnBatch(x, y)
    await model.trainOnBatch(x, y)
    const copy = await loadModel(await saveModel(model), { optimizers: [each] })
    expect(copy.optimizer.getConfig()).toEqual(model.optimizer.getConfig())
    expect([copy.optimizer.iterations, copy.optimizer.stepCount]).toEqual([1, 3])
    expect(copy.optimizer.learningRate).toBe(learningRate.call(3))
    for (const each of [model, copy]) await each.fit(x, y, { ...silent, epochs: 2 })
    expect(valuesOf(copy.weights)).toEqual(valuesOf(model.weights))
    expect(valuesOf(copy.optimizer.variables)).toEqual(valuesOf(model.optimizer.variables))
  })
})

/** A schedule of one's own. */
class Halving implements schedules.LearningRateSchedule {
  static readonly className = 'Halving' as const
  readonly className: string = Halving.className
  static fromConfig(_config: Config): Halving {
    return new Halving()
  }
  call(step: number): number {
    return 0.5 ** step
  }
  getConfig(): Config {
    return {}
  }
}

test('a file names schedules of one’s own, which are given with custom objects', async () => {
  const { x, y } = makeData()
  const model = makeModel()
  model.compile({ optimizer: new SGD({ learningRate: new Halving() }), loss: 'meanSquaredError' })
  await model.trainOnBatch(x, y)
  const bytes = await saveModel(model)
  await expect(loadModel(bytes, { optimizers: [SGD] })).rejects.toThrow(/neither built in nor given/)
  const copy = await loadModel(bytes, { optimizers: [SGD], customObjects: { Halving } })
  expect(copy.optimizer.learningRate).toBe(0.5)
})

test('fit scales losses as the optimizer says, and reports them as they are', async () => {
  const { x, y } = makeData()
  const [scaled, plain] = [1024, null].map((lossScaleFactor) => {
    const model = makeModel()
    model.compile({ optimizer: new SGD({ learningRate: 0.1, lossScaleFactor }), loss: 'meanSquaredError' })
    return model
  }) as [Sequential, Sequential]
  const histories = []
  for (const model of [scaled, plain]) histories.push(await model.fit(x, y, { ...silent, epochs: 2 }))
  expect(histories[0]!.history).toEqual(histories[1]!.history)
  expect(valuesOf(scaled.weights)).toEqual(valuesOf(plain.weights))
})

test('fit ends with the moving averages', async () => {
  const { x, y } = makeData()
  const model = makeModel()
  const optimizer = new SGD({ learningRate: 0.1, useEma: true, emaMomentum: 0.9 })
  model.compile({ optimizer, loss: 'meanSquaredError' })
  const trained: number[][][] = []
  class Remember extends callbacks.Callback {
    override onTrainBatchEnd(): void {
      trained.push(valuesOf(model.weights))
    }
  }
  await model.fit(x, y, { ...silent, epochs: 2, callbacks: [new Remember()] })
  expect(valuesOf(model.weights)).toEqual(valuesOf(optimizer.movingAverages))
  expect(valuesOf(model.weights)).not.toEqual(trained.at(-1))
  const before = valuesOf(model.weights)
  await model.fit(x, y, { ...silent, epochs: 0 })
  expect(valuesOf(model.weights)).toEqual(before)
})

test('layers are told by their names', async () => {
  const { x, y } = makeData()
  const model = makeModel()
  const optimizer = new Muon({ excludeLayers: ['head'] })
  model.compile({ optimizer, loss: 'meanSquaredError' })
  await model.trainOnBatch(x, y)
  expect(model.weights.map(({ path }) => path)).toEqual([
    'hidden/kernel',
    'hidden/bias',
    'head/kernel',
    'head/bias',
  ])
  const adams = optimizer.variables.map(({ name }) => name).filter((name) => name.endsWith('velocity'))
  expect(adams).toEqual(['hidden_bias_velocity', 'head_kernel_velocity', 'head_bias_velocity'])
})
