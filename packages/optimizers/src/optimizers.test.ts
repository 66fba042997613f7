import {
  add,
  type Config,
  DisposedError,
  GradientTape,
  matmul,
  mean,
  memory,
  mul,
  random,
  setBackend,
  square,
  sub,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Adam, Muon, type OptimizerBase, RMSprop, SGD, schedules } from './index.ts'
import { type AnyOptimizerClass, everyOptimizer } from './testing/every-optimizer.ts'

beforeEach(() => setBackend(referenceBackend()))

/** Rates with which a small problem is solved in some hundred steps. */
const rates: Readonly<Record<string, number>> = {
  SGD: 0.1,
  RMSprop: 0.02,
  Adam: 0.05,
  AdamW: 0.05,
  Adamax: 0.05,
  Nadam: 0.05,
  Adagrad: 0.5,
  Adadelta: 30,
  Ftrl: 1,
  Lion: 0.01,
  Adafactor: 0.2,
  Lamb: 0.02,
  Muon: 0.02,
}

const variants: readonly (readonly [string, AnyOptimizerClass, object])[] = [
  ...everyOptimizer.map((each) => [each.className, each, {}] as const),
  ['SGD, Nesterov', SGD, { momentum: 0.9, nesterov: true }],
  ['RMSprop, centered, with momentum', RMSprop, { momentum: 0.3, centered: true }],
  ['Adam, AMSGrad', Adam, { amsgrad: true }],
  ['Muon of another name', Muon, { excludeLayers: ['kernel'] }],
]

type AnyOptions = NonNullable<ConstructorParameters<AnyOptimizerClass>[0]>

/** Everything that keeps state or makes tensors. */
const everything: AnyOptions = {
  weightDecay: 0.01,
  globalClipnorm: 1,
  useEma: true,
  emaMomentum: 0.5,
  emaOverwriteFrequency: 2,
  gradientAccumulationSteps: 2,
  lossScaleFactor: 8,
}

const shapes: readonly (readonly number[])[] = [[2, 3], [3], []]

function makeVariables(seed = 3): Variable[] {
  const generator = new random.Generator(seed)
  return tidy(() =>
    shapes.map((shape, i) =>
      variable(random.normal(shape, { generator }), { name: ['kernel', 'bias', 's'][i]! }),
    ),
  )
}

/** Gradients that depend on nothing but the step. */
function gradientsOf(step: number): Tensor[] {
  const generator = new random.Generator(1000 + step)
  return shapes.map((shape) => random.normal(shape, { generator }))
}

function takeSteps(optimizer: OptimizerBase, variables: readonly Variable[], from: number, to: number): void {
  for (let step = from; step < to; step++) tidy(() => optimizer.apply(gradientsOf(step), variables))
}

const valuesOf = (variables: readonly Tensor[]): number[][] => variables.map((each) => [...each.dataSync()])

