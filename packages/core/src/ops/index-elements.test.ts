import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  IndexError,
  ShapeError,
} from '../errors/index.ts'
import { referenceBackend } from '../reference/index.ts'
import { arange, tensor, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { variable } from '../tensor/variable.ts'
import { index } from './index-elements.ts'
import { ellipsis, type IndexEntry, newAxis } from './index-spec.ts'
import { ints, intsFor, rows } from './index-test-cases.ts'
import { indexUpdate } from './index-update.ts'
import { checkBothGradients, checkValues, expectBalanced, testBackends } from './movement-test-cases.ts'
import { reshape } from './reshape.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each(rows)('x[$numpy]: index selects what NumPy selects', ({ entries, shape, values }) => {
  checkValues(
    [2, 3, 4],
    (x) => {
      const made = intsFor(x)
      const out = index(x, entries(made.ints))
      made.dispose()
      return out
    },
    (x) => ({ shape, values: values.map((position) => x.values[position]!) }),
  )
})

describe('index', () => {
  test('copies nothing without tensors', () => {
    const x = zeros([2, 3, 4])
    expect(index(x, [1, ellipsis, newAxis, [null, null, -1]]).storage).toBe(x.storage)
    expect(index(x, []).storage).toBe(x.storage)
  })

  test('takes scalars, empty tensors and uint8', () => {
    expect(index(tensor(3), []).arraySync()).toBe(3)
    expect(index(tensor(3), [newAxis, ellipsis]).arraySync()).toEqual([3])
    expect(index(zeros([0, 2]), [null, 1]).shape).toEqual([0])
    expect(index(zeros([0, 2]), [ints([]), ints([])]).shape).toEqual([0])
    const x = tensor([
      [1, 2],
      [3, 4],
    ])
    expect(index(x, [ints([1, 0], 'uint8'), ints([0, 1])]).arraySync()).toEqual([3, 2])
  })

  test('hands over any value as it is', () => {
    const x = tensor([
      [Number.NaN, -0],
      [Infinity, 1],
    ])
    expect([...index(x, [ints([1, 0]), ints([0, 1])]).dataSync()]).toEqual([Infinity, -0])
    expect([...index(x, [0]).dataSync()]).toEqual([Number.NaN, -0])
  })

  test('takes variables, and more axes than the backend', () => {
    const w = variable([1, 2, 3])
    const selected = index(w, [ints([2, 0])])
    w.assign([4, 5, 6])
    expect(selected.arraySync()).toEqual([3, 1])
    w.dispose()
    const backend = testBackends[1]!
    const x = reshape(arange(64, { backend }), [2, 2, 2, 2, 2, 2])
    const one = tensor([1], { dtype: 'int32', backend })
    const out = index(x, [one, [null, null, -1], 0, one, ellipsis, newAxis, 1])
    expect(out.shape).toEqual([1, 2, 2, 1])
    // 32 + 4 + 1, with the second axis backward.
    expect([...out.dataSync()]).toEqual([53, 55, 37, 39])
  })

  test('has gradients of both orders', async () => {
    const made = (x: Tensor, values: number[]): Tensor =>
      tensor(values, { dtype: 'int32', backend: x.storage.backend })
    await checkBothGradients([[2, 3]], (x) => index(x!, [-1, [null, null, 2]]))
    await checkBothGradients([[2, 3]], (x) => index(x!, [newAxis, null, 1]))
    await checkBothGradients([[2, 3]], (x) => index(x!, [null, made(x!, [2, 2, 0])]))
    await checkBothGradients([[2, 3]], (x) => index(x!, [made(x!, [1, 1, 0]), made(x!, [2, 2, 0])]))
    await checkBothGradients([[2, 2, 3]], (x) => index(x!, [made(x!, [1, 1]), [1], made(x!, [0, 2])]))
  })

  test('sums the gradients of what is selected several times', () => {
    const g = grad((x: Tensor) => sum(index(x, [ints([1, 1, 0]), ints([0, 0, 1])])))(zeros([2, 2]))
    expect(g.arraySync()).toEqual([
      [0, 1],
      [2, 0],
    ])
  })
})

