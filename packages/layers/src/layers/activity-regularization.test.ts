import {
  ArgumentError,
  add,
  memory,
  ones,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { MeanSquaredError } from '../losses/index.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { ActivityRegularization, type ActivityRegularizationOptions } from './activity-regularization.ts'
import { Dense } from './dense.ts'

setBackend(referenceBackend())

const silent = { verbose: 0 } as const
const x = tensor([
  [1, -2],
  [3, 0],
])
// l1·Σ|x| + l2·Σx² = 0.5 · 6 + 0.25 · 14
const penalty = 6.5

test('does what every layer must do', async () => {
  await runLayerTest(() => new ActivityRegularization({ l1: 0.1, l2: 0.2 }), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    penalties: 1,
    mask: 'passes',
  })
})

describe('the penalty', () => {
  const valuesOf = (layer: ActivityRegularization): number[] =>
    layer.losses.map((term) => term.dataSync()[0]!)

  test('is divided by the batch, or not', () => {
    const layer = new ActivityRegularization({ l1: 0.5, l2: 0.25 })
    expect(layer.apply(x).arraySync()).toEqual(x.arraySync())
    expect(valuesOf(layer)).toEqual([penalty / 2])
    const whole = new ActivityRegularization({ l1: 0.5, l2: 0.25, activityReduction: 'sum' })
    whole.apply(x)
    expect(valuesOf(whole)).toEqual([penalty])
  })

  test('without factors is 0', () => {
    const layer = new ActivityRegularization()
    layer.apply(x)
    expect(valuesOf(layer)).toEqual([0])
  })

  test('of an empty batch is 0', () => {
    const layer = new ActivityRegularization({ l2: 1 })
    layer.apply(zeros([0, 3]))
    expect(valuesOf(layer)).toEqual([0])
  })

  test('belongs to the latest call', () => {
    const layer = new ActivityRegularization({ l1: 1, activityReduction: 'sum' })
    layer.apply(ones([2, 2]))
    layer.apply(ones([3, 2]))
    expect(valuesOf(layer)).toEqual([6])
  })
})

/** Twice the input, penalised: output 2w for x = 2 and w = 1. */
function model(activityReduction: 'batchMean' | 'sum'): Sequential {
  const made = new Sequential([
    new Dense({
      units: 1,
      useBias: false,
      kernelInitializer: 'ones',
      kernelRegularizer: 'l2',
      inputShape: [1],
    }),
    new ActivityRegularization({ l1: 0.5, l2: 0.25, activityReduction }),
  ])
  made.compile({ optimizer: new PlainSGD(0.1), loss: new MeanSquaredError() })
  return made
}

// For x = [2, 4] and w = 1: outputs 2 and 4, targets 1 and 1, loss (1 + 9) / 2; the output's penalty
// 0.5 · 6 + 0.25 · 20 = 8; the weight's 0.01.
const samples = [[2], [4]]
const targets = [[1], [1]]

describe.each([
  // d/dw of the loss: (2·1·2 + 2·3·4) / 2 = 14; of the outputs' penalty 0.5 · 6 + 0.5 · 20 = 13; of the weight's 0.02.
  ['batchMean', 5 + 4 + 0.01, 14 + 6.5 + 0.02],
  ['sum', 5 + 8 + 0.01, 14 + 13 + 0.02],
] as const)('with %s', (reduction, loss, slope) => {
  test('fit minimises it and reports it', async () => {
    const net = model(reduction)
    const { history } = await net.fit(samples, targets, silent)
    expect(history.loss[0]).toBeCloseTo(loss, 5)
    expect(net.weights[0]!.dataSync()[0]).toBeCloseTo(1 - 0.1 * slope, 5)
  })

  test('evaluate reports it', async () => {
    const { loss: evaluated } = await model(reduction).evaluate(samples, targets, silent)
    expect(evaluated).toBeCloseTo(loss, 5)
  })

  test('a loop of one’s own adds it', () => {
    const net = model(reduction)
    const { value, grads } = valueAndGrad(() => {
      const predicted = net.apply(tensor(samples), { training: true })
      const terms: Tensor[] = [new MeanSquaredError().apply(tensor(targets), predicted), ...net.losses]
      return terms.reduce((total, term) => add(total, term))
    })(net.trainableVariables)
    expect(value.dataSync()[0]).toBeCloseTo(loss, 5)
    expect(grads[0]!.dataSync()[0]).toBeCloseTo(slope, 5)
  })
})

test('in a nested model it reaches the outer one', () => {
  const net = new Sequential([new Sequential([new ActivityRegularization({ l1: 1 })])])
  tidy(() => {
    net.apply(ones([1, 3]))
    expect(net.losses.map((term) => term.dataSync()[0])).toEqual([3])
  })
})

test('nothing is left of many calls', () => {
  const layer = new ActivityRegularization({ l1: 1 })
  const step = (): void => {
    tidy(() => {
      layer.apply(x)
      sum(layer.losses[0]!)
    })
  }
  step()
  const before = memory()
  for (let i = 0; i < 50; i++) step()
  expect(memory()).toEqual(before)
})

test('finding out shapes adds none', () => {
  const layer = new ActivityRegularization({ l1: 1 })
  expect(layer.apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
  expect(layer.losses).toEqual([])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(
    ActivityRegularization,
    (options: ActivityRegularizationOptions) => new ActivityRegularization(options),
  )
  const sums = new ActivityRegularization({ l1: 1, activityReduction: 'sum' })
  expect(ActivityRegularization.fromConfig(sums.getConfig()).activityReduction).toBe('sum')
})

describe('errors', () => {
  test.each([
    [{ l1: -1 }, /ActivityRegularization: l1 is not a finite number of at least 0[\s\S]*l1: -1/],
    [{ l2: Number.POSITIVE_INFINITY }, /l2: Infinity/],
    [{ l1: '1' as unknown as number }, /l1: "1"/],
    [{ l3: 1 } as ActivityRegularizationOptions, /unknown option "l3"[\s\S]*did you mean l1\?/],
    [{ activityReduction: 'mean' as unknown as 'sum' }, /unknown activityReduction/],
  ])('in the options %j', (options, message) => {
    expect(() => new ActivityRegularization(options)).toThrow(ArgumentError)
    expect(() => new ActivityRegularization(options)).toThrow(message)
  })
})
