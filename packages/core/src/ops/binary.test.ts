import { beforeEach, describe, expect, test } from 'vitest'
import { checkGradients } from '../autodiff/check-gradients.ts'
import { grad } from '../autodiff/grad.ts'
import type { Input } from '../autodiff/node.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DTypeError, ShapeError } from '../errors/index.ts'
import { tensor } from '../tensor/create.ts'
import { type DType, dtypes } from '../tensor/dtype.ts'
import type { Tensor } from '../tensor/tensor.ts'
import * as ops from './elementwise.ts'
import { at, expectBalanced, indicesOf, type Plain, plain, testBackends } from './movement-test-cases.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

interface BinaryCase {
  readonly name: string
  readonly op: (a: Input, b: Input) => Tensor
  readonly oracle: (a: number, b: number) => number
  readonly result: 'number' | 'float' | 'bool'
  readonly smooth?: readonly [a: readonly number[], b: readonly number[]]
}

const mod = (a: number, b: number) => a - b * Math.floor(a / b)
const logAddExp = (a: number, b: number) => Math.log(Math.exp(a) + Math.exp(b))
const apart = [
  [-2.3, 0.7, 1.9, 3.1],
  [1.2, -0.6, 2.4, 0.3],
] as const
const positive = [
  [0.4, 0.7, 1.9, 3.1],
  [1.2, -0.6, 2.4, 0.3],
] as const

const cases: readonly BinaryCase[] = [
  { name: 'add', op: ops.add, oracle: (a, b) => a + b, result: 'number', smooth: apart },
  { name: 'sub', op: ops.sub, oracle: (a, b) => a - b, result: 'number', smooth: apart },
  { name: 'mul', op: ops.mul, oracle: (a, b) => a * b, result: 'number', smooth: apart },
  { name: 'div', op: ops.div, oracle: (a, b) => a / b, result: 'float', smooth: apart },
  { name: 'floorDiv', op: ops.floorDiv, oracle: (a, b) => Math.floor(a / b), result: 'number' },
  { name: 'mod', op: ops.mod, oracle: mod, result: 'number', smooth: apart },
  { name: 'pow', op: ops.pow, oracle: (a, b) => a ** b, result: 'number', smooth: positive },
  { name: 'maximum', op: ops.maximum, oracle: Math.max, result: 'number', smooth: apart },
  { name: 'minimum', op: ops.minimum, oracle: Math.min, result: 'number', smooth: apart },
  { name: 'atan2', op: ops.atan2, oracle: Math.atan2, result: 'float', smooth: apart },
  { name: 'hypot', op: ops.hypot, oracle: Math.hypot, result: 'float', smooth: apart },
  { name: 'logAddExp', op: ops.logAddExp, oracle: logAddExp, result: 'float', smooth: apart },
  { name: 'equal', op: ops.equal, oracle: (a, b) => Number(a === b), result: 'bool' },
  { name: 'notEqual', op: ops.notEqual, oracle: (a, b) => Number(a !== b), result: 'bool' },
  { name: 'less', op: ops.less, oracle: (a, b) => Number(a < b), result: 'bool' },
  { name: 'lessEqual', op: ops.lessEqual, oracle: (a, b) => Number(a <= b), result: 'bool' },
  { name: 'greater', op: ops.greater, oracle: (a, b) => Number(a > b), result: 'bool' },
  { name: 'greaterEqual', op: ops.greaterEqual, oracle: (a, b) => Number(a >= b), result: 'bool' },
  { name: 'logicalAnd', op: ops.logicalAnd, oracle: (a, b) => Number(a !== 0 && b !== 0), result: 'bool' },
  { name: 'logicalOr', op: ops.logicalOr, oracle: (a, b) => Number(a !== 0 || b !== 0), result: 'bool' },
  {
    name: 'logicalXor',
    op: ops.logicalXor,
    oracle: (a, b) => Number((a !== 0) !== (b !== 0)),
    result: 'bool',
  },
]

const pairs: readonly (readonly [number[], number[]])[] = [
  [[], []],
  [[4], []],
  [[2, 3], [3]],
  [
    [2, 1, 3],
    [1, 4, 1],
  ],
  [
    [0, 3],
    [1, 3],
  ],
  [
    [2, 1, 2, 1, 2],
    [1, 3, 1, 2, 1],
  ],
]

const strength = (dtype: DType) => dtypes.indexOf(dtype)

function resultType({ result }: BinaryCase, a: DType, b: DType): DType {
  if (result === 'bool') return 'bool'
  const stronger = strength(a) >= strength(b) ? a : b
  if (result === 'float') return stronger === 'float64' ? 'float64' : 'float32'
  return stronger === 'bool' ? 'int32' : stronger
}

function wrap(value: number, dtype: DType): number {
  if (dtype === 'float32') return Math.fround(value)
  if (dtype === 'uint8') return value & 255
  return dtype === 'int32' ? value | 0 : value
}

