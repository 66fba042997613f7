import { beforeEach, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { tensor, zeros } from '../tensor/create.ts'
import { gatherND } from './gather-nd.ts'
import { expectValues, forEachTensor, indicesOf, testBackends } from './movement-test-cases.ts'
import { nonzero } from './nonzero.ts'
import { transpose } from './transpose.ts'

beforeEach(() => setBackend(testBackends[0]!))

test.each([[[4]], [[2, 3]], [[2, 1, 2, 1, 2]], [[0, 2]], [[]]])(
  'finds what plain loops find: %j',
  async (shape) => {
    const found: Promise<void>[] = []
    forEachTensor(shape, ({ x, values }) => {
      const expected = indicesOf(shape).filter((_, i) => values.values[i] !== 0)
      found.push(
        nonzero(x).then((out) => {
          expect(out.dtype).toBe('int32')
          expect(out.storage.backend).toBe(x.storage.backend)
          expectValues(out, { shape: [expected.length, shape.length], values: expected.flat() })
          out.dispose()
        }),
      )
    })
    await Promise.all(found)
    expect(found.length).toBeGreaterThan(40)
  },
)

test('NaN and infinities are not zero, both zeros are', async () => {
  const x = tensor([Number.NaN, -0, Infinity, 0, -1e-45])
  expect((await nonzero(x)).arraySync()).toEqual([[0], [2], [4]])
  expect((await nonzero(tensor(0))).shape).toEqual([0, 0])
  expect((await nonzero(tensor(5))).shape).toEqual([1, 0])
  expect((await nonzero(zeros([2, 3]))).shape).toEqual([0, 2])
})

test('gives what gatherND takes', async () => {
  const x = transpose(
    tensor([
      [0, 2],
      [3, 0],
      [0, 4],
    ]),
  )
  expect(gatherND(x, await nonzero(x)).arraySync()).toEqual([3, 2, 4])
})