describe('out of range', () => {
  const x = (): Tensor => zeros([2, 3])

  test('numbers are errors', () => {
    for (const position of [2, -3]) {
      expect(() => index(x(), [position])).toThrow(IndexError)
      expect(() => indexUpdate(x(), [position], 1)).toThrow(
        /^indexUpdate: a position lies outside its axis[\s\S]*expected: from -2 to 1$/,
      )
    }
    expect(() => index(zeros([0]), [0])).toThrow(/expected: none: the axis has no elements/)
  })

  test.each([[[2, 0]], [[0, -1]], [[1, 3]]])(
    'the tensors of %j are errors where the backend checks',
    ([i, j]) => {
      const at = (): Tensor[] => [ints([0, i!]), ints([0, j!])]
      expect(() => index(x(), at())).toThrow(IndexError)
      expect(() => index(x(), at())).toThrow(
        /^index: an index lies outside its axis\.\n {2}index 0: int32\[2\]/,
      )
      expect(() => indexUpdate(x(), at(), 1)).toThrow(/^indexUpdate: an index lies outside its axis/)
    },
  )

  test('they give NaN, and are dropped, where it does not', () => {
    setBackend(referenceBackend({ checksIndices: false }))
    const y = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    const at = [ints([1, 0, -1, 2]), ints([2, 3, 1, 0])]
    expect(index(y, at).arraySync()).toEqual([6, Number.NaN, Number.NaN, Number.NaN])
    expect(index(y, [ints([2, 1])]).arraySync()).toEqual([
      [Number.NaN, Number.NaN, Number.NaN],
      [4, 5, 6],
    ])
    expect([...indexUpdate(y, at, tensor([10, 20, 30, 40])).dataSync()]).toEqual([1, 2, 3, 4, 5, 10])
    expect([...indexUpdate(y, [ints([-1, 2, 0])], 0).dataSync()]).toEqual([0, 0, 0, 4, 5, 6])
  })

  test('axes without elements have nothing to select', () => {
    expect(() => index(zeros([0, 2]), [ints([0]), ints([0])])).toThrow(IndexError)
    expect(() => index(zeros([0]), [ints([0])])).toThrow(/^index: an axis without elements/)
    expect(() => indexUpdate(zeros([0]), [ints([0])], 1)).toThrow(/^indexUpdate: axes without elements/)
  })
})

describe.each([
  { name: 'index', run: (x: Tensor, entries: readonly IndexEntry[]) => index(x, entries) },
  { name: 'indexUpdate', run: (x: Tensor, entries: readonly IndexEntry[]) => indexUpdate(x, entries, 1) },
])('$name refuses', ({ name, run }) => {
  const x = (): Tensor => zeros([2, 3])

  test('what is no index', () => {
    expect(() => run(x(), 1 as never)).toThrow(ArgumentError)
    expect(() => run(x(), 1 as never)).toThrow(new RegExp(`^${name}: the index is not an array`))
    expect(() => run(x(), [undefined as never])).toThrow(/an entry of the index is of no known kind/)
    expect(() => run(x(), ['all' as never])).toThrow(ArgumentError)
    expect(() => run(x(), [0.5])).toThrow(/a position is not a whole number/)
    expect(() => run(x(), [[0, 1, 2, 3] as never])).toThrow(/a range is not made of one to three whole/)
    expect(() => run(x(), [[0, 2, 0]])).toThrow(new RegExp(`^${name}: a step is 0`))
    expect(() => run(x(), [ellipsis, 0, ellipsis])).toThrow(/more than one ellipsis/)
    expect(() => run(x(), [0, 0, 0])).toThrow(ShapeError)
    expect(() => run(x(), [0, ints([0]), null])).toThrow(/more entries than the tensor has axes/)
  })

  test('tensors that are no positions', () => {
    expect(() => run(x(), [tensor([true, false])])).toThrow(DTypeError)
    expect(() => run(x(), [tensor([true, false])])).toThrow(/hint: await booleanMask\(x, mask\)/)
    expect(() => run(x(), [tensor([0.5])])).toThrow(/indices are not integers/)
    expect(() => run(x(), [ints([0, 1]), ints([0, 1, 2])])).toThrow(/do not broadcast/)
    const elsewhere = tensor([0], { dtype: 'int32', backend: testBackends[1]! })
    expect(() => run(x(), [elsewhere])).toThrow(BackendMismatchError)
    const gone = ints([0])
    gone.dispose()
    expect(() => run(x(), [gone])).toThrow(DisposedError)
  })

  test('what is no usable tensor, and leaves nothing behind', () => {
    expect(() => run([1] as never, [0])).toThrow(/x is not a tensor/)
    const y = x()
    const a = ints([0, 1])
    const b = ints([0, 1, 2])
    expectBalanced(() => {
      expect(() => run(y, [a, b])).toThrow(ShapeError)
      expect(() => run(y, [b, b])).toThrow(IndexError)
      return []
    })
  })
})
