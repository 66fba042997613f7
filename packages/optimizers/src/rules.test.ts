import { random, setBackend, type Tensor, tensor, variable } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
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
  type OptimizerBase,
  RMSprop,
  SGD,
} from './index.ts'
import { everyOptimizer } from './testing/every-optimizer.ts'

// The rules once more, as the papers and Keras's documentation have them, in plain loops over float64 numbers.

beforeEach(() => setBackend(referenceBackend()))

type State = Record<string, number[]>

interface Step {
  readonly w: number[]
  readonly g: readonly number[]
  readonly shape: readonly number[]
  readonly lr: number
  readonly t: number
  readonly state: State
}

type PlainRule = (step: Step) => void

const at = (state: State, name: string, size: number, initial = 0): number[] =>
  (state[name] ??= new Array<number>(size).fill(initial))

const sgd =
  (momentum: number, nesterov: boolean): PlainRule =>
  ({ w, g, lr, state }) => {
    const velocity = at(state, 'v', w.length)
    for (let i = 0; i < w.length; i++) {
      velocity[i] = momentum * velocity[i]! - lr * g[i]!
      w[i]! += nesterov ? momentum * velocity[i]! - lr * g[i]! : velocity[i]!
    }
  }

const rmsprop =
  (rho: number, momentum: number, epsilon: number, centered: boolean): PlainRule =>
  ({ w, g, lr, state }) => {
    const [v, a, m] = ['v', 'a', 'm'].map((name) => at(state, name, w.length)) as [
      number[],
      number[],
      number[],
    ]
    for (let i = 0; i < w.length; i++) {
      v[i] = rho * v[i]! + (1 - rho) * g[i]! ** 2
      a[i] = rho * a[i]! + (1 - rho) * g[i]!
      const d = centered ? v[i]! - a[i]! ** 2 : v[i]!
      m[i] = momentum * m[i]! + (lr * g[i]!) / Math.sqrt(d + epsilon)
      w[i]! -= m[i]!
    }
  }

const adam =
  (beta1: number, beta2: number, epsilon: number, amsgrad = false): PlainRule =>
  ({ w, g, lr, t, state }) => {
    const [m, v, h] = ['m', 'v', 'h'].map((name) => at(state, name, w.length)) as [
      number[],
      number[],
      number[],
    ]
    for (let i = 0; i < w.length; i++) {
      m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2
      h[i] = Math.max(h[i]!, v[i]!)
      const root = Math.sqrt(amsgrad ? h[i]! : v[i]!)
      w[i]! -= (((lr * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t)) * m[i]!) / (root + epsilon)
    }
  }

const adamax =
  (beta1: number, beta2: number, epsilon: number): PlainRule =>
  ({ w, g, lr, t, state }) => {
    const [m, u] = ['m', 'u'].map((name) => at(state, name, w.length)) as [number[], number[]]
    for (let i = 0; i < w.length; i++) {
      m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!
      u[i] = Math.max(beta2 * u[i]!, Math.abs(g[i]!))
      w[i]! -= ((lr / (1 - beta1 ** t)) * m[i]!) / (u[i]! + epsilon)
    }
  }

const nadam =
  (beta1: number, beta2: number, epsilon: number): PlainRule =>
  ({ w, g, lr, t, state }) => {
    const [m, v] = ['m', 'v'].map((name) => at(state, name, w.length)) as [number[], number[]]
    const product = at(state, 'product', 1, 1)
    const mu = beta1 * (1 - 0.5 * 0.96 ** t)
    const next = beta1 * (1 - 0.5 * 0.96 ** (t + 1))
    product[0]! *= mu
    for (let i = 0; i < w.length; i++) {
      m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2
      const mean = (next * m[i]!) / (1 - product[0]! * next) + ((1 - mu) * g[i]!) / (1 - product[0]!)
      w[i]! -= (lr * mean) / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + epsilon)
    }
  }

const adagrad =
  (initial: number, epsilon: number): PlainRule =>
  ({ w, g, lr, state }) => {
    const n = at(state, 'n', w.length, initial)
    for (let i = 0; i < w.length; i++) {
      n[i]! += g[i]! ** 2
      w[i]! -= (lr * g[i]!) / Math.sqrt(n[i]! + epsilon)
    }
  }

const adadelta =
  (rho: number, epsilon: number): PlainRule =>
  ({ w, g, lr, state }) => {
    const [n, x] = ['n', 'x'].map((name) => at(state, name, w.length)) as [number[], number[]]
    for (let i = 0; i < w.length; i++) {
      n[i] = rho * n[i]! + (1 - rho) * g[i]! ** 2
      const delta = (Math.sqrt(x[i]! + epsilon) / Math.sqrt(n[i]! + epsilon)) * g[i]!
      x[i] = rho * x[i]! + (1 - rho) * delta ** 2
      w[i]! -= lr * delta
    }
  }

