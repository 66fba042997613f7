import {
  ArgumentError,
  abs,
  BackendMismatchError,
  DTypeError,
  max,
  maximum,
  memory,
  mul,
  ones,
  ShapeError,
  scalar,
  setBackend,
  sub,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
  variable,
  withBackend,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import * as metrics from './index.ts'

setBackend(referenceBackend())

function resultOf(metric: metrics.Metric): number {
  using result = metric.result()
  expect(result.shape).toEqual([])
  return result.dataSync()[0]!
}

const stateOf = (metric: metrics.Metric): readonly number[] =>
  metric.variables.map((each) => each.dataSync()[0]!)

describe('state', () => {
  const [t, p] = [tensor([[0], [1]]), tensor([[0.25], [1]])]

  test('lies in variables that are not trained, from the first batch to a reset', () => {
    const before = memory()
    using metric = new metrics.MeanAbsoluteError()
    expect(metric.variables).toEqual([])
    metric.updateState(t, p)
    expect(metric.variables.map(({ name, trainable, dtype }) => ({ name, trainable, dtype }))).toEqual([
      { name: 'mean_absolute_error/total', trainable: false, dtype: 'float32' },
      { name: 'mean_absolute_error/count', trainable: false, dtype: 'float32' },
    ])
    expect(memory().tensors).toBe(before.tensors + 2)
    expect(resultOf(metric)).toBe(0.125)
    metric.resetState()
    expect(memory()).toEqual(before)
    expect(resultOf(metric)).toBe(0)
    metric.updateState(t, t)
    expect(resultOf(metric)).toBe(0)
    metric.dispose()
    expect(memory()).toEqual(before)
  })

  test('does not grow with the number of batches', () => {
    using metric = new metrics.BinaryCrossentropy()
    metric.updateState(t, p)
    const after = memory()
    for (let i = 0; i < 50; i++) {
      metric.updateState(t, p, { sampleWeight: t, mask: t })
      metric.result().dispose()
    }
    expect(memory()).toEqual(after)
  })

  test('survives the scope that updates it', () => {
    using metric = new metrics.MeanSquaredError()
    tidy(() => metric.updateState(t, tensor([[2], [3]])))
    expect(resultOf(metric)).toBe(4)
  })

  test('is not changed by an error, which leaves nothing', () => {
    using metric = new metrics.MeanSquaredError()
    metric.updateState(t, p)
    const [state, wrong] = [stateOf(metric), ones([3])]
    const before = memory()
    expect(() => metric.updateState(t, wrong)).toThrow(ShapeError)
    expect(() => metric.updateState(t, p, { sampleWeight: wrong })).toThrow(ShapeError)
    expect(() => metric.updateState(t, p, { mask: wrong })).toThrow(/mask does not fit/)
    expect(memory()).toEqual(before)
    expect(stateOf(metric)).toEqual(state)
  })

  test('has no part in gradients', () => {
    using metric = new metrics.MeanAbsoluteError()
    const w = variable([[3]])
    const run = valueAndGrad((): Tensor => {
      const loss = abs(w)
      metric.updateState(t, mul(p, w))
      return loss
    })
    tidy(() => expect(run([w]).grads[0]!.dataSync()).toEqual(new Float32Array([1])))
    expect(resultOf(metric)).toBeCloseTo((0.75 + 2) / 2, 6)
    w.dispose()
  })

  test('lives where the predictions do, and does not move', () => {
    using metric = new metrics.MeanAbsoluteError()
    const elsewhere = referenceBackend()
    const [a, b] = withBackend(elsewhere, () => [tensor([[1]]), tensor([[2]])] as const)
    metric.updateState(a, b)
    expect(metric.variables.every((each) => each.storage.backend === elsewhere)).toBe(true)
    expect(() => metric.updateState(t, p)).toThrow(BackendMismatchError)
    metric.resetState()
    metric.updateState(t, p)
    expect(resultOf(metric)).toBe(0.125)
  })

  test('may be of double precision', () => {
    using metric = new metrics.MeanAbsoluteError({ dtype: 'float64' })
    metric.updateState(t, p)
    using result = metric.result()
    expect(result.dtype).toBe('float64')
    metric.resetState()
    using none = metric.result()
    expect(none.dtype).toBe('float64')
  })
})

test.each([
  ['accuracy', 1],
  ['binaryAccuracy', 1],
  ['binaryCrossentropy', Math.log(1 / 0.75)],
  ['categoricalAccuracy', 1],
  ['categoricalCrossentropy', Math.log(1 / 0.75)],
  ['meanSquaredError', 0.0625],
  ['rootMeanSquaredError', 0.25],
  ['sparseCategoricalAccuracy', 1],
  ['sparseCategoricalCrossentropy', Math.log(1 / 0.75)],
  ['sparseTopKCategoricalAccuracy', 1],
  ['topKCategoricalAccuracy', 1],
] as const)('%s reads nothing from the device but its result', async (name, expected) => {
  using metric = metrics.get(name)
  const result = withBackend(unreadableBackend(), () =>
    tidy(() => {
      const [rows, p] = [tensor([[0, 1]]), tensor([[0.25, 0.75]])]
      const yTrue = name.startsWith('sparse') ? tensor([1]) : rows
      metric.updateState(yTrue, name === 'accuracy' ? rows : p, { sampleWeight: ones([1]), mask: ones([1]) })
      return metric.result()
    }),
  )
  expect((await result.data())[0]).toBeCloseTo(expected, 6)
  result.dispose()
})

describe('metrics of one’s own', () => {
  class Largest extends metrics.Metric {
    static override readonly className: string = 'Largest'
    readonly largest = this.addVariable('largest')
    override updateState(_yTrue: Tensor, yPred: Tensor): void {
      tidy(() => {
        const largest = this.largest.on(yPred.storage.backend)
        largest.assign(maximum(largest, max(yPred)))
      })
    }
    override result(): Tensor {
      return mul(this.largest.variable ?? scalar(0), 1)
    }
  }

  test('with a state of their own', () => {
    using metric = new Largest({ name: 'peak' })
    const x = tensor([1, 5, 2])
    metric.updateState(x, x)
    expect([metric.name, resultOf(metric)]).toEqual(['peak', 5])
    metric.resetState()
    expect(metric.variables).toEqual([])
    expect(new Largest().name).toBe('largest')
  })

  test('as a mean, or a function', () => {
    class Distance extends metrics.MeanMetric {
      override call(t: Tensor, p: Tensor): Tensor {
        return abs(sub(t, p))
      }
    }
    const distance = (t: Tensor, p: Tensor): Tensor => abs(sub(t, p))
    for (const metric of [new Distance({ name: 'distance' }), metrics.get(distance)]) {
      metric.updateState(tensor([1, 2]), tensor([3, 3]))
      expect([metric.name, resultOf(metric)]).toEqual(['distance', 1.5])
      metric.dispose()
    }
  })
})

describe('errors', () => {
  const values = ones([2])

  test.each<[unknown, new (...args: never[]) => Error, RegExp]>([
    [{ nam: 'x' }, ArgumentError, /did you mean name\?/],
    [{ name: '' }, ArgumentError, /name is no text/],
    [{ name: 3 }, ArgumentError, /name is no text/],
    [{ dtype: 'int32' }, DTypeError, /not one of fractions/],
    ['accuracy', ArgumentError, /options are not an object/],
  ])('of the options %j', (options, type, message) => {
    for (const Class of [
      metrics.Mean,
      metrics.Accuracy,
      metrics.TopKCategoricalAccuracy,
      metrics.MeanSquaredError,
    ]) {
      const make = (): unknown => new Class(options as never)
      expect(make).toThrow(type)
      expect(make).toThrow(message)
    }
  })

  test('of what is no tensor or no function', () => {
    using metric = new metrics.MeanSquaredError()
    expect(() => metric.updateState([1] as never, values)).toThrow(/yTrue is not a tensor/)
    expect(() => metric.updateState(values, null as never)).toThrow(ArgumentError)
    expect(() => metric.updateState(values, values, { sampleWeight: [1] as never })).toThrow(
      /sampleWeight is not a tensor/,
    )
    expect(() => new metrics.MeanMetricWrapper({ fn: 'mse' as never })).toThrow(/fn is not a function/)
    using broken = new metrics.MeanMetricWrapper({ fn: (() => 3) as never })
    expect(() => broken.updateState(values, values)).toThrow(/the function gave no tensor/)
  })

  test('of misspelt weights', () => {
    for (const metric of [new metrics.MeanSquaredError(), new metrics.Mean(), new metrics.Sum()]) {
      const given = metric instanceof metrics.MeanSquaredError ? [values, values] : [values]
      const update = (weighting: unknown): unknown =>
        metric.updateState(...([...given, weighting] as never as [Tensor, Tensor]))
      expect(() => update({ sampleWeights: values })).toThrow(ArgumentError)
      expect(() => update({ sampleWeights: values })).toThrow(/did you mean sampleWeight\?/)
      expect(() => update(null)).toThrow(/options are not an object/)
      expect(metric.variables).toEqual([])
    }
  })
})
