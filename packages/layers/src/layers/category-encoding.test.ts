import { ArgumentError, grad, ShapeError, setBackend, sum, type Tensor, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import type { AnyLayer, Layer } from '../engine/layer.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { CategoryEncoding, type CategoryEncodingOptions } from './category-encoding.ts'
import { Dense } from './dense.ts'

setBackend(referenceBackend())

const modes = ['multiHot', 'oneHot', 'count'] as const

const int32 = (values: number[] | number[][]): Tensor => tensor(values, { dtype: 'int32' })

test.each(modes)('%s does what every layer must do', async (outputMode) => {
  // Of the two kinds of input, the test gives one tensor.
  await runLayerTest(() => new CategoryEncoding({ numTokens: 5, outputMode }) as AnyLayer as Layer, {
    inputShape: [2, 3],
    outputShape: outputMode === 'oneHot' ? [2, 3, 5] : [2, 5],
    indices: 5,
    mask: 'dropped',
  })
})

describe('values', () => {
  const encode = (outputMode: (typeof modes)[number], tokens: Tensor): unknown =>
    new CategoryEncoding({ numTokens: 3, outputMode }).apply(tokens).arraySync()

  test('oneHot', () => {
    const rows = [
      [1, 0, 0],
      [0, 0, 1],
    ]
    expect(encode('oneHot', int32([0, 2]))).toEqual(rows)
    expect(encode('oneHot', int32([[0], [2]]))).toEqual(rows)
    expect(encode('oneHot', int32([[0, 2]]))).toEqual([rows])
  })

  test('multiHot', () => {
    expect(
      encode(
        'multiHot',
        int32([
          [0, 2, 2],
          [1, 1, 1],
        ]),
      ),
    ).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ])
    expect(encode('multiHot', int32([0, 2]))).toEqual([1, 0, 1])
    expect(encode('multiHot', zeros([2, 0]))).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
  })

  test('count', () => {
    expect(
      encode(
        'count',
        int32([
          [0, 2, 2],
          [1, 1, 1],
        ]),
      ),
    ).toEqual([
      [1, 0, 2],
      [0, 3, 0],
    ])
  })

  test('fractions are cut off, tokens out of range left out', () => {
    expect(encode('count', tensor([[0.9, 2, -1, 3]]))).toEqual([[1, 0, 1]])
  })

  test('weights are summed, and get gradients', () => {
    const layer = new CategoryEncoding({ numTokens: 3, outputMode: 'count' })
    const tokens = int32([[0, 2, 2, 7]])
    const weights = tensor([[0.5, 1, 2, 3]])
    expect(layer.apply([tokens, weights]).arraySync()).toEqual([[0.5, 0, 3]])
    expect(grad((w: Tensor) => sum(layer.apply([tokens, w])))(weights).arraySync()).toEqual([[1, 1, 1, 0]])
    expect(layer.apply([input({ shape: [null] }), input({ shape: [4] })]).shape).toEqual([null, 3])
  })
})

test('in a model', () => {
  const model = new Sequential([new CategoryEncoding({ numTokens: 3 }), new Dense({ units: 2 })])
  expect(model.apply(int32([[0, 1]])).shape).toEqual([1, 2])
})

test('shapes with unknown sizes', () => {
  const shapeOf = (outputMode: (typeof modes)[number], shape: (number | null)[]): unknown =>
    new CategoryEncoding({ numTokens: 3, outputMode }).apply(input({ shape })).shape
  expect(shapeOf('multiHot', [null])).toEqual([null, 3])
  expect(shapeOf('count', [4])).toEqual([null, 3])
  expect(shapeOf('oneHot', [null])).toEqual([null, null, 3])
  expect(shapeOf('oneHot', [1])).toEqual([null, 3])
  expect(shapeOf('oneHot', [])).toEqual([null, 3])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(CategoryEncoding, (options: CategoryEncodingOptions) => new CategoryEncoding(options))
  const old = CategoryEncoding.fromConfig({ num_tokens: 2, output_mode: 'binary' })
  expect(old.outputMode).toBe('multiHot')
  expect(() => CategoryEncoding.fromConfig({ num_tokens: 2, sparse: true })).toThrow(/not supported/)
})

describe('errors', () => {
  test.each([
    [{ numTokens: 0 }, /numTokens is not a whole number above 0[\s\S]*numTokens: 0/],
    [{} as CategoryEncodingOptions, /numTokens: undefined/],
    [{ numTokens: 2, outputMode: 'multi_hot' as 'multiHot' }, /unknown outputMode[\s\S]*"multiHot"/],
    [{ numTokens: 2, sparse: true } as CategoryEncodingOptions, /unknown option "sparse"/],
  ])('in the options %j', (options, message) => {
    expect(() => new CategoryEncoding(options)).toThrow(ArgumentError)
    expect(() => new CategoryEncoding(options)).toThrow(message)
  })

  test('in the input', () => {
    const count = new CategoryEncoding({ numTokens: 2, outputMode: 'count' })
    expect(() => count.apply([zeros([2, 3]), zeros([2, 2])])).toThrow(ShapeError)
    expect(() => count.apply([zeros([2, 3]), zeros([2])])).toThrow(/another shape than the tokens/)
    expect(() => count.apply(zeros([]))).toThrow(ShapeError)
    const hot = new CategoryEncoding({ numTokens: 2 })
    expect(() => hot.apply([zeros([2, 3]), zeros([2, 3])])).toThrow(ArgumentError)
    expect(() => hot.apply([zeros([2, 3]), zeros([2, 3])])).toThrow(
      /another number of inputs[\s\S]*in: CategoryEncoding/,
    )
  })
})
