import {
  checkGradients,
  grad,
  memory,
  setBackend,
  sum,
  type Tensor,
  type TensorValues,
  tensor,
  tidy,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { getMask } from '../engine/masks.ts'
import {
  categoricalCrossentropy,
  SparseCategoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from './index.ts'

setBackend(referenceBackend())

const double = (values: TensorValues): Tensor => tensor(values, { dtype: 'float64' })
const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())
const close = (values: readonly number[]): readonly unknown[] => values.map((x) => expect.closeTo(x, 5))
const largest = 3.4028234663852886e38

describe('sparseCategoricalCrossentropy', () => {
  test.each([88.8, 1e4, largest])('of logits of %d is exact, and so is its gradient', (size) => {
    const x = tensor([
      [size, 0],
      [size, 0],
    ])
    const loss = (logits: Tensor): Tensor =>
      sparseCategoricalCrossentropy(tensor([1, 0]), logits, { fromLogits: true })
    expect(numbers(loss(x))).toEqual([Math.fround(size), expect.closeTo(0, 30)])
    const slope = numbers(grad((logits: Tensor) => sum(loss(logits)))(x))
    expect(slope).toEqual([1, -1, 0, 0].map((g) => expect.closeTo(g, 30)))
  })

  test('is that of one-hot labels', () => {
    const p = tensor([
      [0.2, 0.7, 0.35],
      [0.3, 0.4, 0.2],
    ])
    const rows = tensor([
      [0, 1, 0],
      [0, 0, 1],
    ])
    for (const fromLogits of [true, false]) {
      expect(numbers(sparseCategoricalCrossentropy(tensor([1, 2]), p, { fromLogits }))).toEqual(
        close(numbers(categoricalCrossentropy(rows, p, { fromLogits }))),
      )
    }
  })

  test.each([
    ['int32', tensor([1, 0], { dtype: 'int32' })],
    ['uint8', tensor([1, 0], { dtype: 'uint8' })],
    ['a column', tensor([[1], [0]])],
    ['fractions, truncated', tensor([1.9, 0.9])],
  ])('takes labels as %s', (_, labels) => {
    const p = tensor([
      [0.25, 0.75],
      [0.5, 0.5],
    ])
    expect(numbers(sparseCategoricalCrossentropy(labels, p))).toEqual(close([-Math.log(0.75), Math.log(2)]))
  })

  test('has classes on any axis', () => {
    const p = tensor([
      [
        [0.2, 0.7],
        [0.4, 0.3],
      ],
    ])
    expect(numbers(sparseCategoricalCrossentropy(tensor([[0, 1]]), p, { axis: 1 }))).toEqual(
      close([1.0986123085, 1.2039728165]),
    )
  })

  describe.each([-1, 255])('ignoring the class %d', (ignoreClass) => {
    const labels = tensor([0, ignoreClass, 1])
    const logits = tensor([
      [1, 2],
      [3, 4],
      [0.5, -1],
    ])
    const options = { fromLogits: true, ignoreClass }

    test.each([
      ['sumOverBatchSize', 1.5073375701904297, 3.2087507247924805],
      ['sum', 3.0146749019622803, 6.417501449584961],
      ['meanWithSampleWeight', 1.5073374509811401, 1.6043753623962402],
    ] as const)('with %s', (reduction, plain, weighted) => {
      const loss = new SparseCategoricalCrossentropy({ ...options, reduction })
      expect(numbers(loss.apply(labels, logits))).toEqual(close([plain]))
      expect(numbers(loss.apply(labels, logits, { sampleWeight: tensor([1, 2, 3]) }))).toEqual(
        close([weighted]),
      )
    })

    test('gives 0 there, and a mask', () => {
      tidy(() => {
        const values = sparseCategoricalCrossentropy(labels, logits, options)
        expect(numbers(values)).toEqual(close([1.3132616875, 0, 1.7014132779]))
        expect(getMask(values)!.arraySync()).toEqual([true, false, true])
      })
    })

    test('goes with a mask of the predictions', () => {
      const loss = new SparseCategoricalCrossentropy(options)
      const mask = tensor([false, true, true])
      expect(numbers(loss.apply(labels, logits, { mask }))).toEqual(close([1.7014132779]))
    })

    test('has no gradient there', () => {
      const slope = grad((x: Tensor) => sum(sparseCategoricalCrossentropy(labels, x, options)))(logits)
      expect(numbers(slope).slice(2, 4)).toEqual([0, 0])
    })

    test('leaves nothing of its mask in a loss', () => {
      const before = memory().tensors
      const loss = new SparseCategoricalCrossentropy(options)
      loss.apply(labels, logits).dispose()
      expect(memory().tensors).toBe(before)
    })
  })

  test('has gradients of both orders', async () => {
    const p = double([
      [0.2, 0.7, 0.35],
      [0.3, 0.4, 0.2],
    ])
    for (const options of [
      {},
      { fromLogits: true },
      { ignoreClass: 2 },
      { fromLogits: true, ignoreClass: 2 },
    ]) {
      const f = (x?: Tensor): Tensor => sparseCategoricalCrossentropy(tensor([1, 2]), x!, options)
      await checkGradients(f, [p], { order: 2 })
    }
  })
})
