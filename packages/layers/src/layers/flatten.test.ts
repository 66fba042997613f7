import {
  ArgumentError,
  arange,
  reshape,
  SerializationError,
  scalar,
  setBackend,
  tensor,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Flatten, type FlattenOptions } from './flatten.ts'

setBackend(referenceBackend())

test.each(['channelsLast', 'channelsFirst'] as const)(
  '%s does what every layer must do',
  async (dataFormat) => {
    await runLayerTest(() => new Flatten({ dataFormat }), {
      inputShape: [2, 3, 4, 5],
      outputShape: [2, 60],
      mask: 'dropped',
    })
  },
)

describe('values', () => {
  const x = reshape(arange(12), [1, 2, 3, 2])

  test('channels last keep their order', () => {
    expect(new Flatten().apply(x).arraySync()).toEqual([[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]])
  })

  test('channels first are moved to the end', () => {
    const y = new Flatten({ dataFormat: 'channelsFirst' }).apply(x)
    expect(y.arraySync()).toEqual([[0, 6, 1, 7, 2, 8, 3, 9, 4, 10, 5, 11]])
  })

  test('a vector becomes a column, a matrix stays', () => {
    expect(new Flatten().apply(tensor([1, 2])).arraySync()).toEqual([[1], [2]])
    for (const dataFormat of ['channelsFirst', 'channelsLast'] as const)
      expect(new Flatten({ dataFormat }).apply(tensor([[1, 2]])).arraySync()).toEqual([[1, 2]])
  })

  test('integers and an empty batch', () => {
    expect(new Flatten().apply(zeros([2, 3, 4], { dtype: 'uint8' })).dtype).toBe('uint8')
    expect(new Flatten().apply(zeros([0, 3, 4])).shape).toEqual([0, 12])
  })
})

describe('shapes', () => {
  test('the seed’s example', () => {
    expect(new Sequential([new Flatten({ inputShape: [64, 32, 32] })]).outputShape).toEqual([null, 65536])
  })

  test('an unknown size makes the result unknown', () => {
    expect(new Flatten().apply(input({ shape: [null, 3] })).shape).toEqual([null, null])
    expect(new Flatten().apply(input({ shape: [] })).shape).toEqual([null, 1])
    expect(new Flatten().computeOutputShape([7, 2, 3])).toEqual([7, 6])
  })
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Flatten, (options: FlattenOptions) => new Flatten(options))
})

describe('errors', () => {
  test.each([
    [
      { dataFormat: 'channels_first' } as unknown as FlattenOptions,
      /unknown dataFormat[\s\S]*"channelsFirst"/,
    ],
    [{ dataFormat: null } as unknown as FlattenOptions, /unknown dataFormat/],
    [{ format: 'channelsLast' } as FlattenOptions, /unknown option "format"/],
  ])('in the options %j', (options, message) => {
    expect(() => new Flatten(options)).toThrow(ArgumentError)
    expect(() => new Flatten(options)).toThrow(message)
  })

  test('a scalar has no batch', () => {
    expect(() => new Flatten({ name: 'flatten' }).apply(scalar(1))).toThrow(
      /at least 1 dimensions[\s\S]*in: Flatten "flatten"/,
    )
  })

  test('in files', () => {
    expect(() => Flatten.fromConfig({ data_format: 'channelsFirst' })).toThrow(SerializationError)
  })
})
