import { ArgumentError, arange, reshape, ShapeError, setBackend, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Reshape, type ReshapeOptions } from './reshape.ts'

setBackend(referenceBackend())

test.each([[[6, 2]], [[-1, 2]], [[2, -1]]])('%j does what every layer must do', async (targetShape) => {
  const [first, second] = targetShape as [number, number]
  await runLayerTest(() => new Reshape({ targetShape }), {
    inputShape: [2, 3, 4],
    outputShape: [2, first === -1 ? 6 : first, second === -1 ? 6 : second],
    mask: 'dropped',
  })
})

describe('values', () => {
  test('keep their row-major order', () => {
    const x = reshape(arange(12), [2, 6])
    expect(new Reshape({ targetShape: [3, 2] }).apply(x).arraySync()).toEqual([
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      [
        [6, 7],
        [8, 9],
        [10, 11],
      ],
    ])
  })

  test('an empty batch has a shape too', () => {
    expect(new Reshape({ targetShape: [-1, 2] }).apply(zeros([0, 6])).shape).toEqual([0, 3, 2])
  })

  test('no sizes make scalars of samples', () => {
    expect(new Reshape({ targetShape: [] }).apply(zeros([4, 1])).shape).toEqual([4])
  })
})

describe('shapes', () => {
  test('the seed’s examples', () => {
    const model = new Sequential([new Reshape({ targetShape: [3, 4], inputShape: [12] })])
    expect(model.outputShape).toEqual([null, 3, 4])
    model.add(new Reshape({ targetShape: [6, 2] }))
    expect(model.outputShape).toEqual([null, 6, 2])
    model.add(new Reshape({ targetShape: [-1, 2, 2] }))
    expect(model.outputShape).toEqual([null, 3, 2, 2])
  })

  test('what follows from an unknown size is unknown', () => {
    expect(new Reshape({ targetShape: [-1, 2] }).apply(input({ shape: [null, 4] })).shape).toEqual([
      null,
      null,
      2,
    ])
    expect(new Reshape({ targetShape: [6] }).apply(input({ shape: [null, 2] })).shape).toEqual([null, 6])
    expect(new Reshape({ targetShape: [6] }).computeOutputShape([5, 3, 2])).toEqual([5, 6])
  })
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Reshape, (options: ReshapeOptions) => new Reshape(options))
})

describe('errors', () => {
  test.each([
    [{ targetShape: [-1, -1] }, /more than one -1/],
    [{ targetShape: [0, 2] }, /targetShape is not a list of sizes[\s\S]*\[0, 2\]/],
    [{ targetShape: [-2] }, /targetShape is not a list of sizes/],
    [{ targetShape: 6 as unknown as number[] }, /targetShape: 6/],
    [{} as ReshapeOptions, /targetShape/],
  ])('in the options %j', (options, message) => {
    expect(() => new Reshape(options)).toThrow(ArgumentError)
    expect(() => new Reshape(options)).toThrow(message)
  })

  test.each([[[7]], [[5, -1]]])('sizes %j that do not fit', (targetShape) => {
    const layer = new Reshape({ targetShape, name: 'reshape' })
    for (const call of [
      () => layer.apply(zeros([2, 12])),
      () => layer.apply(input({ shape: [12] })),
      () => new Sequential([new Reshape({ targetShape, inputShape: [12] })]),
    ]) {
      expect(call).toThrow(ShapeError)
      expect(call).toThrow(/does not hold the elements[\s\S]*12 elements[\s\S]*in: .*Reshape "reshape/)
    }
  })
})