const ftrl =
  (power: number, initial: number, l1: number, l2: number, shrinkage: number, beta: number): PlainRule =>
  ({ w, g, lr, state }) => {
    const n = at(state, 'n', w.length, initial)
    const z = at(state, 'z', w.length)
    for (let i = 0; i < w.length; i++) {
      const before = n[i]!
      n[i] = before + g[i]! ** 2
      const sigma = (n[i]! ** -power - before ** -power) / lr
      z[i]! += g[i]! + 2 * shrinkage * w[i]! - sigma * w[i]!
      const pull = Math.sign(z[i]!) * l1 - z[i]!
      w[i] = Math.abs(z[i]!) <= l1 ? 0 : pull / (n[i]! ** -power / lr + 2 * l2 + beta / lr)
    }
  }

const lion =
  (beta1: number, beta2: number): PlainRule =>
  ({ w, g, lr, state }) => {
    const m = at(state, 'm', w.length)
    for (let i = 0; i < w.length; i++) {
      w[i]! -= lr * Math.sign(beta1 * m[i]! + (1 - beta1) * g[i]!)
      m[i] = beta2 * m[i]! + (1 - beta2) * g[i]!
    }
  }

const rms = (x: readonly number[]): number =>
  Math.sqrt(x.reduce((sum, each) => sum + each ** 2, 0) / x.length)

const adafactor =
  (decay: number, epsilon1: number, epsilon2: number, threshold: number): PlainRule =>
  ({ w, g, shape, lr, t, state }) => {
    const beta = 1 - t ** decay
    const squares = g.map((each) => each ** 2 + epsilon1)
    let v: number[]
    if (shape.length < 2) {
      v = at(state, 'v', w.length)
      for (let i = 0; i < w.length; i++) v[i] = beta * v[i]! + (1 - beta) * squares[i]!
    } else {
      const [rows, columns] = shape.slice(-2) as [number, number]
      const matrices = w.length / rows / columns
      const r = at(state, 'r', matrices * rows)
      const c = at(state, 'c', matrices * columns)
      v = new Array<number>(w.length)
      for (let k = 0; k < matrices; k++) {
        const index = (i: number, j: number): number => (k * rows + i) * columns + j
        for (let i = 0; i < rows; i++) {
          let mean = 0
          for (let j = 0; j < columns; j++) mean += squares[index(i, j)]! / columns
          r[k * rows + i] = beta * r[k * rows + i]! + (1 - beta) * mean
        }
        for (let j = 0; j < columns; j++) {
          let mean = 0
          for (let i = 0; i < rows; i++) mean += squares[index(i, j)]! / rows
          c[k * columns + j] = beta * c[k * columns + j]! + (1 - beta) * mean
        }
        const own = r.slice(k * rows, (k + 1) * rows)
        const meanOfRows = own.reduce((sum, each) => sum + each, 0) / rows
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < columns; j++) v[index(i, j)] = (own[i]! / meanOfRows) * c[k * columns + j]!
      }
    }
    const u = g.map((each, i) => each / Math.sqrt(v[i]!))
    const alpha = Math.max(epsilon2, rms(w)) * Math.min(lr, 1 / Math.sqrt(t))
    const bound = Math.max(1, rms(u) / threshold)
    for (let i = 0; i < w.length; i++) w[i]! -= (alpha * u[i]!) / bound
  }

const lamb =
  (beta1: number, beta2: number, epsilon: number): PlainRule =>
  ({ w, g, lr, t, state }) => {
    const [m, v] = ['m', 'v'].map((name) => at(state, name, w.length)) as [number[], number[]]
    const u: number[] = []
    for (let i = 0; i < w.length; i++) {
      m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!
      v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! ** 2
      u.push(m[i]! / (1 - beta1 ** t) / (Math.sqrt(v[i]! / (1 - beta2 ** t)) + epsilon))
    }
    const ratio = Math.hypot(...w) > 0 && Math.hypot(...u) > 0 ? Math.hypot(...w) / Math.hypot(...u) : 1
    for (let i = 0; i < w.length; i++) w[i]! -= lr * ratio * u[i]!
  }

type Matrix = number[][]
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, each, k) => sum + each * b[k]![j]!, 0)))
const transposed = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!))

