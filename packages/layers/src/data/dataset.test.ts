import {
  ArgumentError,
  add,
  memory,
  mul,
  ShapeError,
  setBackend,
  setSeed,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Dataset } from './dataset.ts'

setBackend(referenceBackend())

const numbers = (n: number): Dataset<number> => Dataset.fromArray(Array.from({ length: n }, (_, i) => i))

/** A pass as plain values; its tensors are disposed. */
async function read(data: Dataset<unknown>): Promise<unknown[]> {
  const plain = (value: unknown): unknown => {
    if (value instanceof Object && 'arraySync' in value) {
      const values = (value as Tensor).arraySync()
      ;(value as Tensor).dispose()
      return values
    }
    if (Array.isArray(value)) return value.map(plain)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]))
  }
  return (await data.toArray()).map(plain)
}

describe('Dataset', () => {
  test('gives the rows of tensors, alone or several', async () => {
    const before = memory().tensors
    using x = tensor([
      [1, 2],
      [3, 4],
    ])
    expect(await read(Dataset.fromTensorSlices(x))).toEqual([
      [1, 2],
      [3, 4],
    ])
    const both = Dataset.fromTensorSlices({ x, y: new Int32Array([5, 6]) })
    expect(both.size).toBe(2)
    expect(await read(both)).toEqual([
      { x: [1, 2], y: 5 },
      { x: [3, 4], y: 6 },
    ])
    expect(await read(Dataset.fromTensorSlices([x, new Float32Array([7, 8])]))).toEqual([
      [[1, 2], 7],
      [[3, 4], 8],
    ])
    expect(await read(Dataset.fromTensorSlices([[1], [2]]))).toEqual([[1], [2]])
    expect(memory().tensors).toBe(before + 1)
  })

  test('maps, filters, takes, skips and repeats', async () => {
    const data = numbers(6)
    expect(await read(data.map((x) => x * x))).toEqual([0, 1, 4, 9, 16, 25])
    expect(await read(data.mapAsync(async (x) => x + 1))).toEqual([1, 2, 3, 4, 5, 6])
    expect(await read(data.filter((x) => x % 2 === 1))).toEqual([1, 3, 5])
    expect(await read(data.skip(4))).toEqual([4, 5])
    expect(await read(data.take(2).repeat(2))).toEqual([0, 1, 0, 1])
    expect(await read(data.take(2).repeat().take(5))).toEqual([0, 1, 0, 1, 0])
    expect(await read(data.take(0))).toEqual([])
    expect(await read(data.filter(() => false).repeat())).toEqual([])
    const sizes = [
      data.skip(4),
      data.filter(() => true),
      data.repeat(),
      data.batch(4),
      data.repeat(3).take(7),
    ]
    expect(sizes.map(({ size }) => size)).toEqual([2, null, Number.POSITIVE_INFINITY, 2, 7])
  })

  test('puts elements together, whatever their form', async () => {
    const elements = numbers(5).map((i) => ({
      x: [i, -i],
      parts: [i > 2, { w: new Float32Array([i]) }] as const,
    }))
    expect(await read(elements.batch(2))).toEqual([
      {
        x: [
          [0, -0],
          [1, -1],
        ],
        parts: [[false, false], { w: [[0], [1]] }],
      },
      {
        x: [
          [2, -2],
          [3, -3],
        ],
        parts: [[false, true], { w: [[2], [3]] }],
      },
      { x: [[4, -4]], parts: [[true], { w: [[4]] }] },
    ])
    const whole = elements.batch(2, { dropRemainder: true })
    expect(whole.size).toBe(2)
    expect(await read(whole)).toHaveLength(2)
  })

  test('shuffles by its seed, anew in every pass, and the same in the same pass', async () => {
    const make = (seed?: number): Dataset<number> => numbers(20).shuffle(20, seed)
    const data = make(1)
    const [first, second] = [await read(data), await read(data)]
    expect(first).not.toEqual(second)
    expect([...first].sort((a, b) => Number(a) - Number(b))).toEqual(await read(numbers(20)))
    const again = make(1)
    expect([await read(again), await read(again)]).toEqual([first, second])
    expect(await read(make(2))).not.toEqual(first)
    // Repetitions are passes of their own.
    expect(await read(make(1).repeat(2))).toEqual([...first, ...second])
    setSeed(3)
    const seeded = await read(make())
    setSeed(3)
    expect(await read(make())).toEqual(seeded)
  })

  test('a small buffer keeps elements near their places', async () => {
    const order = (await read(numbers(100).shuffle(5, 1))) as number[]
    expect(order.every((x, i) => x <= i + 5)).toBe(true)
    expect(await read(numbers(5).shuffle(1, 1))).not.toHaveLength(0)
  })

  test('reads generators of every kind, in every pass anew, and closes them', async () => {
    let closed = 0
    let begun = 0
    const data = Dataset.fromGenerator(async function* () {
      begun++
      try {
        for (let i = 0; ; i++) yield i
      } finally {
        closed++
      }
    })
    expect(await read(data.take(3))).toEqual([0, 1, 2])
    expect(
      await read(
        data
          .map((x) => 2 * x)
          .batch(2)
          .take(1),
      ),
    ).toEqual([[0, 2]])
    expect([begun, closed]).toEqual([2, 2])
    for await (const each of data.prefetch(3)) if (each === 4) break
    expect([begun, closed]).toEqual([3, 3])
    expect(await read(Dataset.fromGenerator(() => [7, 8]))).toEqual([7, 8])
    const counter = (): Iterator<number> => {
      let i = 0
      return { next: () => (i < 2 ? { done: false, value: i++ } : { done: true, value: undefined }) }
    }
    expect(await read(Dataset.fromGenerator(counter))).toEqual([0, 1])
  })

  test('asks ahead', async () => {
    let made = 0
    const source = Dataset.fromGenerator(function* () {
      for (;;) yield made++
    })
    const iterator = source.prefetch(4)[Symbol.asyncIterator]()
    expect((await iterator.next()).value).toBe(0)
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(made).toBe(4)
    await iterator.return?.()
  })
})

