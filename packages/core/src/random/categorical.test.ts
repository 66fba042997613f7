import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { log } from '../ops/log.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import * as random from './index.ts'

beforeEach(() => setBackend(testBackend()))

test('classes come as often as they should, and those without probability never', () => {
  const probabilities = [0.1, 0, 0.6, 0.3]
  const count = 20_000
  const logits = log(tensor([probabilities, [0, 0, 0, 1]]))
  const [first, second] = random.categorical(logits, count, { seed: 4 }).arraySync() as number[][]
  const counts = new Array<number>(4).fill(0)
  for (const drawn of first!) counts[drawn]!++
  expect(counts[1]).toBe(0)
  const sum = [0, 2, 3].reduce((total, i) => {
    const expected = probabilities[i]! * count
    return total + (counts[i]! - expected) ** 2 / expected
  }, 0)
  // Chi-squared with 2 degrees of freedom: above 13.8 once in 1000.
  expect(sum).toBeLessThan(13.8)
  expect(new Set(second)).toEqual(new Set([3]))
})

test('a constant added to a line changes nothing', () => {
  const draw = (shift: number): unknown =>
    random.categorical(tensor([shift, shift + 1, shift + 2]), 20, { seed: 1 }).arraySync()
  expect(draw(8)).toEqual(draw(0))
})

test('lines of any number of axes, integers, and no draw at all', () => {
  const drawn = random.categorical(zeros([2, 3, 5]), 4, { seed: 1 })
  expect(drawn).toMatchObject({ shape: [2, 3, 4], dtype: 'int32' })
  expect(random.categorical(zeros([3]), 0).shape).toEqual([0])
  expect(random.categorical(zeros([0, 3]), 2).shape).toEqual([0, 2])
  expect(random.categorical(tensor([0, 1], { dtype: 'int32' }), 2).dtype).toBe('int32')
  expect(random.categorical(ones([1], { dtype: 'float64' }), 2).arraySync()).toEqual([0, 0])
})

test('nothing is left behind', () => {
  const logits = zeros([2, 3])
  const before = memory()
  random.categorical(logits, 3).dispose()
  expect(memory()).toEqual(before)
})

test('what cannot be drawn from is refused', () => {
  expect(() => random.categorical(zeros([]), 2)).toThrow(/^random\.categorical: there is no class to draw/)
  expect(() => random.categorical(zeros([2, 0]), 2)).toThrow(ShapeError)
  for (const count of [-1, 1.5, '2', undefined]) {
    expect(() => random.categorical(zeros([2]), count as number)).toThrow(ShapeError)
  }
  expect(() => random.categorical([0, 1] as never, 2)).toThrow(ArgumentError)
  expect(() => random.categorical(zeros([2]), 2, { sed: 1 } as never)).toThrow(/did you mean seed/)
  const gone = zeros([2])
  gone.dispose()
  expect(() => random.categorical(gone, 2)).toThrow(DisposedError)
})
