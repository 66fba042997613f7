import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import type { Backend } from '../backend/backend.ts'
import { setBackend } from '../backend/current.ts'
import {
  ArgumentError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  ShapeError,
} from '../errors/index.ts'
import { Generator } from '../random/generator.ts'
import { ones, tensor, zeros } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import { sizeOf } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { attentionWeights } from './attention-weights.ts'
import { dropout } from './dropout.ts'
import { matmul } from './matmul.ts'
import { at, expectBalanced, indicesOf, type Plain, testBackends } from './movement-test-cases.ts'
import { checkBothOrders, expectClose, layouts } from './neural-test-cases.ts'
import { wave } from './norm-test-cases.ts'
import { scaledDotProductAttention as attention } from './scaled-dot-product-attention.ts'
import { square } from './square.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

/** What was given at a batch index, which may lack axes or have sides of 1. */
function inBatch(x: Plain, batch: readonly number[], rest: readonly number[]): number {
  const own = x.shape.slice(0, -2)
  const index = batch.slice(batch.length - own.length).map((i, d) => (own[d] === 1 ? 0 : i))
  return at(x, [...index, ...rest.map((i, d) => (x.shape[own.length + d] === 1 ? 0 : i))])
}

interface Score {
  readonly batch: readonly number[]
  readonly query: number
  readonly key: number
}

/** The weights for each query, from a score that is −∞ where it does not attend. */
function expectedWeights(shape: readonly number[], score: (of: Score) => number): Plain {
  const keys = shape.at(-1)!
  const values = indicesOf(shape.slice(0, -1)).flatMap((index) => {
    const [batch, query] = [index.slice(0, -1), index.at(-1)!]
    const scores = Array.from({ length: keys }, (_, key) => score({ batch, query, key }))
    const peak = Math.max(...scores)
    const exponentials = scores.map((s) => (s === -Infinity ? 0 : Math.exp(s - peak)))
    const total = exponentials.reduce((a, b) => a + b, 0)
    return exponentials.map((e) => (total === 0 ? 0 : e / total))
  })
  return { shape, values }
}

function dot(a: Plain, b: Plain, { batch, query, key }: Score): number {
  const d = a.shape.at(-1)!
  return Array.from(
    { length: d },
    (_, i) => inBatch(a, batch, [query, i]) * inBatch(b, batch, [key, i]),
  ).reduce((x, y) => x + y, 0)
}

function weighted(weights: Plain, value: Plain): number[] {
  const shape = [...weights.shape.slice(0, -1), value.shape.at(-1)!]
  return indicesOf(shape).map((index) => {
    const [batch, query, column] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!]
    let total = 0
    for (let key = 0; key < weights.shape.at(-1)!; key++) {
      total += at(weights, [...batch, query, key]) * inBatch(value, batch, [key, column])
    }
    return total
  })
}

function made(shape: readonly number[], seed: number, backend: Backend, dtype: DType = 'float64'): Tensor {
  return tensor(wave(sizeOf(shape), seed), { shape, dtype, backend })
}

const plainOf = (x: Tensor): Plain => ({ shape: x.shape, values: [...x.dataSync()] })

const calls = [
  { query: [2, 3], key: [4, 3], value: [4, 2], batch: [] },
  { query: [1, 1], key: [1, 1], value: [1, 1], batch: [] },
  { query: [2, 3, 2], key: [2, 4, 2], value: [2, 4, 3], batch: [2] },
  { query: [3, 2], key: [2, 1, 2], value: [2, 1, 2], batch: [2] },
  { query: [2, 1, 2, 3], key: [3, 4, 3], value: [1, 4, 2], batch: [2, 3] },
  { query: [2, 0, 2], key: [3, 2], value: [3, 2], batch: [2] },
  { query: [2, 3], key: [0, 3], value: [0, 2], batch: [] },
  { query: [2, 1, 1, 2, 2, 2], key: [1, 2, 2, 2], value: [2, 2], batch: [2, 1, 1, 2] },
]

describe.each(calls)('$query, $key, $value', ({ query, key, value, batch }) => {
  const shape = [...batch, query.at(-2)!, key.at(-2)!]

  test.each([false, true])('agrees with plain loops, causal: %s', (causal) => {
    for (const backend of testBackends) {
      const [k, v] = [made(key, 1, backend), made(value, 2, backend)]
      for (const q of layouts(backend, 'float64', query)) {
        const expected = expectedWeights(shape, (of) =>
          causal && of.key > of.query
            ? -Infinity
            : dot(plainOf(q), plainOf(k), of) / Math.sqrt(query.at(-1)!),
        )
        const weights = attentionWeights(q, k, { causal })
        expect(weights.shape).toEqual(shape)
        expectClose(weights.dataSync(), expected.values, { dtype: 'float64' })
        const out = attention(q, k, v, { causal })
        expect(out.shape).toEqual([...batch, query.at(-2)!, value.at(-1)!])
        expectClose(out.dataSync(), weighted(expected, plainOf(v)), { dtype: 'float64' })
        expectBalanced(() => attention(q, k, v, { causal }))
      }
    }
  })
})