describe('memory', () => {
  const rows = (n: number): Dataset<{ x: Tensor; y: number }> =>
    Dataset.fromGenerator(function* () {
      for (let i = 0; i < n; i++) yield { x: tensor([i, i]), y: i }
    })
  const pipeline = (n: number): Dataset<{ readonly x: Tensor; readonly y: Tensor }> =>
    rows(n)
      .filter(({ y }) => y % 3 !== 0)
      .map(({ x, y }) => ({ x: add(mul(x, 2), 1), y }))
      .shuffle(5, 1)
      .repeat(2)
      .skip(1)
      .batch(2)
      .prefetch(2)

  test('nothing is left of a whole pass', async () => {
    const before = memory()
    expect(await read(pipeline(20))).toHaveLength(13)
    expect(memory()).toEqual(before)
  })

  test('nothing is left of a pass that ends early, wherever', async () => {
    const before = memory()
    for (let stop = 0; stop < 6; stop++) {
      let seen = 0
      for await (const { x, y } of pipeline(20)) {
        x.dispose()
        y.dispose()
        if (seen++ === stop) break
      }
      expect(memory(), `after ${stop}`).toEqual(before)
    }
  })

  test('nothing is left of errors, wherever they come', async () => {
    const before = memory()
    for (let bad = 0; bad < 12; bad++) {
      const fail = <T>(x: T, y: number): T => {
        mul(tensor([1]), 2)
        if (y === bad) throw new ArgumentError('bad element')
        return x
      }
      const passes = [
        rows(12)
          .map(({ x, y }) => fail({ x: mul(x, 2), y }, y))
          .shuffle(3, 1)
          .batch(2)
          .prefetch(2),
        rows(12)
          .shuffle(3, 1)
          .filter(({ y }) => fail(true, y))
          .batch(5),
        rows(12).mapAsync(async ({ x, y }) =>
          y === bad ? Promise.reject(new Error('bad element')) : { x, y },
        ),
      ]
      for (const pass of passes) {
        await expect(
          (async () => {
            for await (const element of pass) {
              element.x.dispose()
              if (typeof element.y !== 'number') element.y.dispose()
            }
          })(),
        ).rejects.toThrow(/bad element/)
      }
      expect(memory(), `element ${bad}`).toEqual(before)
    }
  })

  test('what a dataset was made from stays the user’s', async () => {
    using x = tensor([1, 2])
    const items = Dataset.fromArray([{ x }])
    for (let pass = 0; pass < 2; pass++) expect(await read(items)).toEqual([{ x: [1, 2] }])
    expect(x.disposed).toBe(false)
  })
})

describe('errors', () => {
  test('say which element it was', async () => {
    const data = numbers(5).map((i) => {
      if (i === 3) throw new ArgumentError('no threes')
      return i
    })
    await expect(data.toArray()).rejects.toThrow(/no threes[\s\S]*in: Dataset\.map, element 3/)
    const own = new TypeError('mine')
    const failing = numbers(2).filter(() => {
      throw own
    })
    await expect(failing.toArray()).rejects.toBe(own)
  })

  test('of elements that do not fit together', async () => {
    const ragged = Dataset.fromArray([[1], [1, 2]]).batch(2)
    await expect(ragged.toArray()).rejects.toThrow(/different shapes[\s\S]*float32\[1\] and float32\[2\]/)
    const parts: Dataset<Record<string, number>> = Dataset.fromArray<Record<string, number>>([
      { a: 1 },
      { b: 1 },
    ])
    await expect(parts.batch(2).toArray()).rejects.toThrow(/different parts/)
    await expect(Dataset.fromArray(['a']).batch(1).toArray()).rejects.toThrow(/cannot stack/)
  })

  test('of arguments', async () => {
    expect(() => Dataset.fromTensorSlices({ x: [1, 2], y: [1] })).toThrow(ShapeError)
    expect(() => Dataset.fromTensorSlices({})).toThrow(/no columns/)
    expect(() => Dataset.fromArray(3 as never)).toThrow(/not a list/)
    expect(() => Dataset.fromGenerator([] as never)).toThrow(/not a function/)
    expect(() => numbers(3).batch(0)).toThrow(/size is not a count/)
    expect(() => numbers(3).batch(2, { drop: true } as object)).toThrow(/unknown option/)
    expect(() => numbers(3).shuffle(2, -1)).toThrow(/seed/)
    expect(() => numbers(3).map(3 as never)).toThrow(/not a function/)
    await expect(numbers(3).repeat().toArray()).rejects.toThrow(/endless/)
  })
})
