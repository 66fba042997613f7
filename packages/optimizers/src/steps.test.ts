import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  full,
  memory,
  ones,
  ShapeError,
  setBackend,
  square,
  sum,
  type Tensor,
  tensor,
  type Variable,
  variable,
  withBackend,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { Adam, Muon, type OptimizerBase, SGD } from './index.ts'
import { everyOptimizer } from './testing/every-optimizer.ts'

beforeEach(() => setBackend(referenceBackend()))

const valuesOf = (variables: readonly Tensor[]): number[][] => variables.map((each) => [...each.dataSync()])

describe.each(everyOptimizer.map((each) => [each.className, each] as const))('%s', (name, each) => {
  test('a step that throws changes nothing', () => {
    const [w, b, foreign] = [variable(ones([2, 2])), variable([1, 2]), variable([1, 2])]
    const [gw, gb] = [ones([2, 2]), tensor([1, -1])]
    const gone = tensor([1, 1])
    gone.dispose()
    const elsewhere = withBackend(referenceBackend(), () => tensor([1, 1]))
    const bad: readonly [new (...args: never) => Error, unknown, unknown][] = [
      [ArgumentError, [], [w, b]],
      [ArgumentError, [gw], [w, b]],
      [ArgumentError, [null, null], [w, b]],
      [ArgumentError, [gw, undefined], [w, b]],
      [ArgumentError, [gw, [1, 2]], [w, b]],
      [ArgumentError, [[gw, w]], [w]],
      [ArgumentError, gw, [w]],
      [ArgumentError, [gw, gb], undefined],
      [ArgumentError, [gw, gb], [gw, gb]],
      [ArgumentError, [], []],
      [ArgumentError, [gw, gb], [w, foreign]],
      [ArgumentError, [gb, gb], [b, b]],
      [ShapeError, [gw, ones([3])], [w, b]],
      [ShapeError, [gw, ones([1, 2])], [w, b]],
      [DTypeError, [gw, tensor([1, 1], { dtype: 'int32' })], [w, b]],
      [DisposedError, [gw, gone], [w, b]],
      [BackendMismatchError, [gw, elsewhere], [w, b]],
    ]
    const optimizer = new each({ useEma: true, gradientAccumulationSteps: 2, weightDecay: 0.1 })
    const unbuilt = new each()
    optimizer.apply([gw, gb], [w, b])
    const before = valuesOf([w, b, ...optimizer.variables])
    const count = memory()
    for (const [kind, gradients, variables] of bad) {
      const act = (): void => optimizer.apply(gradients as never, variables as never)
      expect(act).toThrow(kind)
      expect(act).toThrow(new RegExp(`^${name}\\.apply: `))
    }
    expect(() => unbuilt.apply([gw, gw], [w, b])).toThrow(ShapeError)
    expect(unbuilt.variables).toEqual([])
    expect(valuesOf([w, b, ...optimizer.variables])).toEqual(before)
    expect(optimizer.stepCount).toBe(1)
    expect(memory()).toEqual(count)
  })
})

test('messages of bad steps say what to do', () => {
  const w = variable([1, 2])
  const optimizer = new Adam()
  expect(() => optimizer.apply([[zeros([2]), w]] as never, [w])).toThrow(
    /^Adam\.apply: the gradients are not a list of tensors[\s\S]*two lists, not one of pairs/,
  )
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
  expect(() => optimizer.build([variable([1], { dtype: 'int32' }) as Variable])).toThrow(DTypeError)
  const gone = variable([1])
  gone.dispose()
  expect(() => optimizer.build([gone])).toThrow(DisposedError)
})

test('minimize throws before it computes where variables are foreign, and leaves nothing where a step fails', () => {
  const [w, foreign] = [variable([1, 2]), variable([1])]
  const optimizer = new SGD({ learningRate: (step) => (step === 0 ? 0.1 : Number.NaN) })
  optimizer.minimize(() => sum(square(w)), [w]).dispose()
  const before = memory()
  const loss = (): Tensor => {
    throw new Error('computed')
  }
  expect(() => optimizer.minimize(loss, [foreign])).toThrow(/not those that the optimizer was built for/)
  expect(() => optimizer.minimize(() => sum(square(w)), [w])).toThrow(/learningRate is not a finite number/)
  expect(memory()).toEqual(before)
  expect([...w.dataSync()]).toEqual([0.8, 1.6].map(Math.fround))
})

