import { beforeEach, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, DTypeError, ShapeError } from '../errors/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { moments } from './moments.ts'
import { expectBalanced, indicesOf, testBackends } from './movement-test-cases.ts'
import { checkBothOrders, expectClose, forEachLayout } from './neural-test-cases.ts'
import { wave } from './norm-test-cases.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** Mean and variance of what counts, in parts that differ from each other along the other axes. */
function expectedMoments(
  values: readonly number[],
  shape: readonly number[],
  axes: readonly number[],
  counts: (index: readonly number[]) => boolean,
): { mean: number[]; variance: number[] } {
  const parts = new Map<string, number[]>()
  indicesOf(shape.map((side, axis) => (axes.includes(axis) ? 1 : side))).forEach((index) =>
    parts.set(index.join(), []),
  )
  indicesOf(shape).forEach((index, i) => {
    const key = index.map((at, axis) => (axes.includes(axis) ? 0 : at)).join()
    if (counts(index)) parts.get(key)!.push(values[i]!)
  })
  const average = (part: readonly number[]): number =>
    part.length === 0 ? 0 : part.reduce((a, b) => a + b, 0) / part.length
  const lists = [...parts.values()]
  return {
    mean: lists.map(average),
    variance: lists.map((part) => average(part.map((value) => (value - average(part)) ** 2))),
  }
}

const places = [
  { shape: [5], axes: [0], maskShape: [5] },
  { shape: [2, 3], axes: [1], maskShape: [3] },
  { shape: [2, 3, 2], axes: [0, 1], maskShape: [2, 3, 1] },
  { shape: [2, 3, 2], axes: [0, 2], maskShape: [3, 1] },
  { shape: [2, 0, 3], axes: [1], maskShape: [1] },
  { shape: [2, 1, 2, 3, 1, 2], axes: [0, 3], maskShape: [2, 3, 1, 1] },
]

test.each(places)(
  'agree with plain loops: $shape along $axes, mask $maskShape',
  ({ shape, axes, maskShape }) => {
    const truth = Array.from({ length: maskShape.reduce((n, side) => n * side, 1) }, (_, i) => i % 3 !== 1)
    const counts = (index: readonly number[]): boolean => {
      const own = index.slice(shape.length - maskShape.length)
      const position = own.reduce((p, at, d) => p * maskShape[d]! + (maskShape[d] === 1 ? 0 : at), 0)
      return truth[position]!
    }
    const kept = shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
    forEachLayout(shape, (x, backend) => {
      const mask = tensor(truth, { shape: maskShape, backend })
      const all = { axis: axes, keepDims: true, mask }
      const { mean, variance } = moments(x, all)
      const expected = expectedMoments([...x.dataSync()], shape, axes, counts)
      expect(mean.shape).toEqual(kept)
      expect(variance.shape).toEqual(kept)
      expectClose(mean.dataSync(), expected.mean, mean)
      expectClose(
        variance.dataSync(),
        expected.variance.map((value) => value),
        variance.dtype === 'float64' ? variance : { dtype: 'float32', relative: false },
      )
      expect(moments(x, { axis: axes, mask }).mean.shape).toEqual(shape.filter((_, d) => !axes.includes(d)))
      expectBalanced(() => Object.values(moments(x, all)) as Tensor[])
      if (x.size === 0) return
      const whole = moments(x, { axis: axes, keepDims: true })
      const unmasked = expectedMoments([...x.dataSync()], shape, axes, () => true)
      expectClose(whole.mean.dataSync(), unmasked.mean, mean)
      expectClose(whole.variance.dataSync(), unmasked.variance, variance)
      expectBalanced(() => Object.values(moments(x)) as Tensor[])
    })
  },
)

test('what does not count has no influence and no gradient, NaN included', () => {
  for (const backend of testBackends) {
    const mask = tensor([true, true, false, false], { backend })
    const x = tensor([1, 3, Number.NaN, Infinity], { backend })
    const { mean, variance } = moments(x, { mask })
    expect([mean.arraySync(), variance.arraySync()]).toEqual([2, 1])
    const slopes = grad((y: Tensor) => {
      const both = moments(y, { mask })
      return sum(add(both.mean, both.variance))
    })(x)
    expect(slopes.arraySync()).toEqual([-0.5, 1.5, 0, 0])
  }
})

test('are 0 where nothing counts, and NaN where there is nothing', () => {
  const nothing = moments(ones([2, 3]), { axis: 1, mask: tensor([[true], [false]]) })
  expect(nothing.mean.arraySync()).toEqual([1, 0])
  expect(nothing.variance.arraySync()).toEqual([0, 0])
  expect(moments(zeros([0])).mean.arraySync()).toBeNaN()
  expect(moments(tensor(3)).mean.arraySync()).toBe(3)
  expect(moments(tensor([1, 3], { dtype: 'int32' })).variance.dtype).toBe('float32')
})

test('have gradients of both orders, with and without a mask', async () => {
  const inputs = [{ shape: [3, 4], values: wave(12) }]
  for (const backend of testBackends) {
    const mask = tensor([true, false, true], { shape: [3, 1], backend })
    for (const options of [{ axis: 0 }, { axis: [0, 1] }, { axis: 0, mask }]) {
      await checkBothOrders(
        (x) => {
          const { mean, variance } = moments(x!, options)
          return add(square(mean), square(variance))
        },
        inputs,
        [backend],
      )
    }
  }
})

test('refuse wrong arguments', () => {
  const x = ones([2, 3])
  const mask = tensor([true, false])
  const wrong = (options: unknown) => () => moments(x, options as never)
  expect(() => moments([1] as never)).toThrow(ArgumentError)
  expect(wrong({ axis: 2 })).toThrow(ShapeError)
  expect(wrong({ mask: ones([3]) })).toThrow(DTypeError)
  expect(wrong({ mask })).toThrow(/moments: the mask does not broadcast to x/)
  expect(wrong({ mask: [true] })).toThrow(/mask is not a tensor/)
  expect(wrong({ weights: mask })).toThrow(/unknown option "weights"/)
  mask.dispose()
  expect(wrong({ mask })).toThrow(DisposedError)
})
