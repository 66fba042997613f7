import { beforeEach, describe, expect, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { ones, tensor } from '../tensor/create.ts'
import type { DType } from '../tensor/dtype.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { dot } from './dot.ts'
import { inner } from './inner.ts'
import {
  at,
  checkBothGradients,
  expectBalanced,
  expectValues,
  forEachTensor,
  indicesOf,
  type Plain,
  plain,
  testBackends,
} from './movement-test-cases.ts'
import { outer } from './outer.ts'
import { tensordot } from './tensordot.ts'

beforeEach(() => setBackend(testBackends[0]!))

type AxisLists = readonly [readonly number[], readonly number[]]

/** Sums in plain loops; values stay small enough for every dtype but uint8, which wraps. */
function contracted(a: Plain, b: Plain, [along, across]: AxisLists, dtype: DType): Plain {
  const free = (shape: Shape, axes: readonly number[]): number[] =>
    shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis))
  const [left, right] = [free(a.shape, along), free(b.shape, across)]
  const summed = indicesOf(along.map((axis) => a.shape[axis]!))
  const shape = [...left.map((axis) => a.shape[axis]!), ...right.map((axis) => b.shape[axis]!)]
  return plain(shape, (index) => {
    let total = 0
    for (const k of summed) {
      const p = a.shape.map((_, d) => (along.includes(d) ? k[along.indexOf(d)]! : index[left.indexOf(d)]!))
      const q = b.shape.map((_, d) =>
        across.includes(d) ? k[across.indexOf(d)]! : index[left.length + right.indexOf(d)]!,
      )
      total += at(a, p) * at(b, q)
    }
    return dtype === 'uint8' ? total % 256 : total
  })
}

interface Row {
  readonly name: string
  readonly a: Shape
  readonly b: Shape
  readonly axes: AxisLists
  readonly f: (a: Tensor, b: Tensor) => Tensor
}

const rows: readonly Row[] = [
  {
    name: 'tensordot',
    a: [2, 3],
    b: [2, 3],
    axes: [
      [0, 1],
      [0, 1],
    ],
    f: (a, b) => tensordot(a, b),
  },
  { name: 'tensordot', a: [2, 3], b: [3, 1, 2], axes: [[1], [0]], f: (a, b) => tensordot(a, b, { axes: 1 }) },
  { name: 'tensordot', a: [2], b: [3], axes: [[], []], f: (a, b) => tensordot(a, b, { axes: 0 }) },
  {
    name: 'tensordot',
    a: [2, 3, 4],
    b: [4, 5, 2],
    axes: [
      [0, 2],
      [2, 0],
    ],
    f: (a, b) =>
      tensordot(a, b, {
        axes: [
          [0, -1],
          [-1, 0],
        ],
      }),
  },
  { name: 'tensordot', a: [2, 0], b: [0, 3], axes: [[1], [0]], f: (a, b) => tensordot(a, b, { axes: 1 }) },
  { name: 'tensordot', a: [0, 2], b: [2, 3], axes: [[1], [0]], f: (a, b) => tensordot(a, b, { axes: 1 }) },
  { name: 'dot', a: [3], b: [3], axes: [[0], [0]], f: dot },
  { name: 'dot', a: [2, 3], b: [3], axes: [[1], [0]], f: dot },
  { name: 'dot', a: [2, 3], b: [2, 3, 1], axes: [[1], [1]], f: dot },
  { name: 'dot', a: [], b: [2, 1], axes: [[], []], f: dot },
  { name: 'dot', a: [0], b: [0], axes: [[0], [0]], f: dot },
  { name: 'inner', a: [3], b: [3], axes: [[0], [0]], f: inner },
  { name: 'inner', a: [2, 1, 3], b: [4, 3], axes: [[2], [1]], f: inner },
  { name: 'inner', a: [2], b: [], axes: [[], []], f: inner },
  { name: 'outer', a: [2], b: [3], axes: [[], []], f: outer },
  { name: 'outer', a: [0], b: [3], axes: [[], []], f: outer },
]

test.each(rows)('$name of $a and $b agrees with plain loops', ({ a, b, axes, f }) => {
  forEachTensor(a, ({ x, values }, backend) => {
    const y = tensor(
      indicesOf(b).map((_, i) => (x.dtype === 'bool' ? i % 2 : (i % 3) + 1)),
      { shape: b, dtype: x.dtype, backend },
    )
    const out = f(x, y)
    expect(out.dtype).toBe(x.dtype === 'bool' ? 'int32' : x.dtype)
    expectValues(out, contracted(values, { shape: b, values: [...y.dataSync()] }, axes, x.dtype))
    expectValues(x, values)
    out.dispose()
    expectBalanced(() => f(x, y))
    y.dispose()
  })
})

test('outer takes tensors as vectors of their elements', () => {
  const out = outer(
    tensor([
      [1, 2],
      [3, 4],
    ]),
    tensor(2),
  )
  expectValues(out, { shape: [4, 1], values: [2, 4, 6, 8] })
})

test.each([rows[3]!, rows[1]!, rows[8]!, rows[9]!, rows[12]!, rows[14]!])(
  '$name of $a and $b has gradients of both orders',
  async ({ a, b, f }) => {
    await checkBothGradients([a, b], (x, y) => f(x!, y!))
  },
)

describe('refuses', () => {
  const a = (): Tensor => ones([2, 3])
  test('sizes that differ', () => {
    expect(() => tensordot(a(), ones([4, 3]), { axes: 1 })).toThrow(ShapeError)
    expect(() => tensordot(a(), ones([4, 3]), { axes: 1 })).toThrow(/^tensordot: the axes to sum over/)
    expect(() => dot(a(), a())).toThrow(/^dot: the axes to sum over have different sizes/)
    expect(() => inner(a(), ones([2]))).toThrow(/^inner: the last axes have different sizes/)
  })
  test('bad axes', () => {
    expect(() => tensordot(a(), a(), { axes: 3 })).toThrow(/more axes to sum over than a tensor has/)
    expect(() => tensordot(a(), a(), { axes: -1 })).toThrow(ArgumentError)
    expect(() => tensordot(a(), a(), { axes: [1] as never })).toThrow(/axes is neither a number/)
    expect(() => tensordot(a(), a(), { axes: [[0], [0, 1]] })).toThrow(/different numbers of axes/)
    expect(() =>
      tensordot(a(), a(), {
        axes: [
          [0, -2],
          [0, 1],
        ],
      }),
    ).toThrow(/an axis is named twice/)
    expect(() => tensordot(a(), a(), { axes: [[2], [0]] })).toThrow(/axes is outside/)
    expect(() => tensordot(a(), a(), { axis: 1 } as never)).toThrow(/unknown option "axis"/)
  })
  test('what is no usable tensor', () => {
    const gone = a()
    gone.dispose()
    for (const f of [dot, inner, outer, tensordot]) {
      expect(() => f([1] as never, a())).toThrow(/a is not a tensor/)
      expect(() => f(a(), 1 as never)).toThrow(/b is not a tensor/)
      expect(() => f(a(), gone)).toThrow(DisposedError)
    }
  })
})
