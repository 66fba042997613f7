import { beforeEach, describe, expect, test } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { type TestBackend, testBackend } from '../backend/test-backend.ts'
import { ArgumentError, DisposedError, UnsupportedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { keep, tidy } from '../memory/scope.ts'
import { add } from '../ops/add.ts'
import { reshape } from '../ops/reshape.ts'
import { slice } from '../ops/slice.ts'
import { transpose } from '../ops/transpose.ts'
import { referenceBackend } from '../reference/index.ts'
import { scalar, tensor, zeros, zerosLike } from './create.ts'
import { Tensor } from './tensor.ts'

let backend: TestBackend

beforeEach(() => {
  backend = testBackend()
  setBackend(backend)
})

const matrix = (): Tensor =>
  tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])

describe('views', () => {
  test('share the storage of the tensor that they show', () => {
    const x = matrix()
    const views = [reshape(x, [3, 2]), transpose(x), slice(x, [null, [1]])]
    for (const view of views) expect(view.storage).toBe(x.storage)
    expect(x.storage.refs).toBe(4)
    expect(backend.live()).toBe(1)
  })

  test('keep the storage alive when the tensor is disposed', () => {
    const x = matrix()
    const view = transpose(x)
    x.dispose()
    expect(backend.live()).toBe(1)
    expect(view.arraySync()).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ])
    view.dispose()
    expect(backend.live()).toBe(0)
  })

  test('know whether their elements lie in order', () => {
    const x = matrix()
    expect(x.contiguous).toBe(true)
    expect(transpose(x).contiguous).toBe(false)
    expect(slice(x, [[1]])).toMatchObject({ contiguous: true, offset: 3 })
    expect(slice(x, [null, [0, 1]]).contiguous).toBe(false)
    expect(
      slice(x, [
        [0, 1],
        [null, null, -1],
      ]),
    ).toMatchObject({ strides: [3, -1], offset: 2 })
  })

  test('that lie in order somewhere in the storage are read from there', async () => {
    const view = slice(matrix(), [[1]])
    expect([...view.dataSync()]).toEqual([4, 5, 6])
    expect([...(await view.data())]).toEqual([4, 5, 6])
  })

  test('are read in their own order, and leave nothing behind', async () => {
    const view = slice(transpose(matrix()), [[1], [null, null, -1]])
    const before = memory()
    expect([...view.dataSync()]).toEqual([5, 2, 6, 3])
    expect([...(await view.data())]).toEqual([5, 2, 6, 3])
    expect(await view.array()).toEqual([
      [5, 2],
      [6, 3],
    ])
    expect(memory()).toEqual(before)
  })
})

describe('reading', () => {
  test('copies: whoever gets the data may change it', async () => {
    const x = tensor([1, 2])
    x.dataSync()[0] = 9
    ;(await x.data())[0] = 9
    expect([...x.dataSync()]).toEqual([1, 2])
  })

  test('gives each dtype its typed array, and bool bytes of 0 and 1', async () => {
    expect(tensor([true, false]).dataSync()).toEqual(Uint8Array.of(1, 0))
    expect(tensor([1], { dtype: 'uint8' }).dataSync()).toEqual(Uint8Array.of(1))
    expect(tensor([1], { dtype: 'int32' }).dataSync()).toEqual(Int32Array.of(1))
    expect(await tensor([1]).data()).toEqual(Float32Array.of(1))
    expect(await tensor([1], { dtype: 'float64' }).data()).toEqual(Float64Array.of(1))
  })

  test('gives nested arrays: booleans for bool, the element itself for a scalar', async () => {
    expect(tensor([[true], [false]]).arraySync()).toEqual([[true], [false]])
    expect(await scalar(3).array()).toBe(3)
    expect(scalar(true).arraySync()).toBe(true)
    expect(zeros([2, 0]).arraySync()).toEqual([[], []])
    expect(await zeros([0, 2]).array()).toEqual([])
  })

  test('goes on when the tensor is disposed meanwhile', async () => {
    const x = matrix()
    const view = transpose(x)
    const reads = Promise.all([x.data(), view.data()])
    x.dispose()
    view.dispose()
    const [data, viewed] = await reads
    expect([...data]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...viewed]).toEqual([1, 4, 2, 5, 3, 6])
    expect(backend.live()).toBe(0)
  })

  test('at once is refused where the backend cannot', async () => {
    setBackend(testBackend({ readsAtOnce: false }))
    const x = tensor([1, 2])
    expect(() => x.dataSync()).toThrow(UnsupportedError)
    expect(() => x.arraySync()).toThrow(/dataSync: .*\n {2}backend: "test"\n {2}hint: await tensor.data\(\)/)
    expect([...(await x.data())]).toEqual([1, 2])
    expect(zeros([0]).dataSync()).toEqual(new Float32Array(0))
  })

  test('gives the memory back where copying fails', () => {
    let fails = false
    const failing = testBackend({
      before: (method) => {
        if (fails && method === 'copy') throw new Error('the device is on fire')
      },
    })
    setBackend(failing)
    const view = transpose(matrix())
    fails = true
    const before = memory()
    expect(() => view.dataSync()).toThrow('the device is on fire')
    expect(memory()).toEqual(before)
  })
})

