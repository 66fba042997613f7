import { type Config, setBackend, type Tensor, tensor, type Variable, variable } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import fixture from '../fixtures/keras-optimizers.json' with { type: 'json' }
import { schedules } from './index.ts'
import { everyOptimizer, optimizersByName } from './testing/every-optimizer.ts'

beforeEach(() => setBackend(referenceBackend()))

type Values = number | readonly Values[]

interface Weight {
  readonly shape: readonly number[]
  readonly data: Values
}

interface Steps {
  readonly class: string
  readonly config: Config
  readonly names?: readonly string[]
  readonly initial: readonly Weight[]
  readonly gradients: readonly (readonly Weight[])[]
  readonly values_after_each_step: readonly (readonly Weight[])[]
}

const toTensor = ({ data, shape }: Weight): Tensor => tensor([data].flat(9) as number[], { shape })

describe('steps agree with Keras', () => {
  const all = fixture.steps as unknown as readonly Steps[]
  test('for every optimizer', () => {
    expect(new Set(all.map((each) => each.class))).toEqual(new Set(optimizersByName.keys()))
  })

  test.each(all.map((each, i) => [`${each.class} ${JSON.stringify(each.config)}`, i] as const))(
    '%s',
    (_name, i) => {
      const { class: name, config, names, initial, gradients, values_after_each_step: expected } = all[i]!
      const optimizer = optimizersByName.get(name)!.fromConfig(config)
      const variables = initial.map(
        (weight, at): Variable => variable(toTensor(weight), { name: names?.[at] ?? 'variable' }),
      )
      expected.forEach((weights, step) => {
        optimizer.apply(gradients[step]!.map(toTensor), variables)
        weights.forEach(({ data }, at) => {
          const actual = [...variables[at]!.dataSync()]
          ;[data].flat(9).forEach((value, j) => expect(actual[j]).toBeCloseTo(value as number, 5))
        })
      })
    },
  )
})

/** Keras keeps learning rates in float32; everything else is equal. */
function expectSameConfig(actual: Config, expected: Config): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected))
  const { learning_rate: actualRate, ...actualRest } = actual
  const { learning_rate: expectedRate, ...expectedRest } = expected
  expect(actualRest).toEqual(expectedRest)
  expect(Math.fround(actualRate as number)).toBe(expectedRate)
}

describe('configurations are Keras’s', () => {
  test('for every optimizer', () => {
    expect(new Set(fixture.configs.map((each) => each.class))).toEqual(new Set(optimizersByName.keys()))
  })

  test.each(fixture.configs)('$class', ({ class: name, arguments: given, config }) => {
    const optimizer = optimizersByName.get(name)!.fromConfig(given as Config)
    expectSameConfig(optimizer.getConfig(), config as unknown as Config)
    expectSameConfig(new (optimizersByName.get(name)!)().getConfig(), config as unknown as Config)
  })

  test.each(everyOptimizer.map((each) => [each.className, each] as const))(
    '%s: a configuration gives the same optimizer',
    (_name, each) => {
      const config = { ...new each({ learningRate: 0.3, globalClipnorm: 2, useEma: true }).getConfig() }
      for (const [key, value] of Object.entries(config)) {
        if (typeof value === 'number' && value > 0 && value < 1) config[key] = value / 2
        if (typeof value === 'boolean') config[key] = !value
      }
      const copy = each.fromConfig(JSON.parse(JSON.stringify(config)) as Config)
      expect(copy.getConfig()).toEqual(config)
    },
  )
})

describe('schedules agree with Keras', () => {
  const classes = new Map<string, schedules.ScheduleClass>(
    [
      schedules.ExponentialDecay,
      schedules.PiecewiseConstantDecay,
      schedules.PolynomialDecay,
      schedules.InverseTimeDecay,
      schedules.CosineDecay,
      schedules.CosineDecayRestarts,
    ].map((each) => [each.className, each]),
  )

  test('all of them', () => {
    expect(new Set(fixture.schedule_values.map((each) => each.class))).toEqual(new Set(classes.keys()))
    expect(new Set(fixture.schedules.map((each) => each.class))).toEqual(new Set(classes.keys()))
  })

  test.each(fixture.schedules)('the configuration of $class', ({ class: name, arguments: given, config }) => {
    const actual = classes
      .get(name)!
      .fromConfig(given as unknown as Config)
      .getConfig()
    expect(actual).toEqual(config)
    expect(Object.keys(actual)).toEqual(Object.keys(config))
  })

  test.each(fixture.schedule_values)(
    '$class $arguments',
    ({ class: name, arguments: given, config, values }) => {
      const schedule = classes.get(name)!.fromConfig(given as unknown as Config)
      values.forEach((value, step) => {
        expect(Math.abs(schedule.call(step) - value), `step ${step}`).toBeLessThan(2e-7)
      })
      expect(schedules.serialize(schedule)).toEqual(config)
      expect(schedules.deserialize(config as unknown as Config).getConfig()).toEqual(schedule.getConfig())
    },
  )
})
