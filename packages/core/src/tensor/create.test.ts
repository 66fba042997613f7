import { beforeEach, describe, expect, test } from 'vitest'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, ShapeError, UnsupportedError } from '../errors/index.ts'
import { memory } from '../memory/memory.ts'
import { referenceBackend } from '../reference/index.ts'
import { full, ones, onesLike, scalar, tensor, zeros, zerosLike } from './create.ts'
import { dtypes } from './dtype.ts'
import type { NestedArray } from './nested.ts'
import type { Shape } from './shape.ts'

beforeEach(() => setBackend(referenceBackend()))

describe('tensor', () => {
  test('takes numbers, booleans and nested arrays', () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(x).toMatchObject({ dtype: 'float32', shape: [2, 3], strides: [3, 1], size: 6, rank: 2 })
    expect([...x.dataSync()]).toEqual([1, 2, 3, 4, 5, 6])
    expect(tensor(5)).toMatchObject({ dtype: 'float32', shape: [], size: 1 })
    expect(tensor(true).arraySync()).toBe(true)
    expect(tensor([[[true]], [[false]]])).toMatchObject({ dtype: 'bool', shape: [2, 1, 1] })
  })

  test('counts booleans among numbers as 0 and 1', () => {
    const x = tensor([true, 2, false])
    expect(x.dtype).toBe('float32')
    expect([...x.dataSync()]).toEqual([1, 2, 0])
  })

  test.each<[NestedArray, Shape]>([
    [[], [0]],
    [
      [[], []],
      [2, 0],
    ],
    [[[[]]], [1, 1, 0]],
  ])('takes the empty %j', (values, shape) => {
    expect(tensor(values)).toMatchObject({ dtype: 'float32', shape, size: 0 })
    expect(tensor(values).arraySync()).toEqual(values)
  })

  test.each([
    [Uint8Array.of(1, 200), 'uint8'],
    [Uint8ClampedArray.of(1, 200), 'uint8'],
    [Int32Array.of(1, -200), 'int32'],
    [Float32Array.of(1, -0.5), 'float32'],
    [Float64Array.of(1, 1e-300), 'float64'],
  ] as const)('keeps the dtype and the values of %o', (values, dtype) => {
    const x = tensor(values)
    expect(x).toMatchObject({ dtype, shape: [2] })
    expect([...x.dataSync()]).toEqual([...values])
  })

  test('copies typed arrays', () => {
    const values = Float32Array.of(1, 2)
    const x = tensor(values)
    values[0] = 9
    expect([...x.dataSync()]).toEqual([1, 2])
  })

  test('takes part of a buffer, and arrays of typed arrays', () => {
    expect([...tensor(new Float32Array(new ArrayBuffer(16), 4, 2).fill(7)).dataSync()]).toEqual([7, 7])
    expect(tensor([Int32Array.of(1, 2), Int32Array.of(3, 4)])).toMatchObject({
      dtype: 'float32',
      shape: [2, 2],
    })
  })

  test('gives a flat list the shape of the options', () => {
    expect(tensor([1, 2, 3, 4], { shape: [2, 2] }).arraySync()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(tensor(7, { shape: [1, 1] }).arraySync()).toEqual([[7]])
    expect(tensor(new Float32Array(0), { shape: [3, 0] }).shape).toEqual([3, 0])
  })

  test('converts to the dtype of the options', () => {
    expect([...tensor([0, 2, -1, Number.NaN], { dtype: 'bool' }).dataSync()]).toEqual([0, 1, 1, 1])
    expect([...tensor([0.1], { dtype: 'float64' }).dataSync()]).toEqual([0.1])
    expect([...tensor([0.1]).dataSync()]).toEqual([Math.fround(0.1)])
    expect([...tensor(Int32Array.of(-3, 7), { dtype: 'float32' }).dataSync()]).toEqual([-3, 7])
    expect([...tensor(Float64Array.of(255, 0), { dtype: 'uint8' }).dataSync()]).toEqual([255, 0])
    expect([...tensor([2 ** 31 - 1, -(2 ** 31)], { dtype: 'int32' }).dataSync()]).toEqual([
      2 ** 31 - 1,
      -(2 ** 31),
    ])
  })

  test('is put on the backend of the options', () => {
    const backend = referenceBackend() as Backend
    expect(tensor([1], { backend }).storage.backend).toBe(backend)
    expect(tensor([1]).storage.backend).not.toBe(backend)
  })

  test.each([
    ['a shorter row', [[1, 2], [3]]],
    ['a longer row', [[1], [2, 3]]],
    ['a number beside a row', [[1], 2]],
    ['a row beside a number', [1, [2]]],
    ['a row beside an empty one', [[], [1]]],
    ['a row one level deeper', [[1], [[2]]]],
  ])('refuses %s', (_, values) => {
    expect(() => tensor(values as number[])).toThrow(ShapeError)
    expect(() => tensor(values as number[])).toThrow(/tensor: the nested arrays are ragged/)
  })

  test.each([
    ['text', '1'],
    ['nothing', undefined],
    ['null', null],
    ['an object', { 0: 1, length: 1 }],
    ['text in an array', [1, '2']],
    ['a bigint', [1n]],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what it is about.
    ['a hole', [1, , 3]],
  ])('refuses %s for numbers', (_, values) => {
    expect(() => tensor(values as number[])).toThrow(ArgumentError)
    expect(() => tensor(values as number[])).toThrow(/an element is neither a number nor a boolean/)
  })

  test('refuses arrays that contain themselves or are nested without end', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(() => tensor(loop as number[])).toThrow(/nested too deep.*\n.*at most 64 dimensions/)
  })

  test('refuses typed arrays that no dtype holds', () => {
    for (const values of [new Int16Array(1), new BigInt64Array(1), new DataView(new ArrayBuffer(4))]) {
      expect(() => tensor(values as unknown as Float32Array)).toThrow(DTypeError)
    }
    expect(() => tensor(new Int16Array(1) as unknown as Int32Array)).toThrow(/values: Int16Array\(2 bytes\)/)
  })

  test('refuses values that the integer dtype does not hold', () => {
    for (const value of [1.5, Number.NaN, Infinity, 2 ** 31, -(2 ** 31) - 1]) {
      expect(() => tensor([0, value], { dtype: 'int32' })).toThrow(DTypeError)
    }
    expect(() => tensor(Float64Array.of(1.5), { dtype: 'int32' })).toThrow(DTypeError)
    expect(() => tensor(Int32Array.of(-1), { dtype: 'uint8' })).toThrow(DTypeError)
    for (const value of [-1, 256, 0.5]) expect(() => tensor([value], { dtype: 'uint8' })).toThrow(DTypeError)
    expect(() => tensor([0, 300], { dtype: 'uint8' })).toThrow(
      /not a whole number in the range of uint8.*\n {2}value: 300\n {2}position: 1\n {2}expected: whole numbers from 0 to 255/,
    )
  })

  test('refuses a shape that does not hold the values', () => {
    expect(() => tensor([1, 2, 3], { shape: [2, 2] })).toThrow(
      /tensor: the shape does not hold the values.\n {2}shape: \[2, 2\]\n {2}values: 3\n {2}expected: 4 values/,
    )
    expect(() => tensor([1], { shape: [] as number[], dtype: 'int32' })).not.toThrow()
  })
})

