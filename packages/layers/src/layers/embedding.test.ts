import {
  ArgumentError,
  getBackend,
  IndexError,
  memory,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  tensor,
  valueAndGrad,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Dense } from './dense.ts'
import { Embedding, type EmbeddingOptions } from './embedding.ts'

setBackend(referenceBackend())

const vectors = [
  [0, 0],
  [1, 2],
  [3, 4],
]

test('does what every layer must do', async () => {
  await runLayerTest(() => new Embedding({ inputDim: 5, outputDim: 3 }), {
    inputShape: [2, 4],
    outputShape: [2, 4, 3],
    trainableWeights: 1,
    mask: 'dropped',
    indices: 5,
  })
  const options = {
    inputDim: 5,
    outputDim: 3,
    maskZero: true,
    embeddingsInitializer: 'randomNormal',
    embeddingsRegularizer: 'l2',
    embeddingsConstraint: 'nonNeg',
    activityRegularizer: 'l1',
  } as const
  await runLayerTest(() => new Embedding(options), {
    inputShape: [2, 4],
    outputShape: [2, 4, 3],
    trainableWeights: 1,
    penalties: 2,
    mask: 'made',
    indices: 5,
  })
})

describe('values', () => {
  const layer = (): Embedding => new Embedding({ inputDim: 3, outputDim: 2, weights: vectors })

  test('are the vectors of the indices', () => {
    const y = layer().apply(tensor([[2, 1, 0]], { dtype: 'int32' }))
    expect(y.arraySync()).toEqual([[vectors[2], vectors[1], vectors[0]]])
    expect(
      layer()
        .apply(tensor([1], { dtype: 'uint8' }))
        .arraySync(),
    ).toEqual([vectors[1]])
  })

  test('fractions are cut off', () => {
    expect(
      layer()
        .apply(tensor([[2, 1.9]]))
        .arraySync(),
    ).toEqual([[vectors[2], vectors[1]]])
  })

  test('an empty batch gives an empty output', () => {
    expect(layer().apply(tensor(new Int32Array(0), { shape: [0, 4] })).shape).toEqual([0, 4, 2])
  })

  test('an index out of range is refused', () => {
    expect(() => layer().apply(tensor([[3]], { dtype: 'int32' }))).toThrow(IndexError)
    expect(() => layer().apply(tensor([[-1]], { dtype: 'int32' }))).toThrow(IndexError)
  })

  test('rows that are selected twice get both gradients', () => {
    const model = layer()
    const x = tensor([[2, 1, 2]], { dtype: 'int32' })
    const { grads } = valueAndGrad(() => sum(model.apply(x)))(model.trainableVariables)
    expect(grads.map((g) => g.arraySync())).toEqual([
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    ])
  })

  test('that are given leave nothing behind', () => {
    const before = memory().bytes
    const made = layer()
    expect(made.built).toBe(true)
    expect(memory().bytes - before).toBe(6 * 4)
    made.dispose()
    expect(memory().bytes).toBe(before)
    using values = tensor(vectors)
    using other = new Embedding({ inputDim: 3, outputDim: 2, weights: values })
    expect([other.embeddings!.arraySync(), values.disposed]).toEqual([vectors, false])
    expect(other.embeddings!.storage.backend).toBe(getBackend())
  })
})

describe('the mask', () => {
  const x = tensor([[2, 0, 1]], { dtype: 'int32' })

  test('says where the index is not 0', () => {
    const layer = new Embedding({ inputDim: 3, outputDim: 2, maskZero: true })
    expect(getMask(layer.apply(x))!.arraySync()).toEqual([[true, false, true]])
    expect(getMask(layer.apply(tensor([[0.5, 1]])))!.arraySync()).toEqual([[false, true]])
    const model = new Sequential([layer, new Dense({ units: 1 })])
    expect(getMask(model.apply(x) as Tensor)!.arraySync()).toEqual([[true, false, true]])
  })

  test('is none without maskZero', () => {
    expect(getMask(new Embedding({ inputDim: 3, outputDim: 2 }).apply(x))).toBeNull()
  })
})

test('shapes', () => {
  const layer = new Embedding({ inputDim: 3, outputDim: 2 })
  expect(layer.apply(input({ shape: [null] })).shape).toEqual([null, null, 2])
  const model = new Sequential([new Embedding({ inputDim: 1000, outputDim: 64, inputShape: [10] })])
  expect(model.outputShape).toEqual([null, 10, 64])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Embedding, (options: EmbeddingOptions) => new Embedding(options))
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ inputDim: 0, outputDim: 2 }, /Embedding: inputDim is not a whole number above 0[\s\S]*inputDim: 0/],
    [{ outputDim: 2 }, /inputDim is not a whole number above 0/],
    [{ inputDim: 2, outputDim: 1.5 }, /outputDim is not a whole number above 0/],
    [{ inputDim: 2, outputDim: 2, maskZero: 0 }, /maskZero is neither true nor false/],
    [{ inputDim: 2, outputDim: 2, mask: true }, /unknown option "mask"/],
  ])('in the options %j', (options, message) => {
    expect(() => new Embedding(options as never)).toThrow(ArgumentError)
    expect(() => new Embedding(options as never)).toThrow(message)
  })

  test('in the vectors', () => {
    const before = memory().tensors
    const make = (): Embedding => new Embedding({ inputDim: 3, outputDim: 3, weights: vectors })
    expect(make).toThrow(ShapeError)
    expect(make).toThrow(/another shape[\s\S]*in: Embedding/)
    expect(memory().tensors).toBe(before)
  })

  test('in files', () => {
    expect(() => Embedding.fromConfig({ input_dim: 2, output_dim: 2, lora_rank: 4 })).toThrow(/not supported/)
    expect(() => Embedding.fromConfig({ output_dim: 2 })).toThrow(/lacks an entry[\s\S]*input_dim/)
  })
})