describe('a mask', () => {
  const shape = [2, 3, 4]
  const truth = [true, false, true, true, false, false, false, false, true, true, true, false]

  test.each([false, true])('of bools says where to attend, causal: %s', (causal) => {
    for (const backend of testBackends) {
      const [q, k, v] = [made([2, 3, 2], 0, backend), made([2, 4, 2], 1, backend), made([4, 2], 2, backend)]
      const mask = tensor(truth, { shape: [3, 4], backend })
      const expected = expectedWeights(shape, (of) =>
        truth[4 * of.query + of.key] && !(causal && of.key > of.query)
          ? 0.5 * dot(plainOf(q), plainOf(k), of)
          : -Infinity,
      )
      const options = { mask, causal, scale: 0.5 }
      expectClose(attentionWeights(q, k, options).dataSync(), expected.values, { dtype: 'float64' })
      const out = attention(q, k, v, options)
      expectClose(out.dataSync(), weighted(expected, plainOf(v)), { dtype: 'float64' })
      // The second query attends to nothing.
      expect([...out.dataSync().subarray(2, 4)]).toEqual([0, 0])
      expectBalanced(() => attention(q, k, v, options))
    }
  })

  test('of floats is added to the scores, and −Infinity excludes', () => {
    const added = wave(8, 3).map((value, i) => (i % 3 === 0 || i >= 4 ? -Infinity : value))
    for (const backend of testBackends) {
      const [q, k, v] = [made([2, 1, 2], 0, backend), made([2, 4, 2], 1, backend), made([4, 2], 2, backend)]
      for (const dtype of ['float32', 'float64'] as const) {
        const mask = tensor(added, { shape: [2, 1, 4], dtype, backend })
        const held = plainOf(mask)
        const expected = expectedWeights(
          [2, 1, 4],
          (of) => dot(plainOf(q), plainOf(k), of) + inBatch(held, of.batch, [0, of.key]),
        )
        const out = attention(q, k, v, { mask, scale: 1 })
        expect(out.dtype).toBe('float64')
        expectClose(out.dataSync(), weighted(expected, plainOf(v)), { dtype: 'float64' })
        expect([...out.dataSync().subarray(2)]).toEqual([0, 0])
      }
    }
  })
})

test('a mask of the least number of the dtype excludes less than −Infinity and causality do', () => {
  const x = zeros([2, 1])
  const mask = tensor([[-(2 - 2 ** -23) * 2 ** 127, 0]])
  expect([...attentionWeights(x, x, { mask, causal: true }).dataSync()]).toEqual([1, 0, 0, 1])
})

test('is stable for scores of any size', () => {
  for (const backend of testBackends) {
    const q = tensor(
      [
        [1e4, 0],
        [-1e4, 0],
        [1e18, 0],
      ],
      { backend },
    )
    const k = tensor(
      [
        [1e4, 1],
        [-1e4, 2],
      ],
      { backend },
    )
    const value = tensor([[1], [2]], { backend })
    const f = (y: Tensor): Tensor => attention(y, k, value)
    expect(f(q).arraySync()).toEqual([[1], [2], [1]])
    expect(grad((y: Tensor) => sum(f(y)))(q).arraySync()).toEqual(new Array(3).fill([0, 0]))
  }
})

test('heads of queries share heads of keys and values', () => {
  for (const backend of testBackends) {
    const [q, k, v] = [
      made([2, 6, 3, 2], 0, backend),
      made([2, 2, 4, 2], 1, backend),
      made([2, 2, 4, 3], 2, backend),
    ]
    const plain = (x: Tensor): Plain => ({
      shape: [2, 6, ...x.shape.slice(2)],
      values: indicesOf([2, 6, ...x.shape.slice(2)]).map(([b, h, ...rest]) =>
        at(plainOf(x), [b!, Math.floor(h! / 3), ...rest]),
      ),
    })
    const expected = expectedWeights([2, 6, 3, 4], (of) => dot(plainOf(q), plain(k), of))
    const out = attention(q, k, v, { groupedQuery: true, scale: 1 })
    expectClose(out.dataSync(), weighted(expected, plain(v)), { dtype: 'float64' })
    expect(attention(q, q, q, { groupedQuery: true }).arraySync()).toEqual(attention(q, q, q).arraySync())
    expectBalanced(() => attention(q, k, v, { groupedQuery: true }))
  }
})

