import { ArgumentError, DTypeError, ShapeError } from '@tapegrad/core'
import { describe, expect, test } from 'vitest'
import { checkInputSpec, type InputSpec } from './input-spec.ts'
import type { SymbolicShape } from './symbolic-tensor.ts'

const check = (spec: InputSpec | readonly InputSpec[] | null, ...shapes: SymbolicShape[]): void =>
  checkInputSpec(
    'Thing',
    spec,
    shapes.map((shape) => ({ shape, dtype: 'float32' })),
    Array.isArray(spec),
  )

describe('an input that fits', () => {
  test.each<[InputSpec | readonly InputSpec[] | null, SymbolicShape[]]>([
    [null, [[1], [2, 3]]],
    [{}, [[1, 2, 3]]],
    [{ ndim: 2 }, [[null, 3]]],
    [{ minNdim: 2, maxNdim: 3 }, [[1, 2, 3]]],
    [{ axes: { [-1]: 3, 0: null } }, [[7, 2, 3]]],
    [{ axes: { 1: 3 } }, [[7, null]]],
    [{ shape: [null, 4] }, [[9, 4]]],
    [{ shape: [2, 4] }, [[null, 4]]],
    [{ dtype: 'float32' }, [[1]]],
    [
      [{ ndim: 1 }, { ndim: 2 }],
      [[1], [1, 2]],
    ],
  ])('%j takes %j', (spec, shapes) => {
    expect(() => check(spec, ...shapes)).not.toThrow()
  })
})

describe('an input that does not', () => {
  test.each<[InputSpec, SymbolicShape, RegExp]>([
    [{ ndim: 2 }, [1], /another number of dimensions[\s\S]*float32\[1\][\s\S]*2 dimensions/],
    [{ minNdim: 2 }, [1], /too few dimensions[\s\S]*at least 2/],
    [{ maxNdim: 1 }, [1, 2], /too many dimensions[\s\S]*at most 1/],
    [{ axes: { [-1]: 3 } }, [null, 4], /another size along axis -1[\s\S]*float32\[null, 4\]/],
    [{ axes: { 3: 3 } }, [null, 4], /another size along axis 3/],
    [{ shape: [null, 4] }, [2, 5], /another shape[\s\S]*\[null, 4\]/],
    [{ shape: [null, 4] }, [2, 4, 1], /another shape/],
  ])('%j refuses %j', (spec, shape, message) => {
    expect(() => check(spec, shape)).toThrow(ShapeError)
    expect(() => check(spec, shape)).toThrow(message)
  })

  test('for its dtype, unless only its shape is known', () => {
    const given = [{ shape: [1], dtype: 'float32' as const }]
    expect(() => checkInputSpec('Thing', { dtype: 'int32' }, given, false)).toThrow(DTypeError)
    expect(() => checkInputSpec('Thing', { dtype: 'int32' }, given, false)).toThrow(
      /float32\[1\][\s\S]*int32/,
    )
    checkInputSpec('Thing', { dtype: 'int32' }, [{ shape: [1], dtype: null }], false)
  })

  test('says which of several it is, and when there are too many or too few', () => {
    const two: readonly InputSpec[] = [{ ndim: 1 }, { ndim: 2 }]
    expect(() => check(two, [1], [1])).toThrow(/input 1 has another number/)
    expect(() => check(two, [1])).toThrow(ArgumentError)
    expect(() => check(two, [1])).toThrow(/another number of inputs[\s\S]*expected: 2/)
    expect(() => checkInputSpec('Thing', {}, [{ shape: [1], dtype: null }], true)).toThrow(/not a list/)
  })
})
