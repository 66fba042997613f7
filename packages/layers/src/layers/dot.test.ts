import { ArgumentError, einsum, random, ShapeError, setBackend, tensor, zeros } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { runMergingTest } from '../testing/run-merging-test.ts'
import { Dot, type DotOptions } from './dot.ts'

setBackend(referenceBackend())

test.each<[DotOptions, number[], number[], number[]]>([
  [{ axes: 1 }, [2, 3, 4], [2, 3, 2], [2, 4, 2]],
  [{ axes: [2, -2], normalize: true }, [2, 1, 3], [2, 3, 2], [2, 1, 2]],
])('with %j does what every layer must do', async (options, a, b, outputShape) => {
  await runMergingTest(() => new Dot(options), { inputShapes: [a, b], outputShape, mask: 'used' })
})

describe('values', () => {
  test.each<[DotOptions['axes'], number[], number[], string]>([
    [1, [2, 3, 4], [2, 3, 5], 'bki,bkj->bij'],
    [[-1, 1], [2, 3, 4], [2, 4], 'bik,bk->bi'],
    [[1, 2], [2, 4], [2, 3, 4], 'bk,bjk->bj'],
    [[2, 1], [2, 2, 3, 4], [2, 3, 2], 'bikm,bkj->bimj'],
    [[1, -1], [2, 3], [2, 2, 4, 3], 'bk,bijk->bij'],
  ])('axes %j of %j and %j', (axes, a, b, equation) => {
    const [x, y] = [random.uniform(a), random.uniform(b)]
    const layer = new Dot({ axes })
    const output = layer.apply([x, y])
    const expected = einsum(equation, x, y)
    expect(output.shape).toEqual(expected.shape)
    expect(layer.computeOutputShape([a, b])).toEqual(expected.shape)
    const values = expected.dataSync()
    output.dataSync().forEach((value, i) => expect(value).toBeCloseTo(values[i]!, 5))
  })

  test('two matrices give a column', () => {
    const layer = new Dot({ axes: 1 })
    expect(layer.apply([tensor([[1, 2]]), tensor([[3, 4]])]).arraySync()).toEqual([[11]])
    expect(
      layer.computeOutputShape([
        [null, 2],
        [7, 2],
      ]),
    ).toEqual([null, 1])
    expect(layer.apply([zeros([0, 2]), zeros([0, 2])]).shape).toEqual([0, 1])
  })

  test('normalized ones are cosines; a vector of zeros gives 0', () => {
    const layer = new Dot({ axes: -1, normalize: true })
    const x = tensor([
      [3, 4],
      [0, 0],
    ])
    const y = tensor([
      [4, 3],
      [1, 2],
    ])
    const [cosine, zero] = layer.apply([x, y]).dataSync()
    expect(cosine).toBeCloseTo(0.96, 6)
    expect(zero).toBe(0)
  })
})

test('shapes with unknown sizes', () => {
  const layer = new Dot({ axes: [2, 1] })
  expect(layer.apply([input({ shape: [null, 4] }), input({ shape: [null, 5] })]).shape).toEqual([
    null,
    null,
    5,
  ])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(Dot, (options: DotOptions) => new Dot(options))
})

describe('errors', () => {
  test.each([
    [{ axes: 0 }, /neither an axis nor a pair of axes[\s\S]*axes: 0[\s\S]*batch/],
    [{ axes: [1, 0.5] as const }, /axes: \[1, 0\.5\]/],
    [{ axes: [1] as unknown as [number, number] }, /pair of axes/],
    [{ axes: 1, normalize: 1 as unknown as boolean }, /normalize is neither true nor false/],
    [{ axes: 1, norm: true } as DotOptions, /unknown option "norm"/],
  ])('in the options %j', (options, message) => {
    expect(() => new Dot(options)).toThrow(ArgumentError)
    expect(() => new Dot(options)).toThrow(message)
  })

  test.each([
    [1, [2, 3], [2, 4], /sizes of the inputs differ along the axes to sum over[\s\S]*axes: 1/],
    [2, [2, 3], [2, 3], /does not have the axis[\s\S]*axis: 2/],
    [-2, [2, 3], [2, 3], /it is the batch[\s\S]*axis: -2/],
    [1, [2, 3], [1, 3], /different batch sizes/],
  ])('along axis %d of %j and %j', (axes, a, b, message) => {
    const layer = new Dot({ axes, name: 'dot' })
    expect(() => layer.apply([zeros(a), zeros(b)])).toThrow(ShapeError)
    expect(() => layer.apply([zeros(a), zeros(b)])).toThrow(message)
    expect(() => layer.apply([zeros(a), zeros(b)])).toThrow(/in: Dot "dot"/)
  })

  test.each([1, 3])('%d inputs', (count) => {
    const inputs = Array.from({ length: count }, () => zeros([1, 2]))
    expect(() => new Dot({ axes: 1 }).apply(inputs)).toThrow(/another number of inputs/)
  })
})