/** Small whole numbers, none of them 0 in `b`: exact in every dtype. */
function valuesFor(dtype: DType, shape: readonly number[], which: number): Plain {
  let i = 0
  return plain(shape, () => (dtype === 'bool' ? 1 : 1 + ((3 * i++ + which) % 5)))
}

function broadcastValues(a: Plain, b: Plain, f: (a: number, b: number) => number): Plain {
  const rank = Math.max(a.shape.length, b.shape.length)
  const pad = ({ shape, values }: Plain): Plain => ({
    shape: [...Array.from({ length: rank - shape.length }, () => 1), ...shape],
    values,
  })
  const [p, q] = [pad(a), pad(b)]
  const shape = p.shape.map((side, i) => (side === 1 ? q.shape[i]! : side))
  const clamp = (x: Plain, index: readonly number[]) =>
    at(
      x,
      index.map((i, d) => (x.shape[d] === 1 ? 0 : i)),
    )
  return { shape, values: indicesOf(shape).map((index) => f(clamp(p, index), clamp(q, index))) }
}

describe.each(cases)('$name', (binary) => {
  const { op, oracle } = binary

  test.each(pairs)('agrees with plain loops: %j and %j', (shapeA, shapeB) => {
    for (const backend of testBackends) {
      for (const typeA of dtypes) {
        for (const typeB of dtypes) {
          const [p, q] = [valuesFor(typeA, shapeA, 0), valuesFor(typeB, shapeB, 1)]
          const a = tensor([...p.values], { shape: shapeA, dtype: typeA, backend })
          const b = tensor([...q.values], { shape: shapeB, dtype: typeB, backend })
          const out = op(a, b)
          const expected = broadcastValues(p, q, oracle)
          expect(out.dtype).toBe(resultType(binary, typeA, typeB))
          expect(out.shape).toEqual(expected.shape)
          const actual = [...out.dataSync()]
          expected.values.forEach((value, i) => {
            expect(actual[i]).toBeCloseTo(wrap(value, out.dtype), out.dtype === 'float32' ? 2 : 10)
          })
          out.dispose()
          expectBalanced(() => op(a, b))
          a.dispose()
          b.dispose()
        }
      }
    }
  })

  test('takes numbers on either side', () => {
    const x = tensor([1, 2, 3])
    const value = (out: Tensor) => [...out.dataSync()]
    expect(value(op(x, 2)).map((v) => v.toFixed(5))).toEqual([1, 2, 3].map((v) => oracle(v, 2).toFixed(5)))
    expect(value(op(2, x)).map((v) => v.toFixed(5))).toEqual([1, 2, 3].map((v) => oracle(2, v).toFixed(5)))
    expect(op(2, 3).dataSync()[0]).toBeCloseTo(oracle(2, 3))
  })

  test('refuses shapes that do not broadcast, and what is no tensor', () => {
    expect(() => op(tensor([1, 2]), tensor([1, 2, 3]))).toThrow(ShapeError)
    expect(() => op('1' as never, tensor([1]))).toThrow(ArgumentError)
    expect(() => op(tensor([1]), null as never)).toThrow(ArgumentError)
  })
})

const smoothCases = cases.flatMap(({ name, op, smooth }) => (smooth ? [{ name, op, smooth }] : []))

test.each(smoothCases)('$name has gradients of both orders', async ({ op, smooth }) => {
  for (const backend of testBackends) {
    const [a, b] = smooth.map((values) => tensor([...values], { dtype: 'float64', backend })) as [
      Tensor,
      Tensor,
    ]
    await checkGradients((p, q) => op(p!, q!), [a, b], { order: 2 })
    await checkGradients((p) => op(p!, 1.7), [a], { order: 2 })
    await checkGradients((q) => op(1.7, q!), [b], { order: 2 })
    const row = tensor([0.35, 0.85, 1.45], { shape: [3, 1], dtype: 'float64', backend })
    await checkGradients((p, q) => op(p!, q!), [row, b], { order: 2 })
  }
})

const gradsAt = (op: (a: Tensor, b: Tensor) => Tensor, a: number, b: number) =>
  grad((x: Tensor, y: Tensor) => sum(op(x, y)))(tensor([a]), tensor([b])).map((g) => g.dataSync()[0]!)

test('equal arguments of maximum and minimum share the gradient', () => {
  expect(gradsAt(ops.maximum, 2, 2)).toEqual([0.5, 0.5])
  expect(gradsAt(ops.minimum, 2, 2)).toEqual([0.5, 0.5])
  expect(gradsAt(ops.maximum, 2, 3)).toEqual([0, 1])
})

test('the gradient of pow is finite at 0', () => {
  expect(gradsAt(ops.pow, 0, 0)).toEqual([0, 0])
  expect(gradsAt(ops.pow, 0, 2)).toEqual([0, 0])
  expect(gradsAt(ops.pow, 0, 1)).toEqual([1, 0])
  expect(gradsAt(ops.pow, 3, 0)[0]).toBe(0)
  const zero = tensor([0, 2])
  expect([...grad((x: Tensor) => sum(ops.pow(x, 0)))(zero).dataSync()]).toEqual([0, 0])
  expect([...grad((x: Tensor) => sum(ops.pow(x, 2)))(zero).dataSync()]).toEqual([0, 4])
})

