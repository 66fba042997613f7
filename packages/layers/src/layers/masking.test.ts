import { ArgumentError, memory, ShapeError, setBackend, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Dense } from './dense.ts'
import { Masking, type MaskingOptions } from './masking.ts'

setBackend(referenceBackend())

test.each([0, -1])('with %d does what every layer must do', async (maskValue) => {
  await runLayerTest(() => new Masking({ maskValue }), {
    inputShape: [2, 3, 4],
    outputShape: [2, 3, 4],
    mask: 'made',
  })
})

describe('values', () => {
  test('a step is skipped where all its features have the value, and set to 0', () => {
    const x = tensor([
      [
        [1, 2],
        [-1, -1],
        [-1, 3],
      ],
      [
        [-1, -1],
        [0, 0],
        [-1, 0],
      ],
    ])
    const y = new Masking({ maskValue: -1 }).apply(x)
    expect(getMask(y)?.arraySync()).toEqual([
      [true, false, true],
      [false, true, true],
    ])
    expect(getMask(y)?.dtype).toBe('bool')
    expect(y.arraySync()).toEqual([
      [
        [1, 2],
        [0, 0],
        [-1, 3],
      ],
      [
        [0, 0],
        [0, 0],
        [-1, 0],
      ],
    ])
  })

  test('what is not finite stays in its place', () => {
    const y = new Masking().apply(
      tensor([
        [
          [Number.NaN, 1],
          [0, 0],
          [Number.POSITIVE_INFINITY, 0],
        ],
      ]),
    )
    expect(y.arraySync()).toEqual([
      [
        [Number.NaN, 1],
        [0, 0],
        [Number.POSITIVE_INFINITY, 0],
      ],
    ])
    expect(getMask(y)?.arraySync()).toEqual([[true, false, true]])
  })

  test('in float64 the value is compared in float64', () => {
    const y = new Masking({ maskValue: 0.1, dtype: 'float64' }).apply(tensor([[[0.1]]], { dtype: 'float64' }))
    expect(getMask(y)?.arraySync()).toEqual([[false]])
  })

  test('an incoming mask is replaced', () => {
    const mask = tensor([[false, false]])
    expect(getMask(new Masking().apply(tensor([[[1], [0]]]), { mask }))?.arraySync()).toEqual([[true, false]])
  })

  test('the seed’s example: steps 3 and 5 are skipped, and Dense hands the mask on', () => {
    const steps = Float32Array.from({ length: 80 }, (_, i) => ([3, 5].includes(Math.floor(i / 8)) ? 0 : 1))
    const model = new Sequential([
      new Masking({ maskValue: 0, inputShape: [10, 8] }),
      new Dense({ units: 2 }),
    ])
    const mask = getMask(model.apply(tensor(steps, { shape: [1, 10, 8] })))!.arraySync() as boolean[][]
    expect(mask[0]!.map(Number)).toEqual([1, 1, 1, 0, 1, 0, 1, 1, 1, 1])
  })
})

test('the output and its mask are all that is left', () => {
  const layer = new Masking()
  const x = zeros([2, 3, 4])
  const before = memory().tensors
  const y = layer.apply(x)
  expect(memory().tensors).toBe(before + 2)
  getMask(y)!.dispose()
  y.dispose()
})

test('shapes with unknown sizes stay', () => {
  expect(new Masking().apply(input({ shape: [null, 4] })).shape).toEqual([null, null, 4])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Masking, (options: MaskingOptions) => new Masking(options))
})

describe('errors', () => {
  test.each([
    [{ maskValue: Number.NaN }, /maskValue is not a finite number/],
    [{ maskValue: '0' as unknown as number }, /maskValue: "0"/],
    [{ value: 0 } as MaskingOptions, /unknown option "value"/],
  ])('in the options %j', (options, message) => {
    expect(() => new Masking(options)).toThrow(ArgumentError)
    expect(() => new Masking(options)).toThrow(message)
  })

  test('an input without features', () => {
    const layer = new Masking({ name: 'masking' })
    expect(() => layer.apply(zeros([3]))).toThrow(ShapeError)
    expect(() => layer.apply(zeros([3]))).toThrow(/at least 2 dimensions[\s\S]*in: Masking "masking"/)
  })
})
