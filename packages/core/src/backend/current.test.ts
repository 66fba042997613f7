import { afterEach, describe, expect, test, vi } from 'vitest'
import { add } from '../ops/add.ts'
import { matmul } from '../ops/matmul.ts'
import { where } from '../ops/where.ts'
import { referenceBackend } from '../reference/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import type { Backend } from './backend.ts'
import { setBackend, withBackend } from './current.ts'

// The current backend is the module's own state: where that matters, a test gets a fresh module.
async function fresh(): Promise<typeof import('./current.ts')> {
  vi.resetModules()
  return await import('./current.ts')
}

const made = (): Backend => referenceBackend() as Backend

afterEach(() => vi.resetModules())

describe('getBackend', () => {
  test('says what to do where none is set', async () => {
    const { getBackend } = await fresh()
    expect(() => getBackend()).toThrow(
      /^getBackend: no backend is set\.\n {2}hint: call setBackend\(cpuBackend\(\)\) from '@tapegrad\/backend-cpu' first/,
    )
    expect(() => getBackend()).toThrow(expect.objectContaining({ code: 'ARGUMENT' }))
  })

  test('makes the default backend once, on first use', async () => {
    const { getBackend, setDefaultBackend } = await fresh()
    const make = vi.fn(made)
    setDefaultBackend(make)
    expect(make).not.toHaveBeenCalled()
    expect(getBackend()).toBe(getBackend())
    expect(make).toHaveBeenCalledOnce()
  })

  test('makes no default where one was set', async () => {
    const { getBackend, setBackend, setDefaultBackend } = await fresh()
    const make = vi.fn(made)
    setDefaultBackend(make)
    const backend = made()
    setBackend(backend)
    expect(getBackend()).toBe(backend)
    expect(make).not.toHaveBeenCalled()
  })

  test('refuses a default that is no backend', async () => {
    const { getBackend, setDefaultBackend } = await fresh()
    // @ts-expect-error: a backend that starts asynchronously
    setDefaultBackend(async () => made())
    expect(() => getBackend()).toThrow(/setDefaultBackend: .*(\n.*)*await it/)
  })
})

describe('setBackend', () => {
  test('refuses what is no backend, and keeps the one before', async () => {
    const { getBackend, setBackend } = await fresh()
    const backend = made()
    setBackend(backend)
    for (const wrong of ['cpu', undefined, null, {}, () => backend]) {
      expect(() => setBackend(wrong as never)).toThrow(/setBackend: the argument is not a backend/)
    }
    expect(() => setBackend(Promise.resolve(backend) as never)).toThrow(
      /backend: a Promise\n {2}hint: await it: this backend starts asynchronously/,
    )
    expect(() => setBackend('cpu' as never)).toThrow(/hint: pass what cpuBackend\(\)/)
    expect(getBackend()).toBe(backend)
  })
})

describe('withBackend', () => {
  test('sets a backend for a function, and the one before afterwards', async () => {
    const { getBackend, setBackend, withBackend } = await fresh()
    const [outer, inner, innermost] = [made(), made(), made()]
    setBackend(outer)
    const seen = withBackend(inner, () => [
      getBackend(),
      withBackend(innermost, () => getBackend()),
      getBackend(),
    ])
    expect(seen).toEqual([inner, innermost, inner])
    expect(seen[1]).toBe(innermost)
    expect(getBackend()).toBe(outer)
  })

  test('restores the one before when the function throws or returns a Promise', async () => {
    const { getBackend, setBackend, withBackend } = await fresh()
    const outer = made()
    setBackend(outer)
    const failure = new Error('it failed')
    expect(() =>
      withBackend(made(), () => {
        throw failure
      }),
    ).toThrow(failure)
    expect(getBackend()).toBe(outer)
    expect(() => withBackend(made(), async () => 1)).toThrow(/withBackend: the function returned a Promise/)
    expect(() => withBackend(made(), () => Promise.reject(failure))).toThrow(/a synchronous function/)
    expect(getBackend()).toBe(outer)
  })

  test('leaves no backend where none was set', async () => {
    const { getBackend, withBackend } = await fresh()
    withBackend(made(), () => undefined)
    expect(() => getBackend()).toThrow(/no backend is set/)
  })

  test('refuses what is no backend or no function', async () => {
    const { withBackend } = await fresh()
    expect(() => withBackend({} as never, () => 1)).toThrow(/withBackend: the argument is not a backend/)
    expect(() => withBackend(made(), 1 as never)).toThrow(
      /withBackend: the second argument is not a function/,
    )
  })
})

describe('operations', () => {
  test('run where their tensors live, whatever backend is current', () => {
    const home = made()
    setBackend(home)
    const x = tensor([1, 2])
    const sum = withBackend(made(), () => add(add(x, 1), x))
    expect(sum.storage.backend).toBe(home)
    expect(sum.arraySync()).toEqual([3, 5])
  })

  test('refuse tensors of different backends', () => {
    setBackend(made())
    const a = zeros([2, 2])
    const b = zeros([2, 2], { backend: made() })
    for (const [op, run] of [
      ['add', () => add(a, b)],
      ['matmul', () => matmul(a, b)],
      ['where', () => where(a, b, 1)],
    ] as const) {
      expect(run).toThrow(expect.objectContaining({ code: 'BACKEND_MISMATCH' }))
      expect(run).toThrow(`${op}: the tensors live on different backends`)
      expect(run).toThrow(/hint: await a\.to\(backend\) first/)
    }
  })
})