const muon =
  (momentum: number, nesterov: boolean, steps: number, rate: number | null): PlainRule =>
  (step) => {
    const { w, g, shape, lr, state } = step
    if (shape.length !== 2) {
      adam(0.9, 0.999, 1e-7)(step)
      return
    }
    const [rows, columns] = shape as [number, number]
    const m = at(state, 'm', w.length)
    for (let i = 0; i < w.length; i++) m[i] = momentum * m[i]! + g[i]!
    const u = m.map((each, i) => (nesterov ? g[i]! + momentum * each : each))
    const norm = Math.hypot(...u) + 1e-7
    let x: Matrix = Array.from({ length: rows }, (_, i) =>
      u.slice(i * columns, (i + 1) * columns).map((each) => each / norm),
    )
    if (rows > columns) x = transposed(x)
    for (let k = 0; k < steps; k++) {
      const a = product(x, transposed(x))
      const aa = product(a, a)
      const b = a.map((row, i) => row.map((each, j) => -4.775 * each + 2.0315 * aa[i]![j]!))
      const bx = product(b, x)
      x = x.map((row, i) => row.map((each, j) => 3.4445 * each + bx[i]![j]!))
    }
    if (rows > columns) x = transposed(x)
    const scale = rate === null ? 1 : rate * Math.sqrt(Math.max(rows, columns))
    x.flat().forEach((each, i) => {
      w[i]! -= lr * scale * each
    })
  }

interface Case {
  readonly name: string
  readonly make: () => OptimizerBase
  readonly rule: PlainRule
  readonly lr: number
  readonly decay?: (shape: readonly number[]) => number
}

const cases: readonly Case[] = [
  { name: 'SGD', make: () => new SGD({ learningRate: 0.1 }), rule: sgd(0, false), lr: 0.1 },
  {
    name: 'SGD with momentum',
    make: () => new SGD({ learningRate: 0.1, momentum: 0.7 }),
    rule: sgd(0.7, false),
    lr: 0.1,
  },
  {
    name: 'SGD, Nesterov',
    make: () => new SGD({ learningRate: 0.1, momentum: 0.7, nesterov: true, weightDecay: 0.2 }),
    rule: sgd(0.7, true),
    lr: 0.1,
    decay: () => 0.2,
  },
  { name: 'RMSprop', make: () => new RMSprop(), rule: rmsprop(0.9, 0, 1e-7, false), lr: 0.001 },
  {
    name: 'RMSprop, centered, with momentum',
    make: () => new RMSprop({ learningRate: 0.1, rho: 0.6, momentum: 0.4, epsilon: 0.01, centered: true }),
    rule: rmsprop(0.6, 0.4, 0.01, true),
    lr: 0.1,
  },
  { name: 'Adam', make: () => new Adam(), rule: adam(0.9, 0.999, 1e-7), lr: 0.001 },
  {
    name: 'Adam, AMSGrad',
    make: () => new Adam({ learningRate: 0.1, beta1: 0.5, beta2: 0.6, epsilon: 0.01, amsgrad: true }),
    rule: adam(0.5, 0.6, 0.01, true),
    lr: 0.1,
  },
  { name: 'AdamW', make: () => new AdamW(), rule: adam(0.9, 0.999, 1e-7), lr: 0.001, decay: () => 0.004 },
  { name: 'Adamax', make: () => new Adamax(), rule: adamax(0.9, 0.999, 1e-7), lr: 0.001 },
  {
    name: 'Adamax with options',
    make: () => new Adamax({ learningRate: 0.2, beta1: 0.5, beta2: 0.6, epsilon: 0.1 }),
    rule: adamax(0.5, 0.6, 0.1),
    lr: 0.2,
  },
  { name: 'Nadam', make: () => new Nadam(), rule: nadam(0.9, 0.999, 1e-7), lr: 0.001 },
  {
    name: 'Nadam with options',
    make: () => new Nadam({ learningRate: 0.2, beta1: 0.99, beta2: 0.6, epsilon: 0.1 }),
    rule: nadam(0.99, 0.6, 0.1),
    lr: 0.2,
  },
  { name: 'Adagrad', make: () => new Adagrad(), rule: adagrad(0.1, 1e-7), lr: 0.001 },
  {
    name: 'Adagrad with options',
    make: () => new Adagrad({ learningRate: 0.4, initialAccumulatorValue: 0, epsilon: 0.1 }),
    rule: adagrad(0, 0.1),
    lr: 0.4,
  },
  { name: 'Adadelta', make: () => new Adadelta(), rule: adadelta(0.95, 1e-7), lr: 0.001 },
  {
    name: 'Adadelta with options',
    make: () => new Adadelta({ learningRate: 1, rho: 0.6, epsilon: 0.1 }),
    rule: adadelta(0.6, 0.1),
    lr: 1,
  },
  { name: 'Ftrl', make: () => new Ftrl(), rule: ftrl(-0.5, 0.1, 0, 0, 0, 0), lr: 0.001 },
  {
    name: 'Ftrl with options',
    make: () =>
      new Ftrl({
        learningRate: 0.5,
        learningRatePower: -0.3,
        initialAccumulatorValue: 0.2,
        l1RegularizationStrength: 0.6,
        l2RegularizationStrength: 0.1,
        l2ShrinkageRegularizationStrength: 0.05,
        beta: 0.3,
      }),
    rule: ftrl(-0.3, 0.2, 0.6, 0.1, 0.05, 0.3),
    lr: 0.5,
  },
  { name: 'Lion', make: () => new Lion(), rule: lion(0.9, 0.99), lr: 0.001 },
  {
    name: 'Lion with options',
    make: () => new Lion({ learningRate: 0.1, beta1: 0.4, beta2: 0.5, weightDecay: 0.3 }),
    rule: lion(0.4, 0.5),
    lr: 0.1,
    decay: () => 0.3,
  },
  { name: 'Adafactor', make: () => new Adafactor(), rule: adafactor(-0.8, 1e-30, 1e-3, 1), lr: 0.001 },
  {
    name: 'Adafactor with options',
    make: () =>
      new Adafactor({
        learningRate: 0.7,
        beta2Decay: -0.5,
        epsilon1: 0.01,
        epsilon2: 0.9,
        clipThreshold: 0.6,
      }),
    rule: adafactor(-0.5, 0.01, 0.9, 0.6),
    lr: 0.7,
  },
  { name: 'Lamb', make: () => new Lamb(), rule: lamb(0.9, 0.999, 1e-7), lr: 0.001 },
  {
    name: 'Lamb with options',
    make: () => new Lamb({ learningRate: 0.1, beta1: 0.4, beta2: 0.5, epsilon: 0.1, weightDecay: 0.3 }),
    rule: lamb(0.4, 0.5, 0.1),
    lr: 0.1,
    decay: () => 0.3,
  },
  { name: 'Muon', make: () => new Muon(), rule: muon(0.95, true, 5, 0.2), lr: 0.001, decay: () => 0.004 },
  {
    name: 'Muon with options',
    make: () =>
      new Muon({
        learningRate: 0.1,
        momentum: 0.5,
        nesterov: false,
        nsSteps: 3,
        rmsRate: null,
        weightDecay: 0.3,
        adamWeightDecay: null,
      }),
    rule: muon(0.5, false, 3, null),
    lr: 0.1,
    decay: (shape) => (shape.length === 2 ? 0.3 : 0),
  },
]

