import { ArgumentError, ShapeError, setBackend, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Softmax, type SoftmaxLayerOptions } from './softmax.ts'

setBackend(referenceBackend())

test.each([-1, 1, [1, 2]])('along %j does what every layer must do', async (axis) => {
  await runLayerTest(() => new Softmax({ axis }), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    mask: 'passes',
  })
})

test('values', () => {
  const y = new Softmax().apply(tensor([[0, Math.log(3)]])).dataSync()
  expect(y[0]).toBeCloseTo(0.25, 6)
  expect(y[1]).toBeCloseTo(0.75, 6)
  expect([...new Softmax({ axis: [1, 2] }).apply(zeros([1, 2, 2])).dataSync()]).toEqual([
    0.25, 0.25, 0.25, 0.25,
  ])
  expect(new Softmax().apply(zeros([1, 2], { dtype: 'int32' })).arraySync()).toEqual([[0.5, 0.5]])
})

describe('a mask', () => {
  test('of elements leaves them out of the sum and gives 0', () => {
    const x = tensor([
      [5, 5, Number.NaN],
      [1, 2, 3],
    ])
    const mask = tensor([
      [true, true, false],
      [false, false, false],
    ])
    expect(new Softmax().apply(x, { mask }).arraySync()).toEqual([
      [0.5, 0.5, 0],
      [0, 0, 0],
    ])
    const integers = tensor([[7, 7]], { dtype: 'int32' })
    expect(new Softmax().apply(integers, { mask: tensor([[true, false]]) }).arraySync()).toEqual([[1, 0]])
  })

  test('of steps leaves them out whole', () => {
    const mask = tensor([[true, false]])
    expect(new Softmax().apply(zeros([1, 2, 2]), { mask }).arraySync()).toEqual([
      [
        [0.5, 0.5],
        [0, 0],
      ],
    ])
    expect(new Softmax({ axis: 1 }).apply(zeros([1, 2, 2]), { mask }).arraySync()).toEqual([
      [
        [1, 1],
        [0, 0],
      ],
    ])
  })
})

test('shapes with unknown sizes', () => {
  expect(new Softmax().apply(input({ shape: [null, 2] })).shape).toEqual([null, null, 2])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Softmax, (options: SoftmaxLayerOptions) => new Softmax(options))
})

test.each([
  [{ axis: 0.5 }, /neither an axis nor a list of axes[\s\S]*axis: 0\.5/],
  [{ axis: [] }, /axis: \[\]/],
  [{ axis: 'last' as unknown as number }, /axis: "last"/],
  [{ axes: 1 } as SoftmaxLayerOptions, /unknown option "axes"/],
])('errors in the options %j', (options, message) => {
  expect(() => new Softmax(options)).toThrow(ArgumentError)
  expect(() => new Softmax(options)).toThrow(message)
})

test('an axis that the input does not have', () => {
  expect(() => new Softmax({ axis: 3 }).apply(zeros([2, 3]))).toThrow(ShapeError)
  expect(() => new Softmax({ axis: 3 }).apply(zeros([2, 3]))).toThrow(/in: Softmax/)
})