test('takes some of the variables, in any order', () => {
  const make = (): [OptimizerBase, Variable[]] => [
    new Adam({ learningRate: 0.1 }),
    [variable([1, 2]), variable([3]), variable(5)],
  ]
  const gradients = [tensor([0.5, -1]), tensor([2]), tensor(-3)]
  const [optimizer, [a, b, c]] = make() as [OptimizerBase, [Variable, Variable, Variable]]
  optimizer.build([a, b, c])
  optimizer.apply([gradients[2]!, gradients[0]!], [c, a])
  optimizer.apply([gradients[1]!, gradients[0]!], [b, a])
  const [plain, all] = make()
  plain.apply([gradients[0]!, null, gradients[2]!], all)
  plain.apply([gradients[0]!, gradients[1]!, null], all)
  expect(valuesOf([a, b, c])).toEqual(valuesOf(all))
  expect(valuesOf(optimizer.variables)).toEqual(valuesOf(plain.variables))
})

test('a variable without a gradient stays as it is, decay and constraint included', () => {
  const [w, b] = [variable([1]), variable([2], { constraint: (value) => square(value) })]
  new SGD({ weightDecay: 0.5 }).apply([tensor([1]), null], [w, b])
  expect(b.dataSync()[0]).toBe(2)
})

test('accumulated gradients do not outlive their update', () => {
  const [w, b] = [variable([0]), variable([0])]
  const optimizer = new SGD({ learningRate: 1, gradientAccumulationSteps: 2 })
  const steps: (number | null)[][] = [
    [1, 8],
    [3, null],
    [1, 2],
    [1, 2],
  ]
  for (const step of steps)
    optimizer.apply(
      step.map((g) => (g === null ? null : tensor([g]))),
      [w, b],
    )
  // As in Keras, the 8 is lost: the variable had no gradient when the update was made.
  expect(valuesOf([w, b])).toEqual([[-3], [-2]])
  expect([optimizer.iterations, optimizer.stepCount]).toEqual([2, 4])
})

test('scaled losses give the same step and the unscaled value', () => {
  const w = variable([2])
  const value = new SGD({ learningRate: 0.1, lossScaleFactor: 1024 }).minimize(() => sum(square(w)), [w])
  expect(value.dataSync()[0]).toBe(4)
  expect(w.dataSync()[0]).toBeCloseTo(1.6, 6)
})

describe('weight decay', () => {
  test('leaves excluded variables alone, by themselves or by their names', () => {
    const [w, bias, other] = [
      variable([1], { name: 'kernel' }),
      variable([1], { name: 'dense_bias' }),
      variable([1]),
    ]
    const optimizer = new SGD({ learningRate: 0.1, weightDecay: 0.5 })
    optimizer.excludeFromWeightDecay([other])
    optimizer.excludeFromWeightDecay(['bias'])
    optimizer.apply([zeros([1]), zeros([1]), zeros([1])], [w, bias, other])
    expect(valuesOf([w, bias, other]).flat()).toEqual([Math.fround(0.95), 1, 1])
  })

  test('of Muon is another one for what Adam changes', () => {
    const [w, b, head, embedding] = [
      variable(ones([2, 2]), { name: 'kernel' }),
      variable([1], { name: 'bias' }),
      variable(ones([2, 2]), { name: 'kernel', path: 'head/kernel' }),
      variable(ones([2, 2]), { name: 'Embeddings' }),
    ]
    const all = [w, b, head, embedding]
    const options = { learningRate: 0.5, weightDecay: 0.5, adamWeightDecay: 0.25, excludeLayers: ['head'] }
    const optimizer = new Muon(options)
    optimizer.apply(
      all.map((each) => zeros(each.shape)),
      all,
    )
    expect(all.map((each) => each.dataSync()[0])).toEqual([0.75, 0.875, 0.875, 0.875])
    expect(optimizer.variables.filter(({ name }) => name.endsWith('velocity'))).toHaveLength(3)
  })

  test('refuses exclusions that are neither variables nor texts', () => {
    const optimizer = new SGD()
    for (const bad of ['bias', [''], [3], undefined]) {
      expect(() => optimizer.excludeFromWeightDecay(bad as never)).toThrow(ArgumentError)
    }
  })
})

