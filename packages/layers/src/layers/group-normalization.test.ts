import { ArgumentError, ones, ShapeError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { GroupNormalization, type GroupNormalizationOptions } from './group-normalization.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new GroupNormalization({ groups: 2 }), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    trainableWeights: 2,
    mask: 'passes',
  })
  const options = {
    groups: -1,
    axis: 1,
    epsilon: 0.01,
    scale: false,
    betaInitializer: 'randomNormal',
    betaRegularizer: 'l1',
    betaConstraint: 'nonNeg',
  } as const
  await runLayerTest(() => new GroupNormalization(options), {
    inputShape: [2, 2, 3],
    outputShape: [2, 2, 3],
    trainableWeights: 1,
    penalties: 1,
    mask: 'passes',
  })
})

describe('values', () => {
  test('groups of channels are normalized by themselves', () => {
    const layer = new GroupNormalization({ groups: 2, epsilon: 0 })
    layer.build([null, 4])
    layer.setWeights([
      [1, 1, 1, 2],
      [0, 5, 0, 0],
    ])
    expect(layer.apply(tensor([[1, 3, 10, 30]])).arraySync()).toEqual([[-1, 6, -1, 2]])
  })

  test('as many groups as channels normalize each by itself', () => {
    const layer = new GroupNormalization({ groups: -1, epsilon: 0 })
    const x = tensor([
      [
        [1, 10],
        [3, 30],
      ],
    ])
    expect(layer.apply(x).arraySync()).toEqual([
      [
        [-1, -1],
        [1, 1],
      ],
    ])
    expect(layer.getConfig()).toMatchObject({ groups: -1 })
  })

  test('an empty batch gives an empty output', () => {
    const layer = new GroupNormalization({ groups: 1 })
    expect(layer.apply(tensor(new Float32Array(0), { shape: [0, 2, 3] })).shape).toEqual([0, 2, 3])
  })
})

test('unknown sizes stay unknown', () => {
  expect(new GroupNormalization().computeOutputShape([null, null, 3])).toEqual([null, null, 3])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(
    GroupNormalization,
    (options: GroupNormalizationOptions) => new GroupNormalization(options),
  )
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ groups: 0 }, /GroupNormalization: groups is not a number of groups[\s\S]*groups: 0/],
    [{ groups: 1.5 }, /groups is not a number of groups/],
    [{ axis: [1] }, /axis is not a whole number/],
    [{ epsilon: -1 }, /epsilon is not a finite number of at least 0/],
    [{ group: 1 }, /unknown option "group"[\s\S]*did you mean groups\?/],
  ])('in the options %j', (options, message) => {
    expect(() => new GroupNormalization(options)).toThrow(ArgumentError)
    expect(() => new GroupNormalization(options)).toThrow(message)
  })

  test('in the input', () => {
    const layer = new GroupNormalization({ groups: 2, name: 'norm' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(
      /groups do not divide[\s\S]*in: GroupNormalization "norm"/,
    )
    expect(() => layer.build([null, null])).toThrow(/must be known/)
    expect(() => layer.apply(ones([4]))).toThrow(/at least 2 dimensions/)
    expect(() => new GroupNormalization({ axis: 0 }).build([32, 2])).toThrow(/first axis holds the samples/)
    expect(() => new GroupNormalization({ axis: 3 }).build([null, 2])).toThrow(/does not have these axes/)
    layer.apply(ones([2, 4])).dispose()
    expect(() => layer.apply(ones([2, 6]))).toThrow(/4 along axis -1/)
  })
})
