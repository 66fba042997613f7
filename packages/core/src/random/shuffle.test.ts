import { beforeEach, expect, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, ShapeError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { square } from '../ops/square.ts'
import { scalar, tensor } from '../tensor/create.ts'
import * as random from './index.ts'

beforeEach(() => setBackend(testBackend()))

const rows = [
  [1, 2],
  [3, 4],
  [5, 6],
]

test('rows change places as a permutation says, and stay whole', () => {
  const order = random.permutation(3, { seed: 7 }).arraySync() as number[]
  const shuffled = random.shuffle(tensor(rows), { seed: 7 }).arraySync()
  expect(shuffled).toEqual(order.map((row) => rows[row]))
  const columns = random.shuffle(tensor(rows), { seed: 8, axis: -1 }).arraySync() as number[][]
  expect(columns.map((row) => [...row].sort())).toEqual(rows)
})

test('the gradient goes back to where each slice came from', () => {
  const x = tensor(rows, { dtype: 'float64' })
  checkGradients((y) => square(random.shuffle(y, { seed: 7 })), [x], { order: 2 })
})

test('dtypes stay, empty tensors too, and nothing is left behind', () => {
  const x = tensor([true, false, true])
  const before = memory()
  const shuffled = random.shuffle(x)
  expect(shuffled.dtype).toBe('bool')
  shuffled.dispose()
  expect(memory()).toEqual(before)
  expect(random.shuffle(tensor([], { shape: [0, 3] })).shape).toEqual([0, 3])
})

test('what has no such axis is refused', () => {
  expect(() => random.shuffle(scalar(1))).toThrow(/^random\.shuffle: a tensor without axes/)
  expect(() => random.shuffle(tensor(rows), { axis: 2 })).toThrow(ShapeError)
  expect(() => random.shuffle(rows as never)).toThrow(ArgumentError)
  expect(() => random.shuffle(tensor(rows), { generator: 1 as never })).toThrow(
    /generator is not a Generator/,
  )
})
