import { beforeEach, describe, expect, test } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { setBackend, withBackend } from '../backend/current.ts'
import { kernelKey } from '../backend/kernel-key.ts'
import { testBackend } from '../backend/test-backend.ts'
import { ArgumentError, BackendMismatchError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { argMax } from '../ops/arg-max.ts'
import { cast } from '../ops/cast.ts'
import { gather } from '../ops/gather.ts'
import { matmul } from '../ops/matmul.ts'
import { scatterAdd } from '../ops/scatter-add.ts'
import { softmax, softmaxKernel } from '../ops/softmax.ts'
import { sub } from '../ops/sub.ts'
import { sum } from '../ops/sum.ts'
import { tanh } from '../ops/tanh.ts'
import { where } from '../ops/where.ts'
import { ReferenceBackend, referenceBackend } from '../reference/index.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import { type ProfiledBackend, profile } from './index.ts'

let time = 0
/** A clock that goes on by two milliseconds whenever it is read. */
const ticking = (): number => (time += 2)

let backend: ProfiledBackend
beforeEach(() => {
  setBackend(testBackend())
  backend = profile(testBackend(), { now: ticking })
})

const counts = (profiled: ProfiledBackend = backend): Record<string, number> =>
  Object.fromEntries(profiled.rows().map(({ name, calls }) => [name, calls]))

describe('every call is counted', () => {
  test('of all fourteen methods, and each function by itself', async () => {
    withBackend(backend, () =>
      tidy(() => {
        const x = ones([2, 3])
        sub(tanh(x), x)
        sum(x, { axis: 0 })
        argMax(x, { axis: 1 })
        matmul(x, tensor([[1], [2], [3]]))
        cast(x, 'int32')
        where(tensor([true, false, true]), x, 0)
        const rows = tensor([1, 0], { dtype: 'int32' })
        gather(x, rows)
        scatterAdd(zeros([2, 3]), rows, x)
      }),
    )
    const x = tensor([1, 2], { backend })
    await x.data()
    x.dataSync()
    x.dispose()
    expect(counts()).toMatchObject({
      fill: expect.any(Number),
      'unary tanh': 1,
      'binary sub': 1,
      'reduce sum': 1,
      'argReduce max': 1,
      matmul: 1,
      copy: 1,
      select: 1,
      gather: 1,
      scatterAdd: 1,
      read: 1,
      readSync: 1,
    })
    expect(counts()['alloc']).toBe(counts()['free'])
    expect(counts()['write']).toBe(4)
  })

  test('of the kernels in its table, whenever and wherever they were added', () => {
    const inner = referenceBackend()
    const profiled = profile(inner, { now: ticking })
    const nothing = (_x: unknown, _axis: number, out: Parameters<typeof inner.fill>[0]): void =>
      inner.fill(out, 0)
    const x = tensor([1, 2], { backend: profiled })
    softmax(x)
    expect(counts(profiled)).not.toHaveProperty('kernel softmax')
    inner.kernels.set(softmaxKernel, nothing as never)
    expect(softmax(x).arraySync()).toEqual([0, 0])
    expect(profiled.kernels.get(softmaxKernel)).toBe(profiled.kernels.get(softmaxKernel))
    expect([...profiled.kernels.keys()]).toEqual([softmaxKernel])
    expect(counts(profiled)).toHaveProperty('kernel softmax', 1)
    expect(profiled.kernels.delete(softmaxKernel)).toBe(true)
    expect(inner.kernels.get(softmaxKernel)).toBeUndefined()
    profiled.kernels.set(softmaxKernel, nothing as never)
    expect(inner.kernels.get(softmaxKernel)).toBe(nothing)
    softmax(x)
    expect(counts(profiled)).toHaveProperty('kernel softmax', 2)
  })

  test('of a kernel that was replaced', () => {
    const key = kernelKey<(n: number) => void>('note')
    const seen: number[] = []
    backend.kernels.set(key, (n) => seen.push(n))
    backend.kernels.get(key)!(1)
    backend.kernels.set(key, (n) => seen.push(10 * n))
    backend.kernels.get(key)!(1)
    expect(seen).toEqual([1, 10])
    expect(counts()).toEqual({ 'kernel note': 2 })
  })

  test('of calls that throw and reads that reject', async () => {
    const failing = new ReferenceBackend(referenceBackend().caps)
    failing.unary = () => {
      throw new Error('no such kernel')
    }
    failing.read = () => Promise.reject(new Error('lost'))
    const profiled = profile(failing, { now: ticking })
    const x = tensor([1], { backend: profiled })
    expect(() => tanh(x)).toThrow('no such kernel')
    await expect(x.data()).rejects.toThrow('lost')
    expect(counts(profiled)).toMatchObject({ 'unary tanh': 1, read: 1 })
  })
})

test('what took longest comes first, and a reset forgets everything', () => {
  let now = 0
  const inner = new ReferenceBackend(referenceBackend().caps)
  inner.fill = () => {
    now += 1.5
  }
  inner.copy = () => {
    now += 6
  }
  const profiled = profile(inner, { now: () => now })
  profiled.fill({} as never, 0)
  profiled.fill({} as never, 0)
  profiled.copy({} as never, {} as never)
  expect(profiled.rows()).toEqual([
    { name: 'copy', calls: 1, milliseconds: 6 },
    { name: 'fill', calls: 2, milliseconds: 3 },
  ])
  expect(profiled.table()).toBe(
    [
      'call  calls  total ms  mean µs    share',
      'copy      1     6.000   6000.0   66.7 %',
      'fill      2     3.000   1500.0   33.3 %',
      'all       3     9.000   3000.0  100.0 %',
    ].join('\n'),
  )
  profiled.reset()
  expect(profiled.rows()).toEqual([])
  expect(profiled.table()).toBe('call  calls  total ms  mean µs  share\nall       0     0.000')
})

test('the time of a read is the time until it resolves', async () => {
  let now = 0
  const inner = new ReferenceBackend(referenceBackend().caps)
  inner.read = async (storage) => {
    await Promise.resolve()
    now += 25
    return inner.readSync(storage)
  }
  const profiled = profile(inner, { now: () => now })
  await tensor([1], { backend: profiled }).data()
  expect(profiled.rows()[0]).toEqual({ name: 'read', calls: 1, milliseconds: 25 })
})

test('it has what the backend has and nothing more', async () => {
  const { readSync: _, ...rest } = Object.assign(Object.create(null) as object, {
    ...profile(referenceBackend()),
  })
  const asynchronous = profile(rest as Backend)
  expect('readSync' in asynchronous).toBe(false)
  expect('sync' in asynchronous).toBe(false)
  expect('dispose' in asynchronous).toBe(false)
  let disposed = 0
  let synced = 0
  const full = profile({
    ...(rest as Backend),
    dispose: () => disposed++,
    sync: async () => {
      synced++
    },
  })
  await full.sync!()
  full.dispose!()
  expect([synced, disposed]).toEqual([1, 1])
  expect(counts(full)).toEqual({ sync: 1 })
  expect(full.caps).toBe((rest as Backend).caps)
})

test('its tensors belong to it, and profiles wrap profiles', () => {
  const outer = profile(backend, { now: ticking })
  const x = tensor([1, 2], { backend: outer })
  expect(tanh(x).storage.backend).toBe(outer)
  expect(counts(outer)).toEqual(counts())
  expect(() => add(x, tensor([1, 2]))).toThrow(BackendMismatchError)
})

test.each([
  ['no backend', [{}], /profile: the argument is not a backend/],
  ['a backend that is still starting', [Promise.resolve()], /hint: await it/],
  ['an unknown option', [referenceBackend(), { clock: Date.now }], /profile: .*option/],
  ['a clock that is no function', [referenceBackend(), { now: 3 }], /profile: now is not a function/],
] as const)('refuses %s', (_name, args, message) => {
  const call = profile as (...args: readonly unknown[]) => unknown
  expect(() => call(...args)).toThrow(ArgumentError)
  expect(() => call(...args)).toThrow(message)
})
