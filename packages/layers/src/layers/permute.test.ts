import { ArgumentError, arange, reshape, ShapeError, setBackend, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Permute, type PermuteOptions } from './permute.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new Permute({ dims: [3, 1, 2] }), {
    inputShape: [2, 3, 4, 5],
    outputShape: [2, 5, 3, 4],
    mask: 'dropped',
  })
})

test('values', () => {
  const x = reshape(arange(6), [1, 2, 3])
  expect(new Permute({ dims: [2, 1] }).apply(x).arraySync()).toEqual([
    [
      [0, 3],
      [1, 4],
      [2, 5],
    ],
  ])
  expect(new Permute({ dims: [1, 2] }).apply(x).arraySync()).toEqual(x.arraySync())
})

describe('shapes', () => {
  test('the seed’s example', () => {
    const model = new Sequential([new Permute({ dims: [2, 1], inputShape: [10, 64] })])
    expect(model.outputShape).toEqual([null, 64, 10])
  })

  test('unknown sizes move with their axes', () => {
    expect(new Permute({ dims: [2, 1] }).apply(input({ shape: [null, 5] })).shape).toEqual([null, 5, null])
    expect(new Permute({ dims: [2, 1] }).computeOutputShape([4, 2, 3])).toEqual([4, 3, 2])
  })
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Permute, (options: PermuteOptions) => new Permute(options))
})

describe('errors', () => {
  test.each([
    [{ dims: [0, 1] }, /not a permutation of the axes from 1 on[\s\S]*\[0, 1\]/],
    [{ dims: [1, 3] }, /not a permutation/],
    [{ dims: [2, 2] }, /not a permutation/],
    [{ dims: 2 as unknown as number[] }, /dims: 2/],
    [{} as PermuteOptions, /not a permutation/],
  ])('in the options %j', (options, message) => {
    expect(() => new Permute(options)).toThrow(ArgumentError)
    expect(() => new Permute(options)).toThrow(message)
  })

  test('an input of another rank', () => {
    const layer = new Permute({ dims: [2, 1], name: 'permute' })
    for (const call of [
      () => layer.apply(zeros([2, 3])),
      () => layer.apply(input({ shape: [2, 3, 4] })),
      () => new Sequential([new Permute({ dims: [2, 1], inputShape: [3] })]),
    ]) {
      expect(call).toThrow(ShapeError)
      expect(call).toThrow(/3 dimensions, the batch's included[\s\S]*in: .*Permute "permute/)
    }
  })
})
