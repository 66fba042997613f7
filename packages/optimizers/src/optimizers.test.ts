import {
  ArgumentError,
  type Config,
  DisposedError,
  full,
  memory,
  mul,
  type Optimizer,
  type OptimizerClass,
  SerializationError,
  ShapeError,
  setBackend,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  type Variable,
  variable,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import fixture from '../fixtures/keras-optimizers.json' with { type: 'json' }
import { Adam, RMSprop, SGD } from './index.ts'

beforeEach(() => setBackend(referenceBackend()))

const classes: Readonly<Record<string, OptimizerClass>> = { SGD, RMSprop, Adam }

interface Weight {
  readonly shape: number[]
  readonly data: number[] | number[][]
}

const toTensor = ({ data }: Weight): Tensor => tensor(data)

/** Takes one step for each list of gradients and returns the values after it. */
function run(
  optimizer: Optimizer,
  variables: readonly Variable[],
  gradients: readonly Weight[][],
): number[][][] {
  return gradients.map((weights) => {
    optimizer.apply(weights.map(toTensor), variables)
    return variables.map((each) => [...each.dataSync()])
  })
}

describe('steps agree with Keras', () => {
  test.each(fixture.steps.map((step, i) => [`${step.class} ${JSON.stringify(step.config)}`, i] as const))(
    '%s',
    (_name, i) => {
      const step = fixture.steps[i]!
      const optimizer = classes[step.class]!.fromConfig(step.config as unknown as Config)
      const variables = (step.initial as Weight[]).map((weight) => variable(toTensor(weight)))
      const actual = run(optimizer, variables, step.gradients as Weight[][])
      const expected = (step.values_after_each_step as Weight[][]).map((weights) =>
        weights.map(({ data }) => data.flat()),
      )
      actual.forEach((weights, at) =>
        weights.forEach((values, v) =>
          values.forEach((value, j) => expect(value).toBeCloseTo(expected[at]![v]![j]!, 5)),
        ),
      )
    },
  )
})

test.each(fixture.configs)(
  'the configuration of $class is Keras’s',
  ({ class: name, arguments: given, config }) => {
    const optimizer = classes[name]!.fromConfig(given as Config)
    const { name: _ours, ...actual } = optimizer.getConfig()
    const { name: _theirs, ...expected } = config
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
    for (const [key, value] of Object.entries(expected)) {
      if (typeof value === 'number') expect(actual[key]).toBeCloseTo(value, 7)
      else expect(actual[key]).toEqual(value)
    }
    expect(classes[name]!.fromConfig(optimizer.getConfig()).getConfig()).toEqual(optimizer.getConfig())
  },
)

const all: [string, () => Optimizer][] = [
  ['SGD', () => new SGD({ learningRate: 0.1 })],
  ['SGD with momentum', () => new SGD({ learningRate: 0.05, momentum: 0.9, nesterov: true })],
  ['RMSprop', () => new RMSprop({ learningRate: 0.05, momentum: 0.3, centered: true })],
  ['Adam', () => new Adam({ learningRate: 0.2, amsgrad: true })],
]

describe.each(all)('%s', (_name, make) => {
  test('minimises a quadratic and leaves nothing behind', () => {
    const w = variable([5, -3])
    const optimizer = make()
    const loss = (): Tensor => sum(square(sub(w, tensor([1, 2]))))
    optimizer.minimize(loss, [w]).dispose()
    const before = memory()
    let last = Infinity
    for (let i = 0; i < 200; i++) {
      const value = optimizer.minimize(loss, [w])
      last = value.dataSync()[0]!
      value.dispose()
    }
    expect(memory().tensors).toBe(before.tensors)
    expect(memory().bytes).toBe(before.bytes)
    expect(last).toBeLessThan(1e-2)
    expect(optimizer.iterations).toBe(201)
  })

  test('goes on bitwise from a restored state', () => {
    const gradients = [tensor([0.5, -1]), tensor([0.1, 2]), tensor([-3, 0.7])]
    const whole = variable([1, 2])
    const first = make()
    for (const g of gradients) first.apply([g], [whole])

    const part = variable([1, 2])
    const stopped = make()
    for (const g of gradients.slice(0, 2)) stopped.apply([g], [part])
    const resumed = make()
    const copy = variable(part)
    resumed.build([copy])
    resumed.restore(stopped.iterations, stopped.variables)
    resumed.apply([gradients[2]!], [copy])
    expect([...copy.dataSync()]).toEqual([...whole.dataSync()])
  })

  test('applies constraints after the step', () => {
    const w = variable([1, -1], { constraint: (value) => mul(value, 0) })
    make().apply([tensor([1, 1])], [w])
    expect([...w.dataSync()].map(Math.abs)).toEqual([0, 0])
  })

  test('frees its state', () => {
    const w = variable([1, 2])
    const g = tensor([1, 1])
    const before = memory().tensors
    const optimizer = make()
    optimizer.apply([g], [w])
    optimizer.dispose()
    expect(memory().tensors).toBe(before)
    expect(() => optimizer.apply([g], [w])).toThrow(DisposedError)
  })
})

test('scaled losses give the same step and the unscaled value', () => {
  const w = variable([2])
  const value = new SGD({ learningRate: 0.1, lossScaleFactor: 1024 }).minimize(() => sum(square(w)), [w])
  expect(value.dataSync()[0]).toBe(4)
  expect(w.dataSync()[0]).toBeCloseTo(1.6, 6)
})

test('weight decay leaves excluded variables alone', () => {
  const [w, b] = [variable([1]), variable([1])]
  const optimizer = new SGD({ learningRate: 0.1, weightDecay: 0.5 })
  optimizer.excludeFromWeightDecay([b])
  optimizer.apply([zeros([1]), zeros([1])], [w, b])
  expect(w.dataSync()[0]).toBeCloseTo(0.95, 6)
  expect(b.dataSync()[0]).toBe(1)
})

test('clipping by the global norm shows an overflow as NaN', () => {
  const w = variable([1, 1])
  new SGD({ globalClipnorm: 1 }).apply([full([2], Infinity)], [w])
  expect([...w.dataSync()].every(Number.isNaN)).toBe(true)
})

test('refuses bad options', () => {
  expect(() => new SGD({ learningRate: -1 })).toThrow(/learningRate is not a finite number of at least 0/)
  expect(() => new SGD({ momentum: 2 })).toThrow(ArgumentError)
  expect(() => new Adam({ beta1: Number.NaN })).toThrow(ArgumentError)
  expect(() => new Adam({ clipnorm: 1, clipvalue: 1 })).toThrow(/more than one kind of clipping/)
  expect(() => new RMSprop({ gradientAccumulationSteps: 1 })).toThrow(ArgumentError)
  expect(() => new Adam({ learningrate: 1 } as never)).toThrow(
    /unknown option "learningrate"[\s\S]*did you mean learningRate/,
  )
  expect(() => new Adam(0.1 as never)).toThrow(/the options are not an object[\s\S]*\{ learningRate: … \}/)
  expect(() => new SGD({ nesterov: 1 as never })).toThrow(/nesterov is not a boolean/)
  expect(() => new RMSprop({ useEma: 'yes' as never })).toThrow(/useEma is not a boolean/)
  expect(() => Adam.fromConfig({ beta_3: 1 })).toThrow(SerializationError)
})

test('refuses bad steps', () => {
  const [w, other] = [variable([1, 2]), variable([1])]
  const optimizer = new Adam()
  expect(() => optimizer.apply([], [w])).toThrow(/not as many gradients/)
  expect(() => optimizer.apply([null], [w])).toThrow(/no variable has a gradient/)
  expect(() => optimizer.apply([zeros([3])], [w])).toThrow(ShapeError)
  expect(() => optimizer.apply([zeros([1])], [other])).toThrow(/not those that the optimizer was built for/)
  expect(() => optimizer.restore(1, [])).toThrow(ArgumentError)
  expect(() => new SGD().apply([], [])).toThrow(/no variables to train/)
  expect(() => optimizer.apply([[zeros([2]), w]] as never, [w])).toThrow(
    /^Adam\.apply: the gradients are not a list of tensors[\s\S]*two lists, not one of pairs/,
  )
  expect(() => optimizer.apply(zeros([2]) as never, [w])).toThrow(/gradients are not a list of tensors/)
  for (const bad of [undefined, w, [zeros([2])]]) {
    expect(() => optimizer.apply([zeros([2])], bad as never)).toThrow(
      /^Adam\.apply: the variables are not a list of variables[\s\S]*model\.trainableVariables/,
    )
    expect(() => optimizer.minimize(() => sum(w), bad as never)).toThrow(/^Adam\.minimize: the variables/)
    expect(() => optimizer.build(bad as never)).toThrow(/^Adam\.build: the variables/)
  }
  expect(() => optimizer.minimize(sum(w) as never, [w])).toThrow(
    /^Adam\.minimize: the loss is not a function[\s\S]*minimize\(\(\) => loss, variables\)/,
  )
})
