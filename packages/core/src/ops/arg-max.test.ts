import { beforeEach, describe, expect, test } from 'vitest'
import { grad } from '../autodiff/grad.ts'
import { setBackend } from '../backend/current.ts'
import { ArgumentError, DisposedError, ShapeError } from '../errors/index.ts'
import { tensor, zeros } from '../tensor/create.ts'
import type { Shape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { argMax } from './arg-max.ts'
import { argMin } from './arg-min.ts'
import { expectBalanced, expectValues, forEachTensor, testBackends } from './movement-test-cases.ts'
import { mul } from './mul.ts'
import { axesOf, type Oracle, reducePlain } from './reduction-test-cases.ts'
import { sum } from './sum.ts'

beforeEach(() => setBackend(testBackends[0]!))

describe.each([
  ['argMax', argMax, (a: number, b: number) => a > b],
  ['argMin', argMin, (a: number, b: number) => a < b],
] as const)('%s', (_name, op, exceeds) => {
  const oracle: Oracle = (elements) => {
    const firstNaN = elements.findIndex(Number.isNaN)
    return firstNaN >= 0 ? firstNaN : elements.findIndex((x) => !elements.some((y) => exceeds(y, x)))
  }

  test.each([
    [[], undefined],
    [[5], 0],
    [[1], -1],
    [[2, 3], undefined],
    [[2, 3], 0],
    [[2, 3], 1],
    [[2, 0], 0],
    [[2, 3, 2], 1],
    [[2, 1, 2, 2], -1],
    [[2, 1, 2, 1, 3], 2],
    [[1, 2, 1, 2, 2, 2], 3],
    [[2, 1, 2, 1, 2, 2], undefined],
  ] as const)('agrees with plain loops: %j along %j', (shape: Shape, axis) => {
    forEachTensor(shape, ({ x, values }) => {
      for (const keepDims of [false, true]) {
        const options = axis === undefined ? { keepDims } : { axis, keepDims }
        const out = op(x, options)
        expect(out.dtype).toBe('int32')
        expectValues(out, reducePlain(values, axesOf(axis, shape.length), keepDims, oracle))
        out.dispose()
        expectBalanced(() => op(x, options))
      }
      expectValues(x, values)
    })
  })

  test('takes the first of equals, and NaN as the extreme', () => {
    const rows = [
      [1, 3, 3],
      [2, 2, 2],
      [1, Number.NaN, Number.NaN],
      [Infinity, -Infinity, Number.NaN],
      [-Infinity, -Infinity, Infinity],
      [0, -0, 0],
    ]
    for (const backend of testBackends) {
      expectValues(op(tensor(rows, { backend }), { axis: 1 }), { shape: [6], values: rows.map(oracle) })
    }
  })

  test('has nothing to choose from an axis without elements', () => {
    const x = zeros([2, 0])
    expect(() => op(x)).toThrow(ArgumentError)
    expect(() => op(x, { axis: 1 })).toThrow(/an axis without elements has no extreme/)
    expectValues(op(x, { axis: 0 }), { shape: [0], values: [] })
  })

  test('refuses bad arguments', () => {
    const x = tensor([[1, 2]])
    expect(() => op(x, { axis: 2 })).toThrow(ShapeError)
    expect(() => op(x, { axis: [0] as never })).toThrow(ShapeError)
    expect(() => op(x, 1 as never)).toThrow(/the options are not an object/)
    expect(() => op(x, { axes: 0 } as never)).toThrow(/unknown option "axes"/)
    expect(() => op([1] as never)).toThrow(ArgumentError)
    x.dispose()
    expect(() => op(x)).toThrow(DisposedError)
  })

  test('lets no gradient through', () => {
    const x = tensor([3, 1, 2])
    const position = op(x).dataSync()[0]!
    const slope = grad((y: Tensor) => sum(mul(y, op(y))))(x)
    expect([...slope.dataSync()]).toEqual([position, position, position])
  })
})