test('there is a plain rule for every optimizer', () => {
  const names = cases.map(({ make }) => make().className)
  expect(new Set(names)).toEqual(new Set(everyOptimizer.map(({ className }) => className)))
})

describe.each(cases)('$name', ({ make, rule, lr, decay }) => {
  const shapes: readonly (readonly number[])[] = [[], [3], [2, 3], [4, 2], [2, 2, 3]]

  test('takes the steps of the plain rule', () => {
    const generator = new random.Generator(7)
    const draw = (shape: readonly number[]): Tensor => random.normal(shape, { generator, dtype: 'float64' })
    const optimizer = make()
    const variables = shapes.map((shape) => variable(draw(shape)))
    const plain = variables.map((each) => [...each.dataSync()])
    const states: State[] = shapes.map(() => ({}))
    for (let t = 1; t <= 6; t++) {
      const gradients = shapes.map(draw)
      optimizer.apply(gradients, variables)
      shapes.forEach((shape, k) => {
        const w = plain[k]!
        for (let i = 0; i < w.length; i++) w[i]! -= w[i]! * (decay?.(shape) ?? 0) * lr
        rule({ w, g: [...gradients[k]!.dataSync()], shape, lr, t, state: states[k]! })
        const actual = [...variables[k]!.dataSync()]
        for (const [i, value] of w.entries()) {
          expect(Math.abs(actual[i]! - value), `step ${t}, [${shape}]`).toBeLessThan(1e-11)
        }
      })
    }
  })

  test('keeps infinite and NaN gradients from other variables', () => {
    const variables = [variable([1, 2]), variable([1, 2])]
    const alone = variable([1, 2])
    const g = tensor([0.5, -1])
    make().apply([g, tensor([Number.NaN, Infinity])], variables)
    make().apply([g], [alone])
    expect([...variables[0]!.dataSync()]).toEqual([...alone.dataSync()])
  })
})
