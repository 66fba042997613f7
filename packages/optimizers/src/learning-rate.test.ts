import { ArgumentError, type Config, SerializationError, setBackend, tensor, variable } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Adam, SGD, schedules } from './index.ts'

beforeEach(() => setBackend(referenceBackend()))

const staircase = new schedules.PiecewiseConstantDecay({ boundaries: [1, 2], values: [1, 0.5, 0.25] })

test('a schedule says the rate of each step', () => {
  const w = variable([0])
  const optimizer = new SGD({ learningRate: staircase })
  const rates: number[] = []
  for (let step = 0; step < 4; step++) {
    rates.push(optimizer.learningRate)
    optimizer.apply([tensor([-1])], [w])
  }
  expect(rates).toEqual([1, 1, 0.5, 0.25])
  expect(w.dataSync()[0]).toBe(2.75)
})

test('schedules count steps, not updates', () => {
  const optimizer = new SGD({ learningRate: staircase, gradientAccumulationSteps: 2 })
  const w = variable([0])
  for (let step = 0; step < 4; step++) optimizer.apply([tensor([-1])], [w])
  expect(w.dataSync()[0]).toBe(1.25)
})

test('weight decay goes with the rate of the schedule', () => {
  const w = variable([1])
  const optimizer = new SGD({ learningRate: staircase, weightDecay: 0.5 })
  for (let step = 0; step < 3; step++) optimizer.apply([tensor([0])], [w])
  expect(w.dataSync()[0]).toBe(0.5 * 0.5 * 0.75)
})

test('a function says it as well', () => {
  const seen: number[] = []
  const learningRate = (step: number): number => {
    seen.push(step)
    return 1 / (step + 1)
  }
  const optimizer = new SGD({ learningRate })
  const w = variable([0])
  for (let step = 0; step < 2; step++) optimizer.apply([tensor([-1])], [w])
  expect(seen).toEqual([0, 1])
  expect(w.dataSync()[0]).toBe(1.5)
  expect(() => optimizer.getConfig()).toThrow(SerializationError)
})

test.each([Number.NaN, -1, Infinity, '1', undefined])(
  'a rate of %s throws before anything changes',
  (rate) => {
    const w = variable([1])
    const optimizer = new Adam({ learningRate: () => rate as number, useEma: true })
    expect(() => optimizer.apply([tensor([1])], [w])).toThrow(/^Adam: learningRate is not a finite number/)
    expect(w.dataSync()[0]).toBe(1)
    expect(optimizer.variables).toEqual([])
    expect(optimizer.stepCount).toBe(0)
  },
)

test('a number can be set, but not in the place of a schedule', () => {
  const plain = new SGD({ learningRate: 0.1 })
  plain.learningRate = 0.2
  expect(plain.learningRate).toBe(0.2)
  expect(plain.getConfig()['learning_rate']).toBe(0.2)
  for (const bad of [Number.NaN, -1, '1', null]) {
    expect(() => {
      plain.learningRate = bad as never
    }).toThrow(ArgumentError)
  }
  plain.learningRate = staircase
  expect(plain.learningRate).toBe(1)
  expect(() => {
    plain.learningRate = 0.1
  }).toThrow(/follows a schedule/)
})

/** A schedule of one's own. */
class Halving implements schedules.LearningRateSchedule {
  static readonly className = 'Halving' as const
  readonly className: string = Halving.className
  readonly start: number
  constructor(start: number) {
    this.start = start
  }
  static fromConfig(config: Config): Halving {
    return new Halving(Number(config['start']))
  }
  call(step: number): number {
    return this.start * 0.5 ** step
  }
  getConfig(): Config {
    return { start: this.start }
  }
}

describe('files', () => {
  test('hold schedules as Keras writes them', () => {
    const config = new Adam({ learningRate: staircase }).getConfig()
    expect(config['learning_rate']).toEqual({
      module: 'keras.optimizers.schedules',
      class_name: 'PiecewiseConstantDecay',
      config: { boundaries: [1, 2], values: [1, 0.5, 0.25], name: 'PiecewiseConstant' },
      registered_name: null,
    })
    const copy = Adam.fromConfig(JSON.parse(JSON.stringify(config)) as Config)
    expect(copy.getConfig()).toEqual(config)
    copy.restore(2, [])
    expect(copy.learningRate).toBe(0.5)
  })

  test('name schedules of one’s own, which must be given', () => {
    const config = new Adam({ learningRate: new Halving(0.5) }).getConfig()
    expect(config['learning_rate']).toEqual({
      module: null,
      class_name: 'Halving',
      config: { start: 0.5 },
      registered_name: 'Halving',
    })
    const copy = Adam.fromConfig(config, { Halving })
    copy.restore(1, [])
    expect(copy.learningRate).toBe(0.25)
    expect(() => Adam.fromConfig(config)).toThrow(/neither built in nor given[\s\S]*Halving/)
  })

  test('that are damaged or hostile are refused', () => {
    const bad: readonly unknown[] = [
      [],
      {},
      { class_name: 'CosineDecay' },
      { class_name: 3, config: {} },
      { class_name: 'CosineDecay', config: [] },
      { class_name: 'CosineDecay', config: { no_such: 1 } },
      { class_name: 'constructor', config: {} },
      { class_name: '__proto__', config: {} },
      { class_name: 'toString', config: {} },
      { class_name: 'Adam', config: {} },
    ]
    for (const json of bad) {
      expect(() => Adam.fromConfig({ learning_rate: json as never }), JSON.stringify(json)).toThrow(
        SerializationError,
      )
    }
    const missing = { class_name: 'CosineDecay', config: { decay_steps: 3 } }
    expect(() => Adam.fromConfig({ learning_rate: missing })).toThrow(/initialLearningRate is not/)
    expect(() => Adam.fromConfig({ learning_rate: missing }, { CosineDecay: 3 })).toThrow(SerializationError)
  })
})