test('drops weights, the same for the same seed', () => {
  for (const backend of testBackends) {
    const [q, k, v] = [made([3, 2], 0, backend), made([4, 2], 1, backend), made([4, 2], 2, backend)]
    const expected = matmul(dropout(attentionWeights(q, k), 0.5, { seed: 3 }), v)
    expect(attention(q, k, v, { dropoutRate: 0.5, seed: 3 }).arraySync()).toEqual(expected.arraySync())
    const generator = new Generator(3)
    expect(attention(q, k, v, { dropoutRate: 0.5, generator }).arraySync()).toEqual(expected.arraySync())
    expect(attention(q, k, v, { dropoutRate: 0.5, generator }).arraySync()).not.toEqual(expected.arraySync())
    expect(attention(q, k, v, { dropoutRate: 1 }).arraySync()).toEqual(zeros([3, 2]).arraySync())
  }
})

test('computes in the common float dtype', () => {
  const whole = ones([2, 2], { dtype: 'int32' })
  expect(attention(whole, whole, whole).dtype).toBe('float32')
  expect(attention(ones([2, 2]), ones([2, 2]), ones([2, 2], { dtype: 'float64' })).dtype).toBe('float64')
  expect(attentionWeights(ones([2, 2]), ones([2, 2], { dtype: 'float64' })).dtype).toBe('float64')
})

describe('gradients of both orders', () => {
  const inputs = [
    { shape: [2, 2, 2], values: wave(8) },
    { shape: [3, 2], values: wave(6, 1) },
    { shape: [3, 2], values: wave(6, 2) },
  ]

  test.each([{}, { causal: true }, { dropoutRate: 0.4, seed: 2 }])('with %j', async (options) => {
    await checkBothOrders((q, k, v) => square(attention(q!, k!, v!, options)), inputs)
  })

  test('with masks: those of floats have a gradient too', async () => {
    for (const backend of testBackends) {
      const mask = tensor(
        [
          [true, false, true],
          [false, false, false],
        ],
        { backend },
      )
      await checkBothOrders((q, k, v) => square(attention(q!, k!, v!, { mask })), inputs, [backend])
      await checkBothOrders(
        (q, k, v, added) => square(attention(q!, k!, v!, { mask: added!, causal: true })),
        [...inputs, { shape: [2, 3], values: wave(6, 3) }],
        [backend],
      )
    }
  })

  test('with groups of heads', async () => {
    await checkBothOrders(
      (q, k) => square(attention(q!, k!, k!, { groupedQuery: true })),
      [
        { shape: [2, 2, 2], values: wave(8) },
        { shape: [1, 2, 2], values: wave(4, 1) },
      ],
    )
  })
})

test('refuses wrong arguments', () => {
  const [q, k, v] = [ones([2, 3]), ones([4, 3]), ones([4, 5])]
  const wrong = (options: unknown) => () => attention(q, k, v, options as never)
  expect(() => attention([1] as never, k, v)).toThrow(ArgumentError)
  expect(() => attention(q, ones([3]), v)).toThrow(/key is not a matrix/)
  expect(() => attention(q, ones([4, 2]), v)).toThrow(/queries and keys have different sizes/)
  expect(() => attention(q, k, ones([3, 5]))).toThrow(/there is not one value for each key/)
  expect(() => attention(ones([2, 2, 3]), ones([3, 4, 3]), v)).toThrow(/groupedQuery: true/)
  expect(() => attention(ones([2, 2, 3]), k, ones([3, 4, 5]))).toThrow(ShapeError)
  expect(() => attention(q, ones([2, 4, 3]), ones([3, 4, 5]))).toThrow(/the batch axes do not broadcast/)
  expect(() => attention(ones([3, 2, 3]), ones([2, 4, 3]), v, { groupedQuery: true })).toThrow(
    /cannot be grouped/,
  )
  expect(wrong({ groupedQuery: true })).toThrow(/cannot be grouped/)
  expect(wrong({ mask: ones([2, 3]) })).toThrow(/the mask does not broadcast[\s\S]*\[2, 4\]/)
  expect(wrong({ mask: ones([2, 4], { dtype: 'int32' }) })).toThrow(DTypeError)
  expect(wrong({ mask: [[true]] })).toThrow(/mask is not a tensor/)
  expect(wrong({ scale: Number.NaN })).toThrow(/scale is not a finite number/)
  expect(wrong({ causal: 1 })).toThrow(/causal is not a boolean/)
  expect(wrong({ dropoutRate: 2 })).toThrow(/dropoutRate is not a number from 0 to 1/)
  expect(wrong({ generator: 1 })).toThrow(/scaledDotProductAttention: generator is not a Generator/)
  expect(wrong({ isCausal: true })).toThrow(/unknown option "isCausal"/)
  expect(() => attentionWeights(q, k, { dropoutRate: 0.5 } as never)).toThrow(
    /attentionWeights: unknown option/,
  )
  expect(() => attentionWeights(q, 2 as never)).toThrow(/attentionWeights: key is not a tensor/)
  expect(() => attention(q, k, ones([4, 5], { backend: testBackends[1]! }))).toThrow(BackendMismatchError)
  v.dispose()
  expect(wrong({})).toThrow(DisposedError)
})
