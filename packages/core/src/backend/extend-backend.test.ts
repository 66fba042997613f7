import { expect, test } from 'vitest'
import { ArgumentError, BackendMismatchError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { matmul } from '../ops/matmul.ts'
import { softmax, softmaxKernel } from '../ops/softmax.ts'
import { ReferenceBackend, referenceBackend } from '../reference/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { Data } from '../tensor/dtype.ts'
import type { Backend } from './backend.ts'
import { withBackend } from './current.ts'
import { extendBackend } from './extend-backend.ts'
import { KernelTable } from './kernel-key.ts'
import { testBackend } from './test-backend.ts'

test('calls what changes name, and hands all else to the base', async () => {
  const base = testBackend()
  const products: string[] = []
  const backend = extendBackend(base, {
    name: 'mine',
    matmul: (a, b, out) => {
      products.push(`${a.storage.backend.name} ${out.storage.backend.name}`)
      base.matmul(a, b, out)
    },
  })
  expect(backend.name).toBe('mine')
  expect(backend.caps).toBe(base.caps)
  const x = withBackend(backend, () => tidy(() => add(matmul(ones([2, 3]), ones([3, 2])), 1)))
  expect(x.storage.backend).toBe(backend)
  expect(x.arraySync()).toEqual([
    [4, 4],
    [4, 4],
  ])
  expect(await x.array()).toEqual(x.arraySync())
  expect(products).toEqual(['mine mine'])
  x.dispose()
  expect(base.live()).toBe(0)
})

test('its tensors and those of the base do not mix', () => {
  const base = referenceBackend()
  const backend = extendBackend(base, {})
  expect(() => add(tensor([1], { backend }), tensor([1], { backend: base }))).toThrow(BackendMismatchError)
})

test('has of the optional methods those that the base has', async () => {
  const lacking: Backend<unknown> = extendBackend(testBackend({ readsAtOnce: false }), {})
  expect([lacking.readSync, lacking.sync, lacking.dispose]).toEqual([undefined, undefined, undefined])

  const calls: string[] = []
  const base: Backend<Data> = extendBackend(referenceBackend(), {
    sync: async () => void calls.push('sync'),
    dispose: () => void calls.push('dispose'),
  })
  const backend = extendBackend(base, { readSync: () => Float32Array.of(7) })
  await backend.sync?.()
  backend.dispose?.()
  expect(calls).toEqual(['sync', 'dispose'])
  expect(tensor([1], { backend }).arraySync()).toEqual([7])
})

test('looks methods of the base up when they are called, also where they are those of a class', () => {
  const base = referenceBackend()
  expect(base).toBeInstanceOf(ReferenceBackend)
  const backend = extendBackend(base, {})
  const x = tensor([1, 2], { backend })
  base.readSync = () => {
    throw new Error('gone')
  }
  expect(() => x.dataSync()).toThrow('gone')
})

test("kernels are the base's, unless there are others", () => {
  const base = referenceBackend()
  const backend = extendBackend(base, {})
  let calls = 0
  backend.kernels.set(softmaxKernel, (_x, _axis, out) => {
    calls++
    base.fill(out as Parameters<typeof base.fill>[0], 0)
  })
  softmax(tensor([1, 2], { backend: base }))
  expect(calls).toBe(1)
  const without = extendBackend(base, { kernels: new KernelTable() })
  expect(softmax(tensor([1, 1], { backend: without })).arraySync()).toEqual([0.5, 0.5])
  expect(calls).toBe(1)
})

test.each([
  [null, {}, /extendBackend: the argument is not a backend/],
  [referenceBackend(), { matmull: () => {} }, /unknown option "matmull".*did you mean matmul/s],
  [referenceBackend(), null, /extendBackend: the options are not an object/],
])('refuses what is none: %#', (base, changes, message) => {
  expect(() => extendBackend(base as never, changes as never)).toThrow(ArgumentError)
  expect(() => extendBackend(base as never, changes as never)).toThrow(message)
})
