import { ArgumentError, ShapeError, setBackend, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Dense } from './dense.ts'
import { RepeatVector, type RepeatVectorOptions } from './repeat-vector.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runLayerTest(() => new RepeatVector({ n: 4 }), {
    inputShape: [2, 3],
    outputShape: [2, 4, 3],
    mask: 'dropped',
  })
})

test('values', () => {
  expect(
    new RepeatVector({ n: 2 })
      .apply(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      )
      .arraySync(),
  ).toEqual([
    [
      [1, 2],
      [1, 2],
    ],
    [
      [3, 4],
      [3, 4],
    ],
  ])
  expect(new RepeatVector({ n: 3 }).apply(zeros([0, 2])).shape).toEqual([0, 3, 2])
})

describe('shapes', () => {
  test('the seed’s example', () => {
    const model = new Sequential([new Dense({ units: 32, inputDim: 32 })])
    expect(model.outputShape).toEqual([null, 32])
    model.add(new RepeatVector({ n: 3 }))
    expect(model.outputShape).toEqual([null, 3, 32])
  })

  test('unknown sizes stay unknown', () => {
    expect(new RepeatVector({ n: 3 }).apply(input({ shape: [null] })).shape).toEqual([null, 3, null])
  })
})

test('the config is Keras’s', () => {
  expectKerasConfigs(RepeatVector, (options: RepeatVectorOptions) => new RepeatVector(options))
})

describe('errors', () => {
  test.each([
    [{ n: 0 }, /RepeatVector: n is not a whole number above 0[\s\S]*n: 0/],
    [{ n: 2.5 }, /n: 2\.5/],
    [{ n: '3' as unknown as number }, /n: "3"/],
    [{ n: 2, times: 3 } as RepeatVectorOptions, /unknown option "times"/],
  ])('in the options %j', (options, message) => {
    expect(() => new RepeatVector(options)).toThrow(ArgumentError)
    expect(() => new RepeatVector(options)).toThrow(message)
  })

  test('an input that is no vector', () => {
    const layer = new RepeatVector({ n: 2, name: 'repeat' })
    for (const call of [
      () => layer.apply(zeros([2, 3, 4])),
      () => layer.apply(input({ shape: [3, 4] })),
      () =>
        new Sequential([
          new Dense({ units: 2, inputShape: [3, 4] }),
          new RepeatVector({ n: 2, name: 'repeat' }),
        ]),
    ]) {
      expect(call).toThrow(ShapeError)
      expect(call).toThrow(/2 dimensions, the batch's included[\s\S]*in: .*RepeatVector "repeat"/)
    }
  })
})
