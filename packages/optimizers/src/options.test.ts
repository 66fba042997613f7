import { ArgumentError, SerializationError, setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Adafactor, Adagrad, Adam, AdamW, Ftrl, Lion, Muon, RMSprop, SGD } from './index.ts'
import { everyOptimizer } from './testing/every-optimizer.ts'

beforeEach(() => setBackend(referenceBackend()))

describe.each(everyOptimizer.map((each) => [each.className, each] as const))('%s', (name, each) => {
  test('refuses options that make no sense', () => {
    const bad: readonly object[] = [
      { learningRate: Number.NaN },
      { learningRate: -1 },
      { learningRate: Infinity },
      { learningRate: '0.1' },
      { learningRate: {} },
      { learningRate: null },
      { weightDecay: Number.NaN },
      { weightDecay: -0.1 },
      { clipnorm: -1 },
      { clipvalue: Number.NaN },
      { globalClipnorm: 'a' },
      { clipnorm: 1, clipvalue: 1 },
      { globalClipnorm: 1, clipnorm: 0 },
      { useEma: 1 },
      { emaMomentum: 1.5 },
      { emaMomentum: Number.NaN },
      { emaOverwriteFrequency: 0 },
      { emaOverwriteFrequency: 1.5 },
      { lossScaleFactor: 0 },
      { lossScaleFactor: Number.NaN },
      { gradientAccumulationSteps: 1 },
      { gradientAccumulationSteps: 2.5 },
      { name: 3 },
    ]
    for (const options of bad) {
      expect(() => new each(options), JSON.stringify(options)).toThrow(ArgumentError)
      expect(() => new each(options), JSON.stringify(options)).toThrow(new RegExp(`^${name}: `))
    }
  })

  test('refuses NaN, and another type, for each number of its own', () => {
    const defaults = new each().getConfig()
    const common = new Set(Object.keys(new SGD().getConfig()))
    const own = Object.entries(defaults).filter(
      ([key, value]) => (!common.has(key) || key === 'momentum') && typeof value === 'number',
    )
    for (const [key] of own) {
      for (const value of [Number.NaN, 'a', true]) {
        expect(() => each.fromConfig({ [key]: value }), `${key} ${value}`).toThrow(ArgumentError)
      }
    }
  })

  test('refuses unknown options and entries', () => {
    expect(() => new each({ learningrate: 1 } as never)).toThrow(
      /unknown option "learningrate"[\s\S]*did you mean learningRate/,
    )
    expect(() => new each(0.1 as never)).toThrow(/the options are not an object[\s\S]*\{ learningRate: … \}/)
    expect(() => each.fromConfig({ no_such: 1 })).toThrow(SerializationError)
    expect(() => each.fromConfig({ constructor: 1 })).toThrow(SerializationError)
  })

  test('has its name', () => {
    expect(each.name).toBe(name)
    expect(new each().className).toBe(name)
    expect(new each()).toBeInstanceOf(each)
  })
})

test('refuses bad options of single optimizers', () => {
  const bad: readonly (() => unknown)[] = [
    () => new SGD({ momentum: 2 }),
    () => new SGD({ nesterov: 1 as never }),
    () => new RMSprop({ centered: 'yes' as never }),
    () => new RMSprop({ epsilon: -1 }),
    () => new Adam({ beta1: -0.1 }),
    () => new AdamW({ weightDecay: null as never }),
    () => new Adagrad({ initialAccumulatorValue: -1 }),
    () => new Ftrl({ learningRatePower: 0.5 }),
    () => new Ftrl({ l1RegularizationStrength: -1 }),
    () => new Lion({ beta1: 0 }),
    () => new Adafactor({ clipThreshold: 0 }),
    () => new Adafactor({ relativeStep: 1 as never }),
    () => new Muon({ nsSteps: 0 }),
    () => new Muon({ excludeLayers: 'head' as never }),
    () => new Muon({ excludeLayers: [''] }),
    () => new Muon({ rmsRate: -1 }),
  ]
  for (const make of bad) expect(make, String(make)).toThrow(ArgumentError)
})

test('options are properties, and those that are undefined have their defaults', () => {
  const adam = new Adam({ beta1: 0.5, learningRate: undefined, useEma: undefined } as never)
  expect([adam.beta1, adam.beta2, adam.amsgrad, adam.learningRate]).toEqual([0.5, 0.999, false, 0.001])
  expect(new AdamW().weightDecay).toBe(0.004)
  expect(new Muon({ weightDecay: null }).weightDecay).toBe(null)
  expect(new Ftrl({ beta: 0.25 }).beta).toBe(0.25)
})
