import { describe, expect, test } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { keepingPromises } from '../backend/test-backend.ts'
import { memory } from '../memory/memory.ts'
import { add } from '../ops/add.ts'
import { matmul } from '../ops/matmul.ts'
import { max } from '../ops/max.ts'
import { mul } from '../ops/mul.ts'
import { neg } from '../ops/neg.ts'
import { reshape } from '../ops/reshape.ts'
import { sum } from '../ops/sum.ts'
import { transpose } from '../ops/transpose.ts'
import { type ReferenceOptions, referenceBackend } from '../reference/index.ts'
import { arange, full, ones, zeros } from '../tensor/create.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** What reached the backend, one line for a call. */
const calls: string[] = []

/** Takes views as its options say, and notes its calls. */
function strictBackend(options: ReferenceOptions = {}): Backend {
  return keepingPromises(referenceBackend(options), (call) => calls.push(call)) as Backend
}

function callsOf(
  backend: Backend,
  make: () => readonly Tensor[],
  run: (...xs: Tensor[]) => Tensor,
): string[] {
  setBackend(backend)
  const xs = make()
  const before = memory()
  calls.length = 0
  run(...xs).dispose()
  expect(memory()).toEqual(before)
  return [...calls]
}

describe('what reaches the backend', () => {
  const strided = (): Backend => strictBackend()
  const contiguous = (): Backend => strictBackend({ strided: false })

  test('is contiguous tensors as they are', () => {
    expect(
      callsOf(
        strided(),
        () => [ones([2, 3])],
        (x) => add(x!, x!),
      ),
    ).toEqual(['binary [2,3] by [3,1] [2,3] by [3,1] [2,3] by [3,1]'])
    expect(
      callsOf(
        strided(),
        () => [ones([2, 3])],
        (x) => mul(x!, 2),
      ),
    ).toEqual(['binary [2,3] by [3,1] 2 [2,3] by [3,1]'])
  })

  test('is a broadcast row by a stride of 0, and a copy where the backend takes no strides', () => {
    const make = (): Tensor[] => [ones([4, 2, 3]), ones([3])]
    const run = (x: Tensor | undefined, y: Tensor | undefined): Tensor => add(x!, y!)
    expect(callsOf(strided(), make, run)).toEqual(['binary [8,3] by [3,1] [8,3] by [0,1] [8,3] by [3,1]'])
    expect(callsOf(contiguous(), make, run)).toEqual([
      'copy [8,3] by [0,1] [8,3] by [3,1]',
      'binary [24] by [1] [24] by [1] [24] by [1]',
    ])
  })

  test('is a transposed operand by its strides', () => {
    const make = (): Tensor[] => [transpose(ones([3, 2])), ones([2, 3])]
    expect(callsOf(strided(), make, (x, y) => add(x!, y!))).toEqual([
      'binary [2,3] by [1,2] [2,3] by [3,1] [2,3] by [3,1]',
    ])
    expect(callsOf(contiguous(), make, (x) => neg(x!))).toEqual([
      'copy [2,3] by [1,2] [2,3] by [3,1]',
      'unary [6] by [1] [6] by [1]',
    ])
  })

  test('is at most as many dimensions as the backend takes', () => {
    const deep = (): Tensor[] => [transpose(reshape(arange(64), [2, 2, 2, 2, 2, 2]))]
    const backend = strictBackend({ maxRank: 4 })
    const copy = 'copy [2,2,2,2] by [4,8,16,32] [2,2,2,2] by [8,4,2,1]'
    expect(callsOf(backend, deep, (x) => neg(x!))).toEqual([
      ...[copy, copy, copy, copy],
      'unary [64] by [1] [64] by [1]',
    ])
    expect(
      callsOf(
        backend,
        () => [ones([1, 2, 1, 2, 1, 2])],
        (x) => neg(x!),
      ),
    ).toEqual(['unary [8] by [1] [8] by [1]'])
  })

  test('is a reduction as outer × axis × inner, neighbouring axes in one', () => {
    const make = (): Tensor[] => [ones([2, 3, 4, 5])]
    expect(callsOf(strided(), make, (x) => sum(x!))).toEqual(['reduce [120] by [1] [1] by [1]'])
    expect(callsOf(strided(), make, (x) => sum(x!, { axis: [1, 2] }))).toEqual([
      'reduce [2,12,5] by [60,5,1] [2,1,5] by [5,5,1]',
    ])
    expect(callsOf(strided(), make, (x) => sum(x!, { axis: [0, 2] }))).toEqual([
      'reduce [6,4,5] by [20,5,1] [6,1,5] by [5,5,1]',
      'reduce [2,15] by [15,1] [1,15] by [15,1]',
    ])
    expect(
      callsOf(
        strided(),
        () => [transpose(ones([2, 3, 4, 5]))],
        (x) => max(x!, { axis: -1 }),
      ),
    ).toEqual(['reduce [5,4,3,2] by [1,5,20,60] [5,4,3,1] by [12,3,1,1]'])
    expect(
      callsOf(
        strided(),
        () => [ones([3, 1])],
        (x) => sum(x!, { axis: 1 }),
      ),
    ).toEqual([])
  })

  test('is a matrix product with one batch dimension, transposed without a copy', () => {
    expect(
      callsOf(
        strided(),
        () => [ones([2, 3]), transpose(ones([4, 3]))],
        (a, b) => matmul(a!, b!),
      ),
    ).toEqual(['matmul [1,2,3] by [0,3,1] [1,3,4] by [0,1,3] [1,2,4] by [8,4,1]'])
    expect(
      callsOf(
        strided(),
        () => [ones([5, 6, 2, 3]), ones([3, 4])],
        (a, b) => matmul(a!, b!),
      ),
    ).toEqual(['matmul [30,2,3] by [6,3,1] [30,3,4] by [0,4,1] [30,2,4] by [8,4,1]'])
    expect(
      callsOf(
        strided(),
        () => [ones([5, 1, 2, 3]), ones([6, 3, 4])],
        (a, b) => matmul(a!, b!),
      ),
    ).toEqual([
      'copy [5,6,6] by [6,0,1] [5,6,6] by [36,6,1]',
      'copy [5,72] by [0,1] [5,72] by [72,1]',
      'matmul [30,2,3] by [6,3,1] [30,3,4] by [12,4,1] [30,2,4] by [8,4,1]',
    ])
  })

  test('is nothing at all where there are no elements', () => {
    const make = (): Tensor[] => [zeros([0, 3]), ones([3])]
    expect(callsOf(strided(), make, (x, y) => add(x!, y!))).toEqual([])
    expect(callsOf(strided(), make, (x) => neg(x!))).toEqual([])
    expect(
      callsOf(
        strided(),
        () => [zeros([0, 3]), ones([3, 2])],
        (a, b) => matmul(a!, b!),
      ),
    ).toEqual([])
    expect(callsOf(strided(), make, (x) => sum(x!, { axis: 0 }))).toEqual(['fill [3] by [1]'])
    expect(
      callsOf(
        strided(),
        () => [zeros([2, 0]), zeros([0, 3])],
        (a, b) => matmul(a!, b!),
      ),
    ).toEqual(['fill [6] by [1]'])
  })
})

test('a fill writes the whole of what it makes, as one dimension', () => {
  expect(
    callsOf(
      strictBackend(),
      () => [],
      () => full([2, 3, 4], 5),
    ),
  ).toEqual(['fill [24] by [1]'])
  expect(
    callsOf(
      strictBackend(),
      () => [],
      () => full([0, 3], 5),
    ),
  ).toEqual([])
})
