import { testBackend } from '@tapegrad/backend-testkit/vitest'
import { type Backend, memory, OutOfMemoryError, softmax, tensor, zeros } from '@tapegrad/core'
import { profile } from '@tapegrad/core/profiler'
import { expect, test } from 'vitest'
import { type ArenaBackend, arenaBackend } from './arena-backend.ts'

testBackend('arena', () => arenaBackend(2 ** 22), {
  allocated: (backend: Backend) => (backend as ArenaBackend).storages(),
})

test('softmax is one call, and five without the kernel', () => {
  const backend = profile(arenaBackend(2 ** 10))
  const x = tensor([1, 2, 3], { backend })
  const computed = (): number => {
    backend.reset()
    softmax(x).dispose()
    return backend.rows().reduce((sum, { name, calls }) => (/alloc|free/.test(name) ? sum : sum + calls), 0)
  }
  expect(computed()).toBe(1)
  for (const key of backend.kernels.keys()) backend.kernels.delete(key)
  expect(computed()).toBe(5)
})

test('a full arena says so, and goes on with what is given back', () => {
  const backend = arenaBackend(1024)
  const before = memory()
  const first = zeros([600], { backend })
  expect(() => zeros([600], { backend })).toThrow(OutOfMemoryError)
  expect(() => zeros([600], { backend })).toThrow(/the arena is full.\n {2}elements: 600\n.*at most 1024/)
  first.dispose()
  const second = zeros([700], { backend })
  expect(second.dataSync()).toEqual(new Float32Array(700))
  second.dispose()
  expect(memory()).toEqual(before)
  expect(backend.storages()).toBe(0)
})
