import { expect, test } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { testBackend } from '../backend/test-backend.ts'
import { OutOfMemoryError, UnsupportedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { referenceBackend } from '../reference/index.ts'
import { Storage } from './storage.ts'

test('is freed with its last reference', () => {
  const backend = testBackend()
  const before = memory()
  const storage = new Storage(backend, 'float64', 3)
  expect(memory()).toMatchObject({ storages: before.storages + 1, bytes: before.bytes + 24 })
  storage.refs++
  storage.release()
  expect(backend.live()).toBe(1)
  storage.release()
  expect(backend.live()).toBe(0)
  expect(memory()).toEqual(before)
})

test('is not counted where the backend has no room, and may be longer than none', () => {
  const before = memory()
  const full = testBackend({
    before: () => {
      throw new OutOfMemoryError('no room', { op: 'alloc' })
    },
  })
  expect(() => new Storage(full, 'float32', 3)).toThrow(OutOfMemoryError)
  const small = referenceBackend({ maxLength: 10 }) as Backend
  expect(() => new Storage(small, 'float32', 11)).toThrow(UnsupportedError)
  expect(() => new Storage(small, 'float32', 11)).toThrow(
    /backend: "reference"\n {2}dtype: "float32"\n {2}elements: 11\n {2}expected: at most 10 elements/,
  )
  expect(memory()).toEqual(before)
  new Storage(small, 'float32', 10).release()
  new Storage(small, 'bool', 0).release()
  expect(memory()).toEqual(before)
})
