import { ArgumentError, ShapeError, setBackend, type Tensor, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { getMask, setMask } from '../engine/masks.ts'
import { runMergingTest } from '../testing/run-merging-test.ts'
import { Concatenate, type ConcatenateOptions } from './concatenate.ts'

setBackend(referenceBackend())

test('does what every layer must do', async () => {
  await runMergingTest(() => new Concatenate(), {
    inputShapes: [
      [2, 3, 4],
      [2, 3, 1],
      [2, 3, 2],
    ],
    outputShape: [2, 3, 7],
    mask: 'passes',
  })
})

test('values', () => {
  const [a, b] = [tensor([[[1], [2]]]), tensor([[[3], [4]]])]
  expect(new Concatenate().apply([a, b]).arraySync()).toEqual([
    [
      [1, 3],
      [2, 4],
    ],
  ])
  expect(new Concatenate({ axis: 1 }).apply([a, b]).arraySync()).toEqual([[[1], [2], [3], [4]]])
  expect(new Concatenate({ axis: -2 }).apply([a]).arraySync()).toEqual([[[1], [2]]])
  expect(new Concatenate({ axis: 1 }).apply([zeros([0, 1]), zeros([0, 2])]).shape).toEqual([0, 3])
})

test('shapes with unknown sizes', () => {
  const shapes = (axis: number): unknown =>
    new Concatenate({ axis }).apply([input({ shape: [null, 2] }), input({ shape: [3, 2] })]).shape
  expect(shapes(1)).toEqual([null, null, 2])
  expect(shapes(-1)).toEqual([null, null, 4])
})

describe('masks', () => {
  const [a, b] = [zeros([1, 2, 3]), zeros([1, 2, 3])]
  const mask = tensor([[true, false]])
  const maskOf = (axis: number, masks: readonly (Tensor | null)[]): unknown =>
    getMask(new Concatenate({ axis }).apply([a, b], { mask: masks }))?.arraySync()

  test('of steps put one after the other are put one after the other', () => {
    const other = tensor([[false, false]])
    expect(maskOf(1, [mask, other])).toEqual([[true, false, false, false]])
    expect(maskOf(1, [mask, null])).toEqual([[true, false, true, true]])
    expect(maskOf(1, [null, null])).toBeUndefined()
  })

  test('of features side by side say where any counts', () => {
    expect(maskOf(-1, [mask, tensor([[false, false]])])).toEqual([[true, false]])
    expect(maskOf(-1, [null, mask])).toEqual([[true, true]])
  })

  test('that came with the inputs are used', () => {
    const x = zeros([1, 2, 3])
    setMask(x, mask)
    expect(getMask(new Concatenate({ axis: 1 }).apply([x, x]))?.arraySync()).toEqual([
      [true, false, true, false],
    ])
  })
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Concatenate, (options: ConcatenateOptions) => new Concatenate(options))
})

describe('errors', () => {
  test.each([
    [{ axis: 0.5 }, /axis is not a whole number[\s\S]*axis: 0\.5/],
    [{ axis: '1' as unknown as number }, /axis: "1"/],
    [{ axes: 1 } as ConcatenateOptions, /unknown option "axes"[\s\S]*axis/],
  ])('in the options %j', (options, message) => {
    expect(() => new Concatenate(options)).toThrow(ArgumentError)
    expect(() => new Concatenate(options)).toThrow(message)
  })

  test.each([
    [1, [2, 3, 4], [2, 3, 5], /differ along other axes than the one to join[\s\S]*axis: 1/],
    [1, [2, 3, 4], [2, 3], /differ along other axes/],
    [1, [2, 3], [3, 3], /different batch sizes/],
    [3, [2, 3, 4], [2, 3, 4], /do not have the axis[\s\S]*axis: 3/],
    [-4, [2, 3, 4], [2, 3, 4], /do not have the axis/],
  ])('along axis %d of %j and %j', (axis, a, b, message) => {
    const layer = new Concatenate({ axis, name: 'join' })
    expect(() => layer.apply([zeros(a), zeros(b)])).toThrow(ShapeError)
    expect(() => layer.apply([zeros(a), zeros(b)])).toThrow(message)
    expect(() => layer.apply([zeros(a), zeros(b)])).toThrow(/in: Concatenate "join"/)
  })

  test('one tensor', () => {
    expect(() => new Concatenate().apply(zeros([2, 3]) as Tensor & readonly Tensor[])).toThrow(
      /takes a list of tensors/,
    )
  })
})
