import { describe, expect, test } from 'vitest'
import { ArgumentError, OutOfMemoryError } from '../errors/index.ts'
import { defaultGenerator, Generator, setDefaultGenerator, setSeed } from './generator.ts'

const hex = (words: Uint32Array): string =>
  [...words].map((word) => word.toString(16).padStart(8, '0')).join(' ')

describe('the stream of a generator', () => {
  test('is Philox with the seed as key and the number of the block as counter', () => {
    // The first of Random123's published vectors: key 0, counter 0.
    expect(hex(new Generator(0).bits(4))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
    expect(hex(new Generator(0).bits(2))).toBe('6627e8d5 e169c58d')
  })

  test('goes on with the next block, whatever was left of the last', () => {
    const whole = new Generator(7).bits(12)
    const parts = new Generator(7)
    expect([...parts.bits(1), ...parts.bits(4)]).toEqual([whole[0], ...whole.slice(4, 8)])
    expect([...parts.bits(0)]).toEqual([])
    expect([...parts.bits(3)]).toEqual([...whole.slice(8, 11)])
    expect(parts.state.block).toBe(3)
  })

  test('has more than 2³² blocks', () => {
    const at = (block: number): Uint32Array => Generator.fromState({ key: [1, 2], block }).bits(8)
    const across = at(2 ** 32 - 1)
    expect([...across.slice(4)]).toEqual([...at(2 ** 32).slice(0, 4)])
    expect([...at(2 ** 32).slice(0, 4)]).not.toEqual([...at(0).slice(0, 4)])
  })

  test('differs for seeds that differ in any bit', () => {
    const seeds = [0, ...Array.from({ length: 53 }, (_, bit) => 2 ** bit), 2 ** 53 - 1]
    const firsts = new Set(seeds.map((seed) => hex(new Generator(seed).bits(4))))
    expect(firsts.size).toBe(seeds.length)
  })

  test('has as many ones as zeros in every bit', () => {
    const words = new Generator(3).bits(40_000)
    for (let bit = 0; bit < 32; bit++) {
      const ones = words.reduce((count, word) => count + ((word >>> bit) & 1), 0)
      // Five standard deviations.
      expect(Math.abs(ones - 20_000)).toBeLessThan(5 * 100)
    }
  })
})

describe('derived generators', () => {
  test('of split differ from one another and from those of the next split', () => {
    const parent = new Generator(5)
    const keys = [...parent.split(50), ...parent.split(50)].map(({ state }) => state.key.join())
    expect(new Set(keys).size).toBe(100)
    expect(parent.split(0)).toEqual([])
    expect(parent.split()).toHaveLength(2)
  })

  test('of split depend on how far the parent is, of foldIn only on its seed', () => {
    const [a, b] = [new Generator(5), new Generator(5)]
    b.bits(4)
    expect(a.split(1)[0]!.state.key).not.toEqual(b.split(1)[0]!.state.key)
    expect(a.foldIn(3).state).toEqual(b.foldIn(3).state)
    expect(a.foldIn(3).state).not.toEqual(a.foldIn(4).state)
    expect(a.foldIn(2 ** 53 - 1).state).not.toEqual(a.foldIn(2 ** 32 - 1).state)
  })

  test('do not repeat the numbers of the parent', () => {
    const parent = new Generator(5)
    const own = new Set(new Generator(5).bits(1000))
    const shared = [...parent.split(1)[0]!.bits(1000)].filter((word) => own.has(word))
    expect(shared.length).toBeLessThanOrEqual(1)
  })

  test('go on from a state that went through JSON', () => {
    const child = new Generator(5).foldIn(8)
    child.bits(6)
    const resumed = Generator.fromState(JSON.parse(JSON.stringify(child.state)))
    expect([...resumed.bits(10)]).toEqual([...child.bits(10)])
  })
})

describe('refused', () => {
  test.each([[-1], [0.5], [2 ** 53], [Number.NaN], [Infinity], ['1'], [null], [undefined], [1n]])(
    'is the seed %s',
    (seed) => {
      expect(() => new Generator(seed as number)).toThrow(ArgumentError)
      expect(() => setSeed(seed as number)).toThrow(/^setSeed: the seed is not a whole number from 0 to/)
      expect(() => new Generator(1).foldIn(seed as number)).toThrow(/^Generator\.foldIn: /)
    },
  )

  test.each([
    [undefined],
    [null],
    [{}],
    [{ key: [1, 2] }],
    [{ key: [1, 2], block: -1 }],
    [{ key: [1, 2], block: 0.5 }],
    [{ key: [1, 2 ** 32], block: 0 }],
    [{ key: [1, -1], block: 0 }],
    [{ key: [1, 2, 3], block: 0 }],
    [{ key: '12', block: 0 }],
  ])('is the state %j', (state) => {
    expect(() => Generator.fromState(state as never)).toThrow(ArgumentError)
    expect(() => Generator.fromState(state as never)).toThrow(/this is not the state of a generator/)
  })

  test('are lengths and counts that make no sense, and the stream does not move', () => {
    const generator = new Generator(1)
    for (const length of [-1, 1.5, Number.NaN, '2', 2 ** 53]) {
      expect(() => generator.bits(length as number)).toThrow(ArgumentError)
    }
    expect(() => generator.bits(2 ** 52)).toThrow(OutOfMemoryError)
    for (const count of [-1, 1.5, '2']) expect(() => generator.split(count as number)).toThrow(ArgumentError)
    expect(generator.state.block).toBe(0)
  })
})

test('the default generator is one, until it is seeded', () => {
  expect(defaultGenerator()).toBe(defaultGenerator())
  setSeed(11)
  expect(defaultGenerator().state).toEqual(new Generator(11).state)
})

test('the default generator goes on where another one was', () => {
  const [derived] = new Generator(3).split(1)
  derived!.bits(5)
  const { state } = derived!
  const next = derived!.bits(6)
  const given = Generator.fromState(state)
  setDefaultGenerator(given)
  expect(defaultGenerator()).toBe(given)
  expect(defaultGenerator().bits(6)).toEqual(next)
  for (const wrong of [undefined, null, state, 1]) {
    expect(() => setDefaultGenerator(wrong as never)).toThrow(/this is not a generator/)
  }
  expect(defaultGenerator()).toBe(given)
})
