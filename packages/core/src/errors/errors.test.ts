import { inspect } from 'node:util'
import { expect, describe as suite, test } from 'vitest'
import { setBackend } from '../backend/current.ts'
import { referenceBackend } from '../reference/index.ts'
import { zeros } from '../tensor/create.ts'
import {
  ArgumentError,
  BackendLostError,
  BackendMismatchError,
  DisposedError,
  DTypeError,
  describe,
  IndexError,
  OutOfMemoryError,
  SerializationError,
  ShapeError,
  TapegradError,
  UnsupportedError,
} from './index.ts'

suite('each error', () => {
  test.each([
    [ShapeError, 'ShapeError', 'SHAPE'],
    [DTypeError, 'DTypeError', 'DTYPE'],
    [ArgumentError, 'ArgumentError', 'ARGUMENT'],
    [IndexError, 'IndexError', 'INDEX'],
    [DisposedError, 'DisposedError', 'DISPOSED'],
    [BackendMismatchError, 'BackendMismatchError', 'BACKEND_MISMATCH'],
    [UnsupportedError, 'UnsupportedError', 'UNSUPPORTED'],
    [SerializationError, 'SerializationError', 'SERIALIZATION'],
    [OutOfMemoryError, 'OutOfMemoryError', 'OUT_OF_MEMORY'],
    [BackendLostError, 'BackendLostError', 'BACKEND_LOST'],
  ])('%o has a name and a code of its own', (ErrorClass, name, code) => {
    const error = new ErrorClass('it does not fit', { op: 'matmul' })
    expect(error).toBeInstanceOf(TapegradError)
    expect(error).toBeInstanceOf(Error)
    expect({ name: error.name, code: error.code }).toEqual({ name, code })
    expect(String(error)).toBe(`${name}: matmul: it does not fit.`)
    expect(error.stack).toContain(`${name}: matmul: it does not fit.`)
  })
})

test('a message says what, where, what came, what was expected and what to do', () => {
  setBackend(referenceBackend())
  const error = new ShapeError('inner dimensions differ', {
    op: 'matmul',
    received: { a: zeros([32, 784]), b: zeros([128, 10]) },
    expected: '784 (a, axis -1) = 128 (b, axis -2)',
    hint: 'matmul(a, transpose(b))?',
  })
  error.addPath('Dense "dense_2"')
  expect(String(error)).toBe(
    [
      'ShapeError: matmul: inner dimensions differ.',
      '  a: float32[32, 784]',
      '  b: float32[128, 10]',
      '  expected: 784 (a, axis -1) = 128 (b, axis -2)',
      '  in: Dense "dense_2"',
      '  hint: matmul(a, transpose(b))?',
    ].join('\n'),
  )
})

test('what Node prints of an error that nobody catches does not go into tensors', () => {
  setBackend(referenceBackend())
  const error = new ShapeError('no such axis', { op: 'sum', received: { x: zeros([2]), axis: 3 } })
  const printed = inspect(error, { customInspect: false, depth: 5 })
  expect(printed).toContain('x: float32[2]')
  expect(printed).not.toContain('storage')
})

test('the parts of the message can be read one by one', () => {
  const details = { op: 'sum', received: { axis: 3 }, expected: 'an axis from -2 to 1', hint: 'axis: 1' }
  expect(new ShapeError('no such axis', details)).toMatchObject(details)
  expect(new ShapeError('no such axis')).toMatchObject({
    op: undefined,
    received: {},
    expected: undefined,
    hint: undefined,
    path: [],
    message: 'no such axis.',
  })
})

test('places are added from the innermost outward and shown from the outermost inward', () => {
  const error = new ArgumentError('it failed')
  expect(error.addPath('Dense "a"').addPath('Sequential "model"')).toBe(error)
  expect(error.path).toEqual(['Dense "a"', 'Sequential "model"'])
  expect(error.message).toBe('it failed.\n  in: Sequential "model" > Dense "a"')
})

test('an error keeps its cause, and has none where none was given', () => {
  const cause = new RangeError('Array buffer allocation failed')
  expect(new OutOfMemoryError('no memory', { cause }).cause).toBe(cause)
  expect('cause' in new OutOfMemoryError('no memory')).toBe(false)
})

suite('values in messages', () => {
  test.each([
    ['text', '"text"'],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [12n, '12'],
    [undefined, 'undefined'],
    [null, 'null'],
    [Symbol('s'), 'Symbol(s)'],
    [(): void => undefined, 'a function'],
    [Math.max, 'function max'],
    [new Float32Array(3), 'Float32Array(12 bytes)'],
    [[1, [2, 'a']], '[1, [2, "a"]]'],
    // biome-ignore lint/suspicious/noSparseArray: holes must be shown as what they are.
    [[1, , 2], '[1, undefined, 2]'],
    [{ axis: [0, 1] }, '{ axis: [0, 1] }'],
    [Object.create(null), '{  }'],
    [new Map(), 'a Map'],
    [Promise.resolve(), 'a Promise'],
    [{ dtype: 'int32', shape: [2, 3] }, 'int32[2, 3]'],
    [{ dtype: 'int32', shape: [null, 3] }, 'int32[null, 3]'],
    [{ dtype: 'a', shape: [[[[[[1]]]]]] }, '{ dtype: "a", shape: [[[[…]]]] }'],
    [{ constructor: { name: [1] } }, '{ constructor: { name: [1] } }'],
  ])('%o is shown as %s', (value, text) => {
    expect(describe(value)).toBe(text)
  })

  test('long ones are cut, and only their beginning is looked at', () => {
    expect(describe('x'.repeat(500))).toHaveLength(122)
    expect(describe(new Array(1e7).fill(0))).toMatch(/^\[0, 0, .*…$/)
    let looked = 0
    const entry = {
      get value() {
        looked++
        return 1
      },
    }
    describe(new Array(1000).fill(entry))
    expect(looked).toBeLessThan(100)
  })

  test('nesting without end is cut as well', () => {
    const list: unknown[] = []
    list.push(list)
    const record: Record<string, unknown> = {}
    record['self'] = record
    expect(describe(list)).toBe('[[[[[…]]]]]')
    expect(describe(record)).toBe('{ self: { self: { self: { self: {…} } } } }')
  })
})
