import {
  ArgumentError,
  checkGradients,
  grad,
  IndexError,
  memory,
  ShapeError,
  setBackend,
  sum,
  type Tensor,
  type TensorValues,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './index.ts'

setBackend(referenceBackend())

const double = (values: TensorValues): Tensor => tensor(values, { dtype: 'float64' })
const numbers = (x: Tensor): readonly number[] => Array.from(x.dataSync())
const close = (values: readonly number[]): readonly unknown[] => values.map((x) => expect.closeTo(x, 5))
const largest = 3.4028234663852886e38

describe('binaryCrossentropy', () => {
  test('of probabilities at the ends is finite, as Keras’s, and so is its gradient', () => {
    const t = tensor([[0], [1], [0], [1]])
    const p = tensor([[1], [1], [0], [0]])
    const [high, none, zero, low] = numbers(binaryCrossentropy(t, p))
    expect([high, low]).toEqual(close([15.942384719848633, 16.11809539794922]))
    expect([none, zero]).toEqual([expect.closeTo(1.1920930376163597e-7, 9), expect.closeTo(1.192093e-7, 9)])
    const slope = grad((x: Tensor) => sum(binaryCrossentropy(t, x)))(p)
    expect(numbers(slope).every(Number.isFinite)).toBe(true)
  })

  test.each([88.8, 1e4, largest])('of logits of ±%d is exact, and so is its gradient', (size) => {
    const t = tensor([[0], [1], [0], [1]])
    const x = tensor([[size], [size], [-size], [-size]])
    const single = Math.fround(size)
    const loss = (logits: Tensor): Tensor => binaryCrossentropy(t, logits, { fromLogits: true })
    expect(numbers(loss(x))).toEqual([single, expect.closeTo(0, 30), expect.closeTo(0, 30), single])
    const slope = numbers(grad((logits: Tensor) => sum(loss(logits)))(x))
    expect(slope).toEqual([1, 0, 0, -1].map((g) => expect.closeTo(g, 30)))
  })

  test('smooths labels towards one half', () => {
    const [t, p] = [double([[0, 1]]), double([[0.2, 0.7]])]
    const smooth = numbers(binaryCrossentropy(t, p, { labelSmoothing: 0.2 }))
    expect(smooth).toEqual(close(numbers(binaryCrossentropy(double([[0.1, 0.9]]), p))))
    const logits = double([[-1.5, 0.4]])
    expect(numbers(binaryCrossentropy(t, logits, { labelSmoothing: 0.2, fromLogits: true }))).toEqual(
      close(numbers(binaryCrossentropy(double([[0.1, 0.9]]), logits, { fromLogits: true }))),
    )
  })

  test('takes the mean over another axis', () => {
    const [t, p] = [
      tensor([
        [
          [0, 1],
          [1, 0],
        ],
      ]),
      tensor([
        [
          [0.2, 0.7],
          [0.4, 0.3],
        ],
      ]),
    ]
    expect(numbers(binaryCrossentropy(t, p, { axis: 1 }))).toEqual(close([0.5697171092, 0.3566749394]))
  })

  test('has gradients of both orders', async () => {
    const t = double([[0, 1, 0.3]])
    for (const options of [{}, { fromLogits: true }, { labelSmoothing: 0.3 }, { axis: 0 }]) {
      await checkGradients((p) => binaryCrossentropy(t, p!, options), [double([[0.2, 0.7, 0.55]])], {
        order: 2,
      })
    }
  })
})

describe('categoricalCrossentropy', () => {
  test('of probabilities at the ends is finite, as Keras’s, and so is its gradient', () => {
    const t = tensor([
      [0, 1],
      [1, 0],
    ])
    const p = tensor([
      [1, 0],
      [1, 0],
    ])
    const [wrong, right] = numbers(categoricalCrossentropy(t, p))
    expect(wrong).toBeCloseTo(16.11809539794922, 5)
    expect(right).toBeCloseTo(1.1920930376163597e-7, 9)
    const slope = grad((x: Tensor) => sum(categoricalCrossentropy(t, x)))(p)
    expect(numbers(slope).every(Number.isFinite)).toBe(true)
  })

  test.each([88.8, 1e4, largest])('of logits of %d is exact, and so is its gradient', (size) => {
    const t = tensor([
      [0, 1],
      [1, 0],
    ])
    const x = tensor([
      [size, 0],
      [size, 0],
    ])
    const loss = (logits: Tensor): Tensor => categoricalCrossentropy(t, logits, { fromLogits: true })
    expect(numbers(loss(x))).toEqual([Math.fround(size), expect.closeTo(0, 30)])
    const slope = numbers(grad((logits: Tensor) => sum(loss(logits)))(x))
    expect(slope).toEqual([1, -1, 0, 0].map((g) => expect.closeTo(g, 30)))
  })

  test('divides predictions by their sum', () => {
    const t = tensor([[0, 1, 0]])
    expect(numbers(categoricalCrossentropy(t, tensor([[2, 5, 3]])))).toEqual(close([-Math.log(0.5)]))
  })

  test('smooths labels towards an even distribution', () => {
    const t = tensor([[0, 1, 0]])
    const options = { fromLogits: true, labelSmoothing: 0.3 }
    expect(numbers(categoricalCrossentropy(t, tensor([[1, 2, -1]]), options))).toEqual(close([0.7490121722]))
  })

  test('has classes on any axis', () => {
    const [t, p] = [
      tensor([
        [
          [0, 1],
          [1, 0],
        ],
      ]),
      tensor([
        [
          [0.2, 0.7],
          [0.4, 0.3],
        ],
      ]),
    ]
    expect(numbers(categoricalCrossentropy(t, p, { axis: 1 }))).toEqual(close([0.4054651856, 0.3566749394]))
  })

  test('has gradients of both orders', async () => {
    const t = double([
      [0, 1, 0],
      [0.2, 0.3, 0.5],
    ])
    const p = double([
      [0.2, 0.7, 0.35],
      [0.3, 0.4, 0.2],
    ])
    for (const options of [
      {},
      { fromLogits: true },
      { labelSmoothing: 0.3 },
      { fromLogits: true, axis: 0 },
    ]) {
      await checkGradients((x) => categoricalCrossentropy(t, x!, options), [p], { order: 2 })
    }
  })
})

describe('errors', () => {
  const t = tensor([[0, 1]])
  test.each<[string, () => unknown, new (...args: never[]) => Error, RegExp]>([
    [
      'smoothing above 1',
      () => binaryCrossentropy(t, t, { labelSmoothing: 1.5 }),
      ArgumentError,
      /labelSmoothing/,
    ],
    [
      'smoothing of NaN',
      () => categoricalCrossentropy(t, t, { labelSmoothing: Number.NaN }),
      ArgumentError,
      /labelSm/,
    ],
    ['a fraction as axis', () => categoricalCrossentropy(t, t, { axis: 0.5 }), ArgumentError, /axis/],
    [
      'fromLogits as text',
      () => binaryCrossentropy(t, t, { fromLogits: 'yes' as never }),
      ArgumentError,
      /fromLogits/,
    ],
    [
      'a misspelt option',
      () => binaryCrossentropy(t, t, { fromLogit: true } as never),
      ArgumentError,
      /mean fromLogits/,
    ],
    ['no such axis', () => categoricalCrossentropy(t, t, { axis: 2 }), ShapeError, /axis/],
    ['no such negative axis', () => categoricalCrossentropy(t, t, { axis: -3 }), ShapeError, /axis/],
    ['no such axis of means', () => binaryCrossentropy(t, t, { axis: 2 }), ShapeError, /axis/],
    [
      'no such axis of labels',
      () => sparseCategoricalCrossentropy(tensor([0]), t, { axis: 5 }),
      ShapeError,
      /axis/,
    ],
    [
      'one-hot labels',
      () => sparseCategoricalCrossentropy(t, t),
      ShapeError,
      /one-hot labels need CategoricalCross/,
    ],
    [
      'a number of labels',
      () => sparseCategoricalCrossentropy(tensor([1, 0, 1]), t),
      ShapeError,
      /labels of shape \[1\]/,
    ],
    ['a label out of range', () => sparseCategoricalCrossentropy(tensor([2]), t), IndexError, /2/],
    [
      'a label below 0',
      () => sparseCategoricalCrossentropy(tensor([-1]), t, { fromLogits: true }),
      IndexError,
      /-1/,
    ],
    [
      'a class that is no number',
      () => sparseCategoricalCrossentropy(tensor([0]), t, { ignoreClass: 1.5 }),
      ArgumentError,
      /ignoreClass/,
    ],
  ])('for %s', (_, run, type, message) => {
    const before = memory().tensors
    expect(run).toThrow(type)
    expect(run).toThrow(message)
    expect(memory().tensors - before).toBeLessThanOrEqual(2)
  })
})