describe('disposing', () => {
  test('gives storage and counters back once, however often it is called', () => {
    const before = memory()
    const x = matrix()
    expect(memory()).toEqual({
      ...before,
      tensors: before.tensors + 1,
      storages: before.storages + 1,
      bytes: before.bytes + 24,
    })
    expect(x.disposed).toBe(false)
    x.dispose()
    x.dispose()
    expect(x.disposed).toBe(true)
    expect(memory()).toEqual(before)
    expect(backend.live()).toBe(0)
  })

  test('happens at the end of a block with `using`', () => {
    const before = memory()
    let seen: Tensor | undefined
    {
      using x = matrix()
      seen = x
    }
    expect(seen.disposed).toBe(true)
    expect(memory()).toEqual(before)
  })

  test('happens with `using` when the block throws, too', () => {
    const before = memory()
    expect(() => {
      using x = matrix()
      throw new Error(String(x.rank))
    }).toThrow('2')
    expect(memory()).toEqual(before)
  })

  test('leaves shape and dtype readable, for messages', () => {
    const x = matrix()
    x.dispose()
    expect(x).toMatchObject({ shape: [2, 3], dtype: 'float32', rank: 2, size: 6 })
    expect(String(x)).toBe('Tensor float32[2, 3] (disposed)')
  })
})

describe('after disposal', () => {
  const uses: readonly [string, (x: Tensor) => unknown][] = [
    ['dataSync', (x) => x.dataSync()],
    ['arraySync', (x) => x.arraySync()],
    ['keep', (x) => keep(x)],
    ['add', (x) => add(x, 1)],
    ['add', (x) => add(scalar(1), x)],
    ['reshape', (x) => reshape(x, [6])],
    ['zerosLike', (x) => zerosLike(x)],
  ]

  test.each(uses)('%s throws', (op, use) => {
    const x = matrix()
    x.dispose()
    expect(() => use(x)).toThrow(DisposedError)
    expect(() => use(x)).toThrow(/was used after dispose/)
    expect(() => use(x)).toThrow(op === 'arraySync' ? 'dataSync' : op)
  })

  test.each(uses)('by a scope %s throws, and the message names the scope', (_, use) => {
    let escaped: Tensor | undefined
    tidy(() => {
      escaped = matrix()
    })
    expect(() => use(escaped!)).toThrow(DisposedError)
    expect(() => use(escaped!)).toThrow(
      /after its tidy scope ended\.(\n.*)*hint: return it from tidy, or keep\(\)/,
    )
  })

  test.each([
    ['data', (x: Tensor) => x.data()],
    ['array', (x: Tensor) => x.array()],
    ['format', (x: Tensor) => x.format()],
    ['to', (x: Tensor) => x.to(referenceBackend())],
  ])('%s rejects', async (_, use) => {
    const x = matrix()
    x.dispose()
    await expect(use(x)).rejects.toThrow(DisposedError)
    const empty = zeros([0])
    empty.dispose()
    await expect(use(empty)).rejects.toThrow(DisposedError)
  })
})

describe('to', () => {
  test('names itself when the tensor was disposed', async () => {
    const x = matrix()
    x.dispose()
    await expect(x.to(referenceBackend())).rejects.toThrow(/^to: tensor was used after dispose/)
  })

  test('copies to another backend', async () => {
    const other = referenceBackend()
    const x = transpose(matrix())
    const moved = await x.to(other)
    expect(moved.storage.backend).toBe(other as Backend)
    expect(moved).toMatchObject({ shape: [3, 2], dtype: 'float32', contiguous: true })
    expect(moved.arraySync()).toEqual(x.arraySync())
    const same = await x.to(backend)
    expect(same.storage).not.toBe(x.storage)
  })

  test('needs a backend that has the dtype', async () => {
    const small = referenceBackend({ dtypes: ['float32', 'int32', 'bool'] })
    await expect(tensor([1], { dtype: 'float64' }).to(small)).rejects.toThrow(UnsupportedError)
    await expect(tensor([1]).to(Promise.resolve() as never)).rejects.toThrow(
      /to: .*not a backend.*(\n.*)*await it/,
    )
    await expect(tensor([1]).to(undefined as never)).rejects.toThrow(ArgumentError)
  })
})

test('every tensor is one to instanceof', () => {
  expect(matrix()).toBeInstanceOf(Tensor)
  expect(transpose(matrix())).toBeInstanceOf(Tensor)
})