test('scalar, full, zeros and ones fill', () => {
  expect(scalar(3)).toMatchObject({ dtype: 'float32', shape: [] })
  expect(scalar(true)).toMatchObject({ dtype: 'bool' })
  expect(scalar(-7, { dtype: 'int32' }).arraySync()).toBe(-7)
  expect(scalar(Number.NaN).arraySync()).toBeNaN()
  expect(full([2, 2], 1.5).arraySync()).toEqual([
    [1.5, 1.5],
    [1.5, 1.5],
  ])
  expect(full([2], true)).toMatchObject({ dtype: 'bool' })
  expect(full([1], 3, { dtype: 'bool' }).arraySync()).toEqual([true])
  for (const dtype of dtypes) {
    expect([...zeros([3], { dtype }).dataSync()]).toEqual([0, 0, 0])
    expect([...ones([3], { dtype }).dataSync()]).toEqual([1, 1, 1])
    expect(ones([3], { dtype }).dtype).toBe(dtype)
  }
})

test('zerosLike and onesLike take shape, dtype and backend from a tensor, whatever its strides', () => {
  const backend = referenceBackend() as Backend
  const x = tensor(Int32Array.of(1, 2, 3), { backend })
  for (const like of [zerosLike(x), onesLike(x)]) {
    expect(like).toMatchObject({ shape: [3], dtype: 'int32' })
    expect(like.storage.backend).toBe(backend)
  }
  expect(onesLike(zeros([0, 2])).shape).toEqual([0, 2])
  expect(() => zerosLike([1] as never)).toThrow(/zerosLike: x is not a tensor/)
})

