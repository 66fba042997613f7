import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { LayerNormalization, type LayerNormalizationOptions } from './layer-normalization.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new LayerNormalization(), {
    inputShape: [2, 3],
    outputShape: [2, 3],
    trainableWeights: 2,
    mask: 'passes',
  })
  const options = {
    axis: [1, -1],
    epsilon: 0.01,
    betaInitializer: 'randomNormal',
    gammaInitializer: 'ones',
    betaRegularizer: 'l1',
    gammaRegularizer: 'l2',
    betaConstraint: 'nonNeg',
    gammaConstraint: 'nonNeg',
  } as const
  await runLayerTest(() => new LayerNormalization(options), {
    inputShape: [2, 3, 2],
    outputShape: [2, 3, 2],
    trainableWeights: 2,
    penalties: 2,
    mask: 'passes',
  })
  await runLayerTest(() => new LayerNormalization({ center: false, scale: false }), {
    inputShape: [2, 3],
    outputShape: [2, 3],
    mask: 'passes',
  })
  await runLayerTest(() => new LayerNormalization({ rmsScaling: true, axis: 1 }), {
    inputShape: [2, 3, 2],
    outputShape: [2, 3, 2],
    trainableWeights: 1,
    mask: 'passes',
  })
})

describe('values', () => {
  test('each sample is normalized by itself', () => {
    const layer = new LayerNormalization({ epsilon: 0 })
    layer.build([null, 2])
    layer.setWeights([
      [1, 2],
      [0, 10],
    ])
    const x = tensor([
      [1, 3],
      [10, 30],
    ])
    expect(layer.apply(x).arraySync()).toEqual([
      [-1, 12],
      [-1, 12],
    ])
  })

  test('axes in another order have weights of sizes in that order, read row by row', () => {
    const layer = new LayerNormalization({ axis: [2, 1], scale: false })
    layer.build([null, 2, 3])
    expect(layer.beta!.shape).toEqual([3, 2])
    layer.setWeights([
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    ])
    expect(layer.apply(ones([1, 2, 3])).arraySync()).toEqual([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ])
  })

  test('with rmsScaling the input is divided by its standard deviation', () => {
    const layer = new LayerNormalization({ rmsScaling: true, epsilon: 0 })
    expect(layer.apply(tensor([[2, 6]])).arraySync()).toEqual([[1, 3]])
    expect(layer.beta).toBeNull()
  })

  test('an empty batch gives an empty output', () => {
    expect(new LayerNormalization().apply(tensor(new Float32Array(0), { shape: [0, 3] })).shape).toEqual([
      0, 3,
    ])
  })
})

test('unknown sizes stay unknown', () => {
  expect(new LayerNormalization().computeOutputShape([null, null, 3])).toEqual([null, null, 3])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(
    LayerNormalization,
    (options: LayerNormalizationOptions) => new LayerNormalization(options),
  )
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ axis: 1.5 }, /LayerNormalization: axis is neither an axis nor a list of different ones[\s\S]*1\.5/],
    [{ axis: [] }, /axis is neither/],
    [{ axis: [1, 1] }, /axis is neither/],
    [{ epsilon: Number.NaN }, /epsilon is not a finite number of at least 0/],
    [{ rmsScaling: 'yes' }, /rmsScaling is neither true nor false/],
    [{ axes: 1 }, /unknown option "axes"/],
  ])('in the options %j', (options, message) => {
    expect(() => new LayerNormalization(options)).toThrow(ArgumentError)
    expect(() => new LayerNormalization(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new LayerNormalization({ axis: [1, 2], name: 'norm' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(
      /does not have these axes[\s\S]*in: LayerNormalization "norm"/,
    )
    expect(() => layer.build([null, null, 3])).toThrow(/must be known/)
    expect(() => new LayerNormalization({ axis: [1, -1] }).build([null, 3])).toThrow(
      /does not have these axes/,
    )
    layer.apply(ones([2, 3, 4])).dispose()
    expect(() => layer.apply(ones([2, 3, 5]))).toThrow(/4 along axis 2/)
  })
})
