import {
  ArgumentError,
  IndexError,
  memory,
  ones,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  tidy,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import {
  accuracy,
  BinaryAccuracy,
  binaryAccuracy,
  CategoricalAccuracy,
  categoricalAccuracy,
  type Metric,
  SparseTopKCategoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  TopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './index.ts'

setBackend(referenceBackend())

function check(values: Tensor, expected: unknown): void {
  expect(values.dtype).toBe('float32')
  expect(values.arraySync()).toEqual(expected)
}

test('accuracy compares element by element', () => {
  check(accuracy(tensor([1, 2, 3]), tensor([1, 5, 3])), [1, 0, 1])
  check(accuracy(tensor([[1], [2]]), tensor([1, 5])), [[1], [0]])
  check(accuracy(tensor([[1, 2]], { dtype: 'int32' }), tensor([[1, 2.5]])), [[1, 0]])
  check(accuracy(tensor([true, false]), tensor([1, 1])), [1, 0])
})

describe('binaryAccuracy', () => {
  test('counts what is above the threshold as 1, and nothing else', () => {
    check(binaryAccuracy(tensor([1, 1, 0, 0]), tensor([0.5, 0.50001, 0.5, 0.2])), [0, 1, 1, 1])
    check(binaryAccuracy(tensor([1, 0]), tensor([0.35, 0.35]), { threshold: 0.3 }), [1, 0])
    check(binaryAccuracy(tensor([0, 1]), tensor([Number.NaN, Number.NaN])), [1, 0])
  })

  test.each([
    ['int32', tensor([1, 0], { dtype: 'int32' })],
    ['bool', tensor([true, false])],
    ['a column', tensor([[1], [0]])],
  ])('takes targets as %s', (_, targets) => {
    expect(binaryAccuracy(targets, tensor([0.9, 0.8])).dataSync()).toEqual(new Float32Array([1, 0]))
  })

  test('averages over the answers of a sample', () => {
    using metric = new BinaryAccuracy()
    const [t, p] = [
      tensor([
        [1, 1],
        [0, 0],
      ]),
      tensor([
        [0.6, 0.4],
        [0.6, 0.4],
      ]),
    ]
    metric.updateState(t, p, { sampleWeight: tensor([1, 3]) })
    tidy(() => expect(metric.result().dataSync()[0]).toBe(0.5))
    metric.updateState(t, p, {
      sampleWeight: tensor([
        [0, 0],
        [0, 4],
      ]),
    })
    tidy(() => expect(metric.result().dataSync()[0]).toBeCloseTo((0.5 + 1.5 + 2) / (4 + 2), 6))
  })
})

describe('categoricalAccuracy and sparseCategoricalAccuracy', () => {
  const p = tensor([
    [
      [0.1, 0.9, 0.8],
      [0.05, 0.95, 0],
    ],
    [
      [0.4, 0.4, 0.2],
      [0, 0, 1],
    ],
  ])

  test('compare the greatest of each step', () => {
    const labels = tensor([
      [2, 1],
      [0, 2],
    ])
    const rows = tensor([
      [
        [0, 0, 1],
        [0, 1, 0],
      ],
      [
        [1, 0, 0],
        [0, 0, 1],
      ],
    ])
    // Among equal predictions the first one counts.
    check(categoricalAccuracy(rows, p), [
      [0, 1],
      [1, 1],
    ])
    check(sparseCategoricalAccuracy(labels, p), [
      [0, 1],
      [1, 1],
    ])
  })

  test.each([
    ['int32', tensor([2, 1], { dtype: 'int32' })],
    ['uint8', tensor([2, 1], { dtype: 'uint8' })],
    ['float64', tensor([2, 1], { dtype: 'float64' })],
    ['a column', tensor([[2], [1]])],
  ])('take labels as %s', (_, labels) => {
    check(
      sparseCategoricalAccuracy(
        labels,
        tensor([
          [0.1, 0.9, 0.8],
          [0.05, 0.95, 0],
        ]),
      ),
      [0, 1],
    )
  })

  test('a mask of steps leaves padding out', () => {
    using metric = new CategoricalAccuracy()
    const rows = tensor([
      [
        [0, 1, 0],
        [1, 0, 0],
      ],
      [
        [0, 1, 0],
        [1, 0, 0],
      ],
    ])
    metric.updateState(rows, p, {
      mask: tensor([
        [true, false],
        [true, false],
      ]),
    })
    tidy(() => expect(metric.result().dataSync()[0]).toBe(0.5))
  })
})

describe('top-k', () => {
  test('counts the label among the k greatest, with ties', () => {
    const p = tensor([
      [0.5, 0.3, 0.3],
      [0.5, 0.4, 0.3],
      [0.1, 0.2, 0.7],
    ])
    const [labels, rows] = [
      tensor([2, 2, 2]),
      tensor([
        [0, 0, 1],
        [0, 0, 1],
        [0, 0, 1],
      ]),
    ]
    for (const [k, expected] of [
      [1, [0, 0, 1]],
      [2, [1, 0, 1]],
      [3, [1, 1, 1]],
      [9, [1, 1, 1]],
    ] as const) {
      check(topKCategoricalAccuracy(rows, p, { k }), expected)
      check(sparseTopKCategoricalAccuracy(labels, p, { k }), expected)
    }
  })

  test('of 5 when nothing is said, and over steps', () => {
    const p = tensor([
      [
        [6, 5, 4, 3, 2, 1],
        [1, 2, 3, 4, 5, 6],
      ],
    ])
    check(sparseTopKCategoricalAccuracy(tensor([[5, 5]]), p), [[0, 1]])
    check(sparseTopKCategoricalAccuracy(tensor([[[4], [0]]]), p), [[1, 0]])
  })

  test('a prediction of NaN is not among the greatest', () => {
    check(sparseTopKCategoricalAccuracy(tensor([0]), tensor([[Number.NaN, 1]]), { k: 2 }), [0])
    check(sparseTopKCategoricalAccuracy(tensor([0]), tensor([[Number.POSITIVE_INFINITY, 1]]), { k: 1 }), [1])
  })

  test('of sorted class numbers', () => {
    const options = { k: 2, fromSortedIds: true }
    check(
      sparseTopKCategoricalAccuracy(
        tensor([2, 1]),
        tensor([
          [1, 0, 3],
          [1, 2, 3],
        ]),
        options,
      ),
      [0, 1],
    )
    check(sparseTopKCategoricalAccuracy(tensor([[3]]), tensor([[3]]), { k: 4, fromSortedIds: true }), [1])
    check(
      sparseTopKCategoricalAccuracy(
        tensor([3, 0]),
        tensor([
          [1, 0, 3],
          [1, 0, 3],
        ]),
        options,
      ),
      [0, 1],
    )
    using metric = new SparseTopKCategoricalAccuracy(options)
    expect(metric.getConfig()).toEqual({
      name: 'sparse_top_k_categorical_accuracy',
      dtype: 'float32',
      k: 2,
      from_sorted_ids: true,
    })
    using copy = SparseTopKCategoricalAccuracy.fromConfig(metric.getConfig())
    expect(copy.fromSortedIds).toBe(true)
  })
})

describe('errors', () => {
  const [rows, labels] = [ones([2, 3]), zeros([2])]
  test.each<[string, () => unknown, new (...args: never[]) => Error, RegExp]>([
    ['accuracy of other shapes', () => accuracy(rows, labels), ShapeError, /different shapes/],
    ['binaryAccuracy of other shapes', () => binaryAccuracy(rows, labels), ShapeError, /different shapes/],
    ['labels as rows', () => categoricalAccuracy(labels, rows), ShapeError, /class numbers need/],
    ['rows as labels', () => sparseCategoricalAccuracy(rows, rows), ShapeError, /one-hot targets need/],
    [
      'a number of labels',
      () => sparseCategoricalAccuracy(ones([5]), rows),
      ShapeError,
      /labels of shape \[2\]/,
    ],
    ['labels of other shapes', () => sparseTopKCategoricalAccuracy(ones([2, 2]), rows), ShapeError, /labels/],
    [
      'rows of other shapes',
      () => topKCategoricalAccuracy(ones([2, 4]), rows),
      ShapeError,
      /different shapes/,
    ],
    ['no classes', () => categoricalAccuracy(zeros([2, 0]), zeros([2, 0])), ShapeError, /no axis of classes/],
    ['scalars', () => sparseCategoricalAccuracy(tensor(1), tensor(1)), ShapeError, /no axis of classes/],
    ['a label out of range', () => sparseTopKCategoricalAccuracy(tensor([0, 3]), rows), IndexError, /3/],
    ['no tensors', () => topKCategoricalAccuracy([1] as never, rows), ArgumentError, /yTrue is not a tensor/],
    [
      'a k of 0',
      () => topKCategoricalAccuracy(rows, rows, { k: 0 }),
      ArgumentError,
      /k is not a whole number above 0/,
    ],
    ['a k of a half', () => new TopKCategoricalAccuracy({ k: 0.5 }), ArgumentError, /k is not/],
    [
      'ids of 1',
      () => new SparseTopKCategoricalAccuracy({ fromSortedIds: 1 as never }),
      ArgumentError,
      /fromSortedIds/,
    ],
    [
      'a misspelt option',
      () => topKCategoricalAccuracy(rows, rows, { K: 1 } as never),
      ArgumentError,
      /did you mean k/,
    ],
    ['a threshold of 0', () => new BinaryAccuracy({ threshold: 0 }), ArgumentError, /between 0 and 1/],
    [
      'a threshold of 1',
      () => binaryAccuracy(labels, labels, { threshold: 1 }),
      ArgumentError,
      /between 0 and 1/,
    ],
    [
      'a threshold of null',
      () => new BinaryAccuracy({ threshold: null as never }),
      ArgumentError,
      /between 0 and 1/,
    ],
  ])('for %s', (_, run, type, message) => {
    const before = memory().tensors
    tidy(() => {
      expect(run).toThrow(type)
      expect(run).toThrow(message)
    })
    expect(memory().tensors).toBe(before)
  })

  test('of a class are those of its function', () => {
    using metric: Metric = new CategoricalAccuracy()
    expect(() => metric.updateState(labels, rows)).toThrow(ShapeError)
    expect(metric.variables).toEqual([])
  })
})
