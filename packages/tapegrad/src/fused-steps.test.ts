import { cpuBackend } from '@tapegrad/backend-cpu'
import {
  type Backend,
  type FloatDType,
  KernelTable,
  type Optimizer,
  random,
  type Tensor,
  variable,
  withBackend,
} from '@tapegrad/core'
import {
  Adadelta,
  Adagrad,
  Adam,
  Adamax,
  AdamW,
  Lion,
  Muon,
  Nadam,
  type OptimizerOptions,
  RMSprop,
  SGD,
} from '@tapegrad/optimizers'
import { describe, expect, test } from 'vitest'

const fused = cpuBackend()
const composed: Backend<number> = { ...fused, kernels: new KernelTable() }

const variants: readonly [string, (options: OptimizerOptions) => Optimizer][] = [
  ['SGD', (options) => new SGD(options)],
  ['SGD, momentum', (options) => new SGD({ ...options, momentum: 0.9 })],
  ['SGD, Nesterov', (options) => new SGD({ ...options, momentum: 0.9, nesterov: true })],
  ['RMSprop', (options) => new RMSprop(options)],
  ['RMSprop, momentum', (options) => new RMSprop({ ...options, momentum: 0.5 })],
  ['RMSprop, centered', (options) => new RMSprop({ ...options, centered: true })],
  ['RMSprop, both', (options) => new RMSprop({ ...options, momentum: 0.5, centered: true, rho: 0.8 })],
  ['Adam', (options) => new Adam(options)],
  ['AdamW', (options) => new AdamW({ ...options, weightDecay: 0.2 })],
  ['Adagrad', (options) => new Adagrad(options)],
  ['Adadelta', (options) => new Adadelta(options)],
  ['Adamax', (options) => new Adamax(options)],
  ['Nadam', (options) => new Nadam(options)],
  ['Lion', (options) => new Lion(options)],
  ['Muon', (options) => new Muon(options)],
  ['Adam, AMSGrad', (options) => new Adam({ ...options, amsgrad: true, beta1: 0.5, beta2: 0.9 })],
]

const common: readonly OptimizerOptions[] = [
  {},
  { weightDecay: 0.1 },
  { clipvalue: 0.5 },
  { clipnorm: 0.5 },
  { globalClipnorm: 0.5, weightDecay: 0.01 },
  { useEma: true, emaMomentum: 0.5, emaOverwriteFrequency: 2 },
  { gradientAccumulationSteps: 2 },
  { lossScaleFactor: 8 },
]

const shapes = [[7, 5], [5], [1]]

/** What variables and state hold after some steps. */
function train(backend: Backend<number>, dtype: FloatDType, optimizer: Optimizer): number[][] {
  return withBackend(backend, () => {
    const generator = new random.Generator(3)
    const draw = (shape: readonly number[]): Tensor => random.normal(shape, { generator, dtype })
    const variables = shapes.map((shape) => variable(draw(shape)))
    for (let step = 0; step < 5; step++) {
      const gradients = shapes.map(draw)
      optimizer.apply(gradients, variables)
    }
    return [...variables, ...optimizer.variables].map((each) => [...each.dataSync()])
  })
}

describe.each<FloatDType>(['float32', 'float64'])('%s', (dtype) => {
  test.each(variants)('%s: a step in one kernel gives what the composed one does', (_name, make) => {
    for (const options of common) {
      const optimizer = (): Optimizer => make({ learningRate: 0.1, ...options })
      const [actual, expected] = [fused, composed].map((backend) => train(backend, dtype, optimizer()))
      expect(actual!.length).toBe(expected!.length)
      for (const [i, values] of expected!.entries()) {
        for (const [j, value] of values.entries()) {
          const error = Math.abs(actual![i]![j]! - value)
          expect(error, JSON.stringify(options)).toBeLessThanOrEqual(1e-6 * Math.abs(value))
        }
      }
    }
  })
})
