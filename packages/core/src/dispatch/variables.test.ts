import { beforeEach, expect, test } from 'vitest'
import type { Operand } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { testBackend } from '../backend/test-backend.ts'
import { add } from '../ops/add.ts'
import { cast } from '../ops/cast.ts'
import { exp } from '../ops/exp.ts'
import { matmul } from '../ops/matmul.ts'
import { reshape } from '../ops/reshape.ts'
import { softmax } from '../ops/softmax.ts'
import { sum } from '../ops/sum.ts'
import { transpose } from '../ops/transpose.ts'
import { where } from '../ops/where.ts'
import { tensor } from '../tensor/create.ts'
import type { Data } from '../tensor/dtype.ts'
import { Variable, variable } from '../tensor/variable.ts'

const handed: Operand<Data>[] = []

beforeEach(() => {
  setBackend(testBackend({ before: (_, operands) => void handed.push(...operands) }))
  handed.length = 0
})

test('no backend gets a variable itself, whose storage may be replaced while the call is queued', () => {
  const w = variable([
    [1, 2],
    [3, 4],
  ])
  exp(w)
  add(w, w)
  add(w, 1)
  where(w, w, 0)
  cast(w, 'int32')
  sum(w, { axis: 0 })
  softmax(w)
  matmul(w, w)
  w.assign(transpose(tensor([5, 6, 7, 8], { shape: [2, 2] })))
  w.assign(transpose(w))
  const shared = reshape(w, [4])
  w.prepareWrite()
  expect(shared.arraySync()).toEqual([5, 6, 7, 8])
  expect(handed.length).toBeGreaterThan(10)
  expect(handed.filter((operand) => operand instanceof Variable)).toEqual([])
})
