import {
  ArgumentError,
  add,
  cast,
  type Data,
  DisposedError,
  dtypes,
  gather,
  matmul,
  memory,
  OutOfMemoryError,
  ones,
  Storage,
  setBackend,
  sum,
  tensor,
  tidy,
  transpose,
  UnsupportedError,
  zeros,
} from '@tapegrad/core'
import { afterEach, expect, test, vi } from 'vitest'
import { cpuBackend } from './cpu-backend.ts'

const MiB = 2 ** 20

afterEach(() => {
  vi.unstubAllGlobals()
  vi.resetModules()
})

test('is ready at once', () => {
  setBackend(cpuBackend())
  expect([...add(tensor([1, 2]), 1).dataSync()]).toEqual([2, 3])
  expect(matmul(ones([2, 3]), ones([3, 2])).arraySync()).toEqual([
    [3, 3],
    [3, 3],
  ])
})

test.each(dtypes)('%s: write copies, read gives copies', async (dtype) => {
  const backend = cpuBackend()
  const storage = new Storage(backend, dtype, 5)
  const data = storage.dtype === 'bool' ? Uint8Array.of(1, 0, 1, 1, 0) : backend.readSync(storage)
  data.set([1, 0, 1, 1, 0])
  backend.write(storage, data)
  data.fill(0)
  const first = backend.readSync(storage)
  expect([...first]).toEqual([1, 0, 1, 1, 0])
  first.fill(0)
  const second: Data = await backend.read(storage)
  expect([...second]).toEqual([1, 0, 1, 1, 0])
  expect(second.constructor).toBe(first.constructor)
  storage.release()
})

test('says what it can do', () => {
  const { name, caps } = cpuBackend()
  expect(name).toBe('cpu')
  expect([...caps.dtypes]).toEqual([...dtypes])
  expect(caps).toMatchObject({
    strided: true,
    maxInt: 2 ** 31 - 1,
    specialValues: true,
    checksIndices: true,
    deterministic: true,
  })
})

test.each([
  [null, 'the options are not an object'],
  [{ thread: 2 }, 'the option thread is unknown'],
  [{ threads: 2 }, 'the option threads is unknown'],
  [{ memoryLimit: '1GB' }, 'memoryLimit is out of range'],
  [{ memoryLimit: 1000 }, 'memoryLimit is out of range'],
  [{ memoryLimit: 2 ** 33 }, 'memoryLimit is out of range'],
  [{ memoryLimit: Number.NaN }, 'memoryLimit is out of range'],
])('refuses the options %j', (options, message) => {
  expect(() => cpuBackend(options as object)).toThrow(ArgumentError)
  expect(() => cpuBackend(options as object)).toThrow(message)
})

test('the memory limit holds, and what is there stays', () => {
  setBackend(cpuBackend({ memoryLimit: 2 * MiB }))
  tidy(() => {
    const kept = ones([1000])
    const { tensors } = memory()
    expect(() => zeros([2 * MiB])).toThrow(OutOfMemoryError)
    expect(memory().tensors).toBe(tensors)
    expect(kept.dataSync().every((x) => x === 1)).toBe(true)
  })
})

test('addresses beyond 2 GiB', (context) => {
  const backend = cpuBackend()
  setBackend(backend)
  let below: Storage<number>
  try {
    below = new Storage(backend, 'uint8', 2 ** 31 - 1)
  } catch (error) {
    if (error instanceof OutOfMemoryError) return context.skip('this machine does not give 2 GiB')
    throw error
  }
  tidy(() => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(x.storage.handle).toBeGreaterThan(2 ** 31)
    expect(add(transpose(x), tensor([10, 20])).arraySync()).toEqual([
      [11, 24],
      [12, 25],
      [13, 26],
    ])
    expect(cast(transpose(x), 'int32').arraySync()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    expect(matmul(x, transpose(x)).arraySync()).toEqual([
      [14, 32],
      [32, 77],
    ])
    expect(sum(x, { axis: 0 }).arraySync()).toEqual([5, 7, 9])
    expect(gather(x, tensor([1], { dtype: 'int32' })).arraySync()).toEqual([[4, 5, 6]])
  })
  below.release()
})

test('its memory holds the storages at their handles, also after it grew', () => {
  const backend = cpuBackend()
  const element = ({ storage }: { storage: Storage }, i: number): number | undefined =>
    new Float32Array(backend.memory().buffer, storage.handle as number)[i]
  tidy(() => {
    const x = tensor([1, 2, 3], { backend })
    const { buffer } = backend.memory()
    expect(element(x, 2)).toBe(3)
    const large = ones([4 * MiB], { backend })
    expect(backend.memory().buffer).not.toBe(buffer)
    expect([element(x, 2), element(large, 4 * MiB - 1)]).toEqual([3, 1])
    new Float32Array(backend.memory().buffer, x.storage.handle as number, 3)[1] = 7
    expect([...x.dataSync()]).toEqual([1, 7, 3])
  })
})

test('after dispose everything fails with a name, and giving back is no mistake', async () => {
  const backend = cpuBackend()
  setBackend(backend)
  const x = tensor([1, 2])
  backend.dispose()
  backend.dispose()
  expect(() => tensor([1])).toThrow(DisposedError)
  expect(() => add(x, 1)).toThrow(DisposedError)
  expect(() => x.dataSync()).toThrow(DisposedError)
  await expect(x.data()).rejects.toThrow(DisposedError)
  expect(() => backend.memory()).toThrow(DisposedError)
  x.dispose()
})

test.each([
  ['SIMD', { ...WebAssembly, validate: () => false }],
  ['WebAssembly', undefined],
])('without %s it names the reference backend', async (_, stub) => {
  vi.stubGlobal('WebAssembly', stub)
  const { cpuBackend: make } = await import('./cpu-backend.ts')
  const { UnsupportedError: Unsupported } = await import('@tapegrad/core')
  expect(() => make()).toThrow(Unsupported)
  expect(() => make()).toThrow('@tapegrad/core/reference')
  expect(Unsupported.name).toBe(UnsupportedError.name)
})