describe.each(variants)('%s', (_name, each, own) => {
  const make = (options: AnyOptions = {}): OptimizerBase => new each({ ...own, ...options })

  test('learns a linear map', () => {
    const generator = new random.Generator(5)
    const x = random.normal([16, 3], { generator })
    const y = add(matmul(x, random.normal([3, 2], { generator })), tensor([1, -0.5]))
    const w = variable(random.normal([3, 2], { generator }))
    const b = variable([0, 0])
    const optimizer = make({ learningRate: rates[each.className]! })
    const loss = (): Tensor => mean(square(sub(add(matmul(x, w), b), y)))
    const step = (): number => {
      using value = optimizer.minimize(loss, [w, b])
      return value.dataSync()[0]!
    }
    const first = step()
    let last = first
    for (let i = 0; i < 400; i++) last = step()
    expect(last).toBeLessThan(0.02 * first)
    expect(optimizer.iterations).toBe(401)
  })

  test('leaves nothing behind in 1000 steps', () => {
    for (const [options, steps] of [
      [{}, 100],
      [everything, 1000],
    ] as const) {
      const variables = makeVariables()
      const optimizer = make(options)
      takeSteps(optimizer, variables, 0, 8)
      const before = memory()
      takeSteps(optimizer, variables, 8, 8 + steps)
      expect(memory()).toEqual(before)
    }
  })

  test('goes on bitwise from a restored state, within an accumulation too', () => {
    for (const [options, cut] of [
      [{}, 3],
      [{ useEma: true, weightDecay: 0.1 }, 4],
      [everything, 4],
      [everything, 5],
    ] as const) {
      const learningRate = new schedules.ExponentialDecay({
        initialLearningRate: 0.1,
        decaySteps: 4,
        decayRate: 0.5,
      })
      const whole = makeVariables()
      const uninterrupted = make({ ...options, learningRate })
      takeSteps(uninterrupted, whole, 0, 9)

      const part = makeVariables()
      const stopped = make({ ...options, learningRate })
      takeSteps(stopped, part, 0, cut)
      const config = JSON.parse(JSON.stringify(stopped.getConfig())) as Config
      const resumed = each.fromConfig(config)
      const copies = part.map((value) =>
        variable(tensor(value.dataSync(), { shape: value.shape }), { name: value.name }),
      )
      resumed.build(copies)
      expect(resumed.variables.map(({ name }) => name)).toEqual(stopped.variables.map(({ name }) => name))
      resumed.restore(
        stopped.stepCount,
        stopped.variables.map((value) => tensor(value.dataSync(), { shape: value.shape })),
      )
      takeSteps(resumed, copies, cut, 9)
      expect(valuesOf(copies)).toEqual(valuesOf(whole))
      expect(valuesOf(resumed.variables)).toEqual(valuesOf(uninterrupted.variables))
      expect([resumed.iterations, resumed.stepCount]).toEqual([uninterrupted.iterations, 9])
    }
  })

  test('keeps its state on the variable’s dtype, with names of its own', () => {
    const w = variable(zeros([2, 3], { dtype: 'float64' }), { name: 'kernel', path: 'dense/kernel' })
    const optimizer = make({ useEma: true, gradientAccumulationSteps: 2 })
    optimizer.build([w])
    const names = optimizer.variables.map(({ name }) => name)
    expect(names.slice(0, 2)).toEqual(['dense_kernel_average', 'dense_kernel_gradient_accumulator'])
    expect(new Set(names).size).toBe(names.length)
    expect(names.every((name) => name.startsWith('dense_kernel_'))).toBe(true)
    expect(optimizer.variables.every(({ dtype, trainable }) => dtype === 'float64' && !trainable)).toBe(true)
  })

  test('takes variables without elements', () => {
    const empty = variable(zeros([0, 2]))
    const w = variable([1, 2])
    make({ learningRate: 0.1 }).apply([zeros([0, 2]), tensor([1, -1])], [empty, w])
    expect(empty.arraySync()).toEqual([])
    expect(valuesOf([w]).flat().every(Number.isFinite)).toBe(true)
  })

  test('leaves finite values for gradients of zeros, and a learning rate of 0', () => {
    for (const learningRate of [0, 0.1]) {
      const variables = makeVariables()
      const optimizer = make({ learningRate })
      for (let step = 0; step < 3; step++)
        optimizer.apply(
          shapes.map((shape) => zeros(shape)),
          variables,
        )
      expect(valuesOf(variables).flat().every(Number.isFinite)).toBe(true)
    }
  })

  test('a tape keeps what it saw of the variables', () => {
    const w = variable([1, 2])
    const optimizer = make({ learningRate: 0.1 })
    optimizer.apply([tensor([1, 1])], [w])
    const before = [...w.dataSync()]
    const tape = new GradientTape()
    const squares = square(w)
    optimizer.apply([tensor([1, 1])], [w])
    expect([...w.dataSync()]).not.toEqual(before)
    expect([...tape.gradient(squares, w).dataSync()]).toEqual(before.map((value) => Math.fround(2 * value)))
  })

  test('applies constraints after the step', () => {
    const w = variable([1, -1], { constraint: (value) => mul(value, 0) })
    make().apply([tensor([1, 1])], [w])
    expect([...w.dataSync()].map(Math.abs)).toEqual([0, 0])
  })

  test('frees its state', () => {
    const variables = makeVariables()
    const before = memory()
    const optimizer = make(everything)
    takeSteps(optimizer, variables, 0, 4)
    optimizer.dispose()
    optimizer.dispose()
    expect(memory().tensors).toBe(before.tensors)
    expect(() => takeSteps(optimizer, variables, 4, 5)).toThrow(DisposedError)
  })
})
