import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, ShapeError, UnsupportedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { referenceBackend } from '../reference/index.ts'
import { arange, eye, linspace } from './ranges.ts'

beforeEach(() => setBackend(referenceBackend()))

describe('arange', () => {
  test.each([
    [[4], [0, 1, 2, 3]],
    [[0], []],
    [[-3], []],
    [[2.5], [0, 1, 2]],
    [
      [2, 5],
      [2, 3, 4],
    ],
    [[5, 2], []],
    [
      [5, 2, -1],
      [5, 4, 3],
    ],
    [
      [1, 2, 0.25],
      [1, 1.25, 1.5, 1.75],
    ],
    [
      [0, 7, 3],
      [0, 3, 6],
    ],
    [
      [0, 6, 3],
      [0, 3],
    ],
    [[0, 1, 1e9], [0]],
  ])('of %j counts like NumPy', (args, expected) => {
    const [start, stop, step] = args as [number, number?, number?]
    const x = stop === undefined ? arange(start) : arange(start, stop, step)
    expect(x.dtype).toBe('float32')
    expect([...x.dataSync()]).toEqual(expected)
  })

  test('takes a dtype after any number of bounds', () => {
    expect(arange(3, { dtype: 'int32' }).dtype).toBe('int32')
    expect([...arange(-1, 2, undefined, { dtype: 'int32' }).dataSync()]).toEqual([-1, 0, 1])
    expect([...arange(0, 1, 0.1, { dtype: 'float64' }).dataSync()]).toHaveLength(10)
  })

  test('does not add up the step, whose errors would add up too', () => {
    const data = arange(0, 1000, 0.1, { dtype: 'float64' }).dataSync()
    expect(data[9999]).toBe(9999 * 0.1)
  })

  test.each([
    [0, 1, 0],
    [0, Infinity, 1],
    [Number.NaN, 1, 1],
    [0, 1, Number.NaN],
    [0, 1, { dtype: 'int32' }],
  ])('refuses %o', (start, stop, step) => {
    expect(() => arange(start, stop, step as number)).toThrow(ArgumentError)
    expect(() => arange(start, stop, step as number)).toThrow(/arange: start, stop and step must be finite/)
  })

  test('refuses text, and numbers that the dtype does not hold', () => {
    expect(() => arange('3' as never)).toThrow(ArgumentError)
    expect(() => arange(0, 1, 0.5, { dtype: 'int32' })).toThrow(DTypeError)
    expect(() => arange(257, { dtype: 'uint8' })).toThrow(DTypeError)
    expect(() => arange(3, 'int32' as never)).toThrow(/arange: the options are not an object/)
    expect(() => arange(3, null as never)).toThrow(ArgumentError)
  })

  test('refuses more numbers than can be held or counted, and asks for no memory', () => {
    const before = memory()
    expect(() => arange(2 ** 31)).toThrow(UnsupportedError)
    expect(() => arange(0, 1e300, 1e-300)).toThrow(ShapeError)
    expect(() => arange(0, 1, 1e-17)).toThrow(/more numbers than can be counted/)
    expect(memory()).toEqual(before)
  })
})

describe('linspace', () => {
  test.each([
    [0, 1, 5, [0, 0.25, 0.5, 0.75, 1]],
    [3, -3, 3, [3, 0, -3]],
    [2, 2, 3, [2, 2, 2]],
    [4, 9, 1, [4]],
    [4, 9, 0, []],
  ])('from %d to %d in %d', (start, stop, count, expected) => {
    expect([...linspace(start, stop, count).dataSync()]).toEqual(expected)
  })

  test('ends exactly where it should', () => {
    for (let count = 2; count < 200; count++) {
      const data = linspace(0.1, 0.7, count, { dtype: 'float64' }).dataSync()
      expect([data[0], data[count - 1]]).toEqual([0.1, 0.7])
      expect(data).toHaveLength(count)
    }
  })

  test('refuses bounds and counts that make no sense', () => {
    expect(() => linspace(0, Infinity, 3)).toThrow(ArgumentError)
    expect(() => linspace(Number.NaN, 1, 3)).toThrow(ArgumentError)
    expect(() => linspace(-1e308, 1e308, 3)).toThrow(/their distance must be finite/)
    expect(() => linspace('0' as never, 1, 3)).toThrow(ArgumentError)
    for (const count of [-1, 2.5, Number.NaN, '3']) {
      expect(() => linspace(0, 1, count as number)).toThrow(ShapeError)
    }
    expect(() => linspace(0, 1, -1)).toThrow(/linspace: count has a size/)
    expect(() => linspace(0, 1, 2 ** 40)).toThrow(UnsupportedError)
    expect(() => linspace(0, 1, 3, { dtype: 'int32' })).toThrow(DTypeError)
    expect(() => linspace(0, 1, 3, { type: 'int32' } as never)).toThrow(/unknown option "type"/)
  })
})

describe('eye', () => {
  test('has ones on the diagonal of any rectangle', () => {
    expect(eye(2).arraySync()).toEqual([
      [1, 0],
      [0, 1],
    ])
    expect(eye(2, { columns: 3, dtype: 'int32' }).arraySync()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ])
    expect(eye(3, { columns: 1 }).arraySync()).toEqual([[1], [0], [0]])
    expect(eye(0)).toMatchObject({ shape: [0, 0], size: 0 })
    expect(eye(2, { columns: 0 }).shape).toEqual([2, 0])
    expect(eye(2, { dtype: 'bool' }).arraySync()).toEqual([
      [true, false],
      [false, true],
    ])
  })

  test('refuses sizes that make no sense, and asks for no memory', () => {
    const before = memory()
    for (const rows of [-1, 1.5, Number.NaN, '2', 2 ** 27]) {
      expect(() => eye(rows as number)).toThrow(ShapeError)
    }
    expect(() => eye(2, { columns: -1 })).toThrow(ShapeError)
    expect(() => eye(2 ** 16)).toThrow(UnsupportedError)
    expect(() => eye(2, { cols: 3 } as never)).toThrow(ArgumentError)
    expect(memory()).toEqual(before)
  })
})