describe('clipping', () => {
  test('by the global norm shows an overflow as NaN', () => {
    const w = variable([1, 1])
    new SGD({ globalClipnorm: 1 }).apply([full([2], Infinity)], [w])
    expect([...w.dataSync()].every(Number.isNaN)).toBe(true)
  })

  test.each(['clipnorm', 'clipvalue', 'globalClipnorm'])('%s of 0 is none, as in Keras', (option) => {
    const w = variable([1, 1])
    new SGD({ learningRate: 1, [option]: 0 }).apply([tensor([30, 40])], [w])
    expect([...w.dataSync()]).toEqual([-29, -39])
  })

  test('bounds each norm, each value, or the norm of all', () => {
    const clipped = (options: object): number[] => {
      const [w, b] = [variable([0, 0]), variable([0])]
      new SGD({ learningRate: 1, ...options }).apply([tensor([-3, -4]), tensor([-12])], [w, b])
      return valuesOf([w, b]).flat()
    }
    expect(clipped({ clipnorm: 5 })).toEqual([3, 4, 5])
    expect(clipped({ clipvalue: 3.5 })).toEqual([3, 3.5, 3.5])
    clipped({ globalClipnorm: 6.5 }).forEach((value, i) => expect(value).toBeCloseTo([1.5, 2, 6][i]!, 5))
    expect(clipped({ globalClipnorm: 14 })).toEqual([3, 4, 12])
  })
})

describe('moving averages', () => {
  const train = (): { optimizer: OptimizerBase; w: Variable } => {
    const w = variable([4])
    const optimizer = new SGD({ learningRate: 1, useEma: true, emaMomentum: 0.5 })
    optimizer.apply([tensor([2])], [w])
    optimizer.apply([tensor([-4])], [w])
    return { optimizer, w }
  }

  test('begin with the first values and become final ones', () => {
    const { optimizer, w } = train()
    expect(valuesOf([w, ...optimizer.movingAverages])).toEqual([[6], [4]])
    optimizer.finalizeVariableValues()
    expect(w.dataSync()[0]).toBe(4)
  })

  test('are exchanged with the variables and back, without a tensor left', () => {
    const { optimizer, w } = train()
    const before = memory()
    optimizer.swapMovingAverages()
    expect(valuesOf([w, ...optimizer.movingAverages])).toEqual([[4], [6]])
    optimizer.swapMovingAverages()
    expect(valuesOf([w, ...optimizer.movingAverages])).toEqual([[6], [4]])
    expect(memory()).toEqual(before)
  })

  test('are not there without useEma', () => {
    const optimizer = new SGD()
    expect(optimizer.movingAverages).toEqual([])
    expect(() => optimizer.swapMovingAverages()).toThrow(/keeps no moving averages[\s\S]*useEma: true/)
    optimizer.finalizeVariableValues()
  })
})

describe('restore', () => {
  test('takes all of a state or nothing', () => {
    const w = variable([1, 2])
    const optimizer = new Adam()
    optimizer.apply([tensor([1, 1])], [w])
    const before = valuesOf(optimizer.variables)
    const bad: readonly [unknown, unknown][] = [
      [1, []],
      [1, undefined],
      [1, [ones([2]), ones([3])]],
      [1, [ones([2]), [1, 2]]],
      [-1, [ones([2]), ones([2])]],
      [1.5, [ones([2]), ones([2])]],
      [Number.NaN, [ones([2]), ones([2])]],
    ]
    for (const [count, values] of bad) {
      expect(() => optimizer.restore(count as never, values as never)).toThrow(/^Adam\.restore: /)
    }
    expect(valuesOf(optimizer.variables)).toEqual(before)
    expect(optimizer.stepCount).toBe(1)
  })
})