test('pow has second gradients where the exponent is 0', async () => {
  for (const backend of testBackends) {
    const a = tensor([0.4, 1.3, 2], { dtype: 'float64', backend })
    const b = tensor([0, 1, 2], { dtype: 'float64', backend })
    await checkGradients((p, q) => ops.pow(p!, q!), [a, b], { order: 2 })
    await checkGradients((p) => ops.pow(p!, 0), [a], { order: 2 })
  }
  // Of x² the second derivative is 2, at 0 as well.
  const twice = grad((x: Tensor) => sum(grad((y: Tensor) => sum(ops.pow(y, tensor([2, 1, 0]))))(x)))
  expect([...twice(tensor([0, 0, 0])).dataSync()]).toEqual([2, 0, 0])
})

test('pow of the number 0 has a gradient of 0, except where it is infinite', () => {
  const slopes = grad((x: Tensor) => sum(ops.pow(0, x)))(tensor([0, 2, -1]))
  expect([...slopes.dataSync()]).toEqual([0, 0, -Infinity])
})

test('gradients stay on the backend of their tensors', () => {
  const backend = testBackends[1]!
  for (const { op } of cases) {
    const x = tensor([2, 3], { backend })
    for (const f of [(y: Tensor) => op(y, 2), (y: Tensor) => op(2, y), (y: Tensor) => op(y, y)]) {
      const out = f(x)
      expect(out.storage.backend).toBe(backend)
      if (out.dtype === 'bool') continue
      const slope = grad((y: Tensor) => sum(f(y)))(x)
      expect(slope.storage.backend).toBe(backend)
    }
  }
})

test('integers wrap, and nothing divides by 0', () => {
  const int = (values: number[]) => tensor(values, { dtype: 'int32' })
  expect([...ops.add(int([2 ** 31 - 1]), 1).dataSync()]).toEqual([-(2 ** 31)])
  expect([...ops.mul(int([65536]), int([65536])).dataSync()]).toEqual([0])
  expect([...ops.floorDiv(int([7, -7, 5]), int([2, 2, 0])).dataSync()]).toEqual([3, -4, 0])
  expect([...ops.mod(int([7, -7, 5]), int([3, 3, 0])).dataSync()]).toEqual([1, 2, 0])
  expect(() => ops.add(int([1]), 2 ** 31)).toThrow(DTypeError)
})

test('NaN spreads through arithmetic and is equal to nothing', () => {
  const x = tensor([Number.NaN, 1])
  expect([...ops.maximum(x, 0).dataSync()]).toEqual([Number.NaN, 1])
  expect([...ops.minimum(0, x).dataSync()]).toEqual([Number.NaN, 0])
  expect([...ops.equal(x, x).dataSync()]).toEqual([0, 1])
  expect([...ops.greaterEqual(x, 1).dataSync()]).toEqual([0, 1])
})

describe('where', () => {
  test('chooses element by element, and broadcasts', () => {
    const condition = tensor([[true], [false]])
    expect(ops.where(condition, tensor([1, 2]), tensor([10, 20])).arraySync()).toEqual([
      [1, 2],
      [10, 20],
    ])
    expect(ops.where(condition, 1, 0).dtype).toBe('float32')
    expect(ops.where(tensor([2, 0]), tensor([1, 1], { dtype: 'int32' }), 0.5).arraySync()).toEqual([1, 0.5])
    expect(ops.where(condition, tensor([1], { dtype: 'int32' }), tensor([true])).dtype).toBe('int32')
  })

  test('what is not chosen has no influence, on the gradient neither', () => {
    const x = tensor([0, 4])
    const root = (y: Tensor) => ops.where(ops.greater(y, 0), ops.sqrt(ops.where(ops.greater(y, 0), y, 1)), 0)
    expect([...root(x).dataSync()]).toEqual([0, 2])
    expect([...grad((y: Tensor) => sum(root(y)))(x).dataSync()]).toEqual([0, 0.25])
    expect([...ops.where(tensor([true]), 1, Number.NaN).dataSync()]).toEqual([1])
  })

  test('has gradients of both orders', async () => {
    const condition = tensor([true, false, true])
    const [a, b] = [0, 1].map((k) => tensor([0.5 + k, -1, 2], { dtype: 'float64' })) as [Tensor, Tensor]
    await checkGradients((p, q) => ops.where(condition, ops.square(p!), ops.pow(q!, 3)), [a, b], { order: 2 })
    const one = tensor([0.7], { dtype: 'float64' })
    await checkGradients((p) => ops.square(ops.where(condition, p!, 3)), [one], { order: 2 })
  })

  test('refuses bad arguments', () => {
    const condition = tensor([true, false])
    expect(() => ops.where(true as never, 1, 0)).toThrow(/condition is not a tensor/)
    expect(() => ops.where(condition, tensor([1, 2, 3]), 0)).toThrow(/where: the shapes do not broadcast/)
  })
})