describe('sizes', () => {
  const makers = [zeros, ones, (shape: number[]) => full(shape, 1)] as const

  test.each([[[0]], [[3, 0, 2]], [[0, 2 ** 53 - 1]]])('of 0 are fine: %j', (shape) => {
    for (const make of makers) expect(make(shape)).toMatchObject({ shape, size: 0 })
  })

  test.each([
    ['negative', [2, -1]],
    ['a fraction', [1.5]],
    ['NaN', [Number.NaN]],
    ['infinite', [Infinity]],
    ['text', ['2']],
    ['a bigint', [2n]],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what it is about.
    ['a hole', [2, , 3]],
  ])('that are %s are refused', (_, shape) => {
    for (const make of makers) {
      expect(() => make(shape as number[])).toThrow(ShapeError)
      expect(() => make(shape as number[])).toThrow(/not a whole number of at least 0/)
    }
  })

  test.each([
    [[2 ** 53]],
    [[2 ** 27, 2 ** 27]],
    [[2 ** 53 - 1, 2]],
    [[0, 2 ** 53, 2 ** 53]],
    [new Array(65).fill(1)],
    [new Array(1e5).fill(2)],
  ])('that cannot be counted are refused: %s', (shape) => {
    for (const make of makers) expect(() => make(shape)).toThrow(ShapeError)
  })

  test.each([[[2 ** 31]], [[2 ** 20, 2 ** 20]], [[2 ** 53 - 1]]])(
    'beyond what the backend holds are refused before memory is asked for: %j',
    (shape) => {
      const before = memory()
      for (const make of makers) expect(() => make(shape)).toThrow(UnsupportedError)
      expect(() => zeros(shape)).toThrow(/more elements than the backend can hold/)
      expect(memory()).toEqual(before)
    },
  )

  test('must be in an array', () => {
    for (const shape of [3, '3', null, undefined, Int32Array.of(2), { length: 0 }]) {
      expect(() => zeros(shape as never)).toThrow(ArgumentError)
    }
    expect(() => zeros(3 as never)).toThrow(/zeros: shape is not an array of sizes.\n {2}shape: 3/)
  })

  test('are copied and frozen', () => {
    const shape = [2, 3]
    const x = zeros(shape)
    shape[0] = 9
    expect(x.shape).toEqual([2, 3])
    expect(Object.isFrozen(x.shape)).toBe(true)
    expect(Object.is(zeros([-0]).shape[0], 0)).toBe(true)
  })
})

describe('options', () => {
  const makers: readonly [string, (options: never) => unknown][] = [
    ['tensor', (options) => tensor([1], options)],
    ['scalar', (options) => scalar(1, options)],
    ['full', (options) => full([1], 1, options)],
    ['zeros', (options) => zeros([1], options)],
    ['ones', (options) => ones([1], options)],
  ]

  test.each(makers)('of %s are checked', (op, make) => {
    expect(() => make({ dtype: 'float16' } as never)).toThrow(DTypeError)
    expect(() => make({ dtype: 'float16' } as never)).toThrow(
      `${op}: unknown dtype.\n  dtype: "float16"\n  expected: one of bool, uint8, int32, float32, float64`,
    )
    expect(() => make({ dtype: 'toString' } as never)).toThrow(DTypeError)
    expect(() => make('int32' as never)).toThrow(`${op}: the options are not an object`)
    expect(() => make(null as never)).toThrow(ArgumentError)
    expect(() => make({ dType: 'int32' } as never)).toThrow(/did you mean dtype/)
    expect(() => make({ backend: 'cpu' } as never)).toThrow(`${op}: the argument is not a backend`)
    expect(() => make({ backend: Promise.resolve() } as never)).toThrow(/await it/)
  })

  test('name a dtype that the backend has', () => {
    setBackend(referenceBackend({ dtypes: ['float32', 'int32', 'bool'] }))
    expect(() => zeros([2], { dtype: 'float64' })).toThrow(UnsupportedError)
    expect(() => tensor([2], { dtype: 'uint8' })).toThrow(/one of float32, int32, bool/)
  })
})

test('refuses to fill with what is not a number, or not one of the dtype', () => {
  for (const value of ['1', undefined, null, [1], 1n]) {
    expect(() => full([2], value as never)).toThrow(ArgumentError)
    expect(() => scalar(value as never)).toThrow(/scalar: the value is not a number/)
  }
  expect(() => full([2], 1.5, { dtype: 'int32' })).toThrow(DTypeError)
  expect(() => scalar(-1, { dtype: 'uint8' })).toThrow(DTypeError)
})
