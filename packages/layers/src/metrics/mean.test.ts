import {
  ArgumentError,
  mul,
  ones,
  scalar,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { setMask } from '../engine/masks.ts'
import * as metrics from './index.ts'

setBackend(referenceBackend())

function resultOf(metric: metrics.Metric): number {
  using result = metric.result()
  expect(result.shape).toEqual([])
  return result.dataSync()[0]!
}

const stateOf = (metric: metrics.Metric): readonly number[] =>
  metric.variables.map((each) => each.dataSync()[0]!)

// Numbers 0 to 11 as [batch 2, steps 3, features 2]; what comes out is what Keras 3.16 gives.
const values = tensor([
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

describe('Mean and Sum', () => {
  test.each<[string, Tensor | null, number, readonly number[], number]>([
    ['no weights', null, 5.5, [11, 2], 66],
    ['a weight for each sample', tensor([1, 2]), 6.5, [19.5, 3], 117],
    ['a column of weights', tensor([[1], [2]]), 6.5, [19.5, 3], 117],
    [
      'a weight for each step',
      tensor([
        [1, 0, 2],
        [3, 1, 0.5],
      ]),
      5.7,
      [14.25, 2.5],
      85.5,
    ],
    ['one weight for each of the samples', tensor([2]), 5.5, [22, 4], 132],
    ['one weight for all, which makes the batch one sample', tensor(2), 5.5, [11, 2], 132],
  ])('with %s', (_, sampleWeight, mean, state, sum) => {
    const [means, sums] = [new metrics.Mean(), new metrics.Sum()]
    const weighting = sampleWeight === null ? {} : { sampleWeight }
    means.updateState(values, weighting)
    sums.updateState(values, weighting)
    expect(resultOf(means)).toBeCloseTo(mean, 5)
    expect(stateOf(means)).toEqual(state.map((x) => expect.closeTo(x, 5)))
    expect(resultOf(sums)).toBeCloseTo(sum, 4)
    means.dispose()
    sums.dispose()
  })

  test('over batches of different lengths', () => {
    using mean = new metrics.Mean()
    tidy(() => {
      mean.updateState(values, {
        sampleWeight: tensor([
          [1, 0, 2],
          [3, 1, 0.5],
        ]),
      })
      mean.updateState(mul(ones([1, 5]), 9), { sampleWeight: tensor([[1, 1, 0, 0, 1]]) })
    })
    expect(resultOf(mean)).toBeCloseTo(6.338709831237793, 6)
    expect(stateOf(mean)).toEqual([expect.closeTo(19.65, 5), expect.closeTo(3.1, 6)])
  })

  test('of scalars, integers, nothing', () => {
    using mean = new metrics.Mean()
    expect(resultOf(mean)).toBe(0)
    tidy(() => mean.updateState(scalar(3)))
    tidy(() => mean.updateState(tensor([4, 5], { dtype: 'int32' })))
    expect(resultOf(mean)).toBe(4)
    tidy(() => mean.updateState(zeros([0, 2])))
    expect(resultOf(mean)).toBe(4)
    using sum = new metrics.Sum()
    expect(resultOf(sum)).toBe(0)
    tidy(() => sum.updateState(zeros([0])))
    expect(resultOf(sum)).toBe(0)
  })

  test('leave out what a mask hides, however large', () => {
    using mean = new metrics.Mean()
    using sum = new metrics.Sum()
    tidy(() => {
      const broken = tensor([1, Number.NaN, 4])
      setMask(broken, tensor([true, false, true]))
      mean.updateState(broken)
      sum.updateState(broken, { sampleWeight: tensor([1, 7, 2]) })
    })
    expect([resultOf(mean), resultOf(sum)]).toEqual([2.5, 9])
    tidy(() => mean.updateState(tensor([7, 7]), { mask: zeros([2]) }))
    expect(resultOf(mean)).toBe(2.5)
  })

  test.each([
    ['Mean', () => new metrics.Mean()],
    ['Sum', () => new metrics.Sum()],
  ] as const)('%s refuses targets and predictions', (_, make) => {
    using metric: metrics.Metric = make()
    expect(() => metric.updateState(values, values)).toThrow(ArgumentError)
    expect(() => metric.updateState(values, values)).toThrow(/takes values, not targets and predictions/)
    expect(() => metric.updateState([1] as never, {} as never)).toThrow(/not a tensor/)
  })
})

describe('weights and masks', () => {
  // The case of the losses' tests, there without weights; Keras 3.16 gives 0.75 and 0.5454545617.
  const yTrue = tensor([
    [[1], [2], [3]],
    [[4], [5], [6]],
  ])
  const yPred = tensor([
    [[1.5], [2], [1]],
    [[0], [5.5], [8]],
  ])
  const mask = tensor([
    [true, true, false],
    [false, true, true],
  ])
  const sampleWeight = tensor([
    [1, 0.5, 2],
    [3, 1, 0.25],
  ])

  test.each<[string, metrics.Weighting, number]>([
    ['a mask', { mask }, 3 / 4],
    ['a mask and weights', { mask, sampleWeight }, (0.5 + 0.5 + 0.5) / 2.75],
    ['a mask of steps and weights of samples', { mask, sampleWeight: tensor([2, 1]) }, (1 + 2.5) / 6],
    [
      'a mask of numbers',
      {
        mask: tensor([
          [1, 0, 0],
          [0, 0, 0],
        ]),
      },
      0.5,
    ],
    ['nothing that counts', { mask: zeros([2, 3]) }, 0],
    ['weights of zero', { sampleWeight: zeros([2]) }, 0],
  ])('with %s', (_, weighting, expected) => {
    using metric = new metrics.MeanAbsoluteError()
    metric.updateState(yTrue, yPred, weighting)
    expect(resultOf(metric)).toBeCloseTo(expected, 6)
  })

  test('the mask comes with the predictions, unless another or none is given', () => {
    tidy(() => {
      const masked = mul(yPred, 1)
      setMask(masked, mask)
      const of = (weighting: metrics.Weighting): number => {
        using metric = new metrics.RootMeanSquaredError()
        metric.updateState(yTrue, masked, weighting)
        return resultOf(metric)
      }
      expect(of({})).toBeCloseTo(Math.sqrt(4.5 / 4), 6)
      expect(of({ mask: null })).toBeCloseTo(Math.sqrt((0.25 + 4 + 16 + 0.25 + 4) / 6), 6)
      expect(
        of({
          mask: tensor([
            [false, false, true],
            [false, false, false],
          ]),
        }),
      ).toBe(2)
    })
  })

  test('a mask and an ignored class both leave values out', () => {
    using metric = new metrics.SparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: 0 })
    tidy(() => {
      const logits = tensor([
        [1, 2],
        [3, 4],
        [0.5, -1],
      ])
      metric.updateState(tensor([0, 1, 1]), logits, { mask: tensor([true, false, true]) })
    })
    expect(resultOf(metric)).toBeCloseTo(Math.log(1 + Math.exp(1.5)), 6)
  })

  test.each([-1, 255])('the ignored class %d does not count', (ignoreClass) => {
    using metric = new metrics.SparseCategoricalCrossentropy({ fromLogits: true, ignoreClass })
    tidy(() => {
      const labels = tensor([0, ignoreClass, 1])
      const logits = tensor([
        [1, 2],
        [3, 4],
        [0.5, -1],
      ])
      metric.updateState(labels, logits, { sampleWeight: tensor([1, 2, 3]) })
      expect(resultOf(metric)).toBeCloseTo(1.6043753623962402, 6)
      metric.resetState()
      metric.updateState(labels, logits)
      expect(resultOf(metric)).toBeCloseTo(1.5073375701904297, 6)
    })
  })
})
