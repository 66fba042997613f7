import { type BinaryOp, type DType, optionalBinaryOps, requiredBinaryOps } from '@tapegrad/core'
import { binaryFunction } from '@tapegrad/core/reference'
import { afterEach, describe, expect, test } from 'vitest'
import { makeCopyPlane } from '../copy/copy-plane.ts'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import type { CpuOperand } from '../views.ts'
import { makeBinary } from './binary.ts'
import { makeRunStrided } from './strided.ts'
import { elementsOf, interesting, isClose, layouts, manyMagnitudes, stored } from './test-elements.ts'
import { makeWorkspace } from './workspace.ts'

const memory = new WasmMemory()
const workspace = makeWorkspace(memory)
const binary = makeBinary(memory, workspace, makeRunStrided(makeCopyPlane(memory), workspace))
const views = testViews(memory)
const ownBytes = memory.bytesInUse

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(ownBytes)
})

const comparisons: readonly BinaryOp[] = ['equal', 'notEqual', 'less', 'lessEqual']
const logical: readonly BinaryOp[] = ['logicalAnd', 'logicalOr']
const bits: readonly BinaryOp[] = ['bitwiseAnd', 'bitwiseOr', 'bitwiseXor', 'leftShift', 'rightShift']
const floatOnly: readonly BinaryOp[] = [
  'div',
  'atan2',
  ...optionalBinaryOps.filter((op) => !bits.includes(op)),
]
const arithmetic = requiredBinaryOps.filter(
  (op) => !comparisons.includes(op) && !logical.includes(op) && !floatOnly.includes(op),
)

/** What core sends, by dtype. */
const opsOf: Readonly<Record<DType, readonly BinaryOp[]>> = {
  bool: [...comparisons, ...logical],
  uint8: [...comparisons, ...arithmetic, ...bits],
  int32: [...comparisons, ...arithmetic, ...bits],
  float32: [...comparisons, ...arithmetic, ...floatOnly],
  float64: [...comparisons, ...arithmetic, ...floatOnly],
}

const cases = Object.entries(opsOf).flatMap(([dtype, ops]) => ops.map((op) => [op, dtype as DType] as const))

/** The gradients multiply and subtract several times; everything else rounds once, if not exactly in pow. */
const errors: Readonly<Partial<Record<BinaryOp, number>>> = { pow: 0.51, tanhGrad: 2.5, sigmoidGrad: 2 }

function check(op: BinaryOp, a: CpuOperand, b: CpuOperand, shape: readonly number[], dtype: DType): void {
  const isPredicate = comparisons.includes(op) || logical.includes(op)
  const result = isPredicate ? 'bool' : dtype
  const out = views.output(result, shape)
  binary(op, a, b, out)
  const results = views.contents(out)
  const elements = (operand: CpuOperand): number[] =>
    typeof operand === 'number'
      ? new Array<number>(out.size).fill(stored[dtype](operand))
      : elementsOf(views, operand)
  const [left, right] = [elements(a), elements(b)]
  for (let i = 0; i < out.size; i++) {
    const expected = binaryFunction(op, dtype)(left[i]!, right[i]!)
    if (isClose(results[i]!, expected, result, errors[op] ?? 0.5)) continue
    throw new Error(
      `${op}(${left[i]}, ${right[i]}) of ${dtype}[${shape}] gave ${results[i]}, not ${expected}`,
    )
  }
}

describe.each(cases)('%s of %s', (op, dtype) => {
  // What overflows on the way to a finite result is the reference's alone.
  const isGradient = op === 'tanhGrad' || op === 'sigmoidGrad'
  const all = interesting(dtype)
  const pool = isGradient ? all.filter((x) => !(Math.abs(x) > 1e4) && !(x !== 0 && Math.abs(x) < 1e-5)) : all
  const left = (length: number) => Array.from({ length }, (_, i) => pool[(i * 7 + length) % pool.length]!)
  const right = (length: number) => Array.from({ length }, (_, i) => pool[(i * 11 + 3) % pool.length]!)

  test('all pairs of special values', () => {
    const pairs = pool.flatMap((x) => pool.map((y) => [x, y] as const))
    const shape = [pairs.length]
    const a = pairs.map(([x]) => x)
    const b = pairs.map(([, y]) => y)
    check(op, views.input(dtype, a, shape), views.input(dtype, b, shape), shape, dtype)
  })

  test('numbers on either side', () => {
    const x = views.input(dtype, pool, [pool.length])
    for (const number of pool) {
      check(op, number, x, [pool.length], dtype)
      check(op, x, number, [pool.length], dtype)
    }
  })

  test('every length, from odd offsets', () => {
    for (let length = 1; length <= 70; length++) {
      const a = views.input(dtype, left(length + 5), [length], { offset: length % 5 })
      const b = views.input(dtype, right(length + 3), [length], { offset: length % 3 })
      check(op, a, b, [length], dtype)
      check(op, a, pool[length % pool.length]!, [length], dtype)
      check(op, pool[length % pool.length]!, b, [length], dtype)
    }
  })

  test.each(layouts)('shape [%s], strides [%s]', (shape, strides, offset) => {
    const strided = views.input(dtype, left(70), shape, { strides, offset })
    const size = strided.size
    check(op, strided, views.input(dtype, right(size), shape), shape, dtype)
    check(op, views.input(dtype, right(size), shape), strided, shape, dtype)
    check(op, strided, strided, shape, dtype)
    check(op, strided, pool[1]!, shape, dtype)
  })

  test('rows with columns', () => {
    for (const [rows, columns] of [
      [3, 1],
      [1, 20],
      [4, 17],
      [9, 100],
    ] as const) {
      const shape = [rows, columns]
      const row = views.input(dtype, left(columns), shape, { strides: [0, 1] })
      const column = views.input(dtype, right(rows), shape, { strides: [1, 0] })
      const matrix = views.input(dtype, left(rows * columns), shape)
      check(op, row, column, shape, dtype)
      check(op, column, row, shape, dtype)
      check(op, matrix, row, shape, dtype)
      check(op, column, matrix, shape, dtype)
    }
  })
})

test('pow of float32 over many magnitudes', () => {
  const count = 20_000
  const shape = [count]
  for (const [most, largest] of [
    [1e3, 12],
    [1e30, 1.3],
    [1.01, 5000],
    [3e38, 1e30],
  ] as const) {
    const base = manyMagnitudes(1 / most, most, count)
    const exponent = manyMagnitudes(largest / 1e4, largest, count + 1).subarray(1)
    const a = views.input('float32', base.map(Math.abs), shape)
    check('pow', a, views.input('float32', exponent, shape), shape, 'float32')
    check(
      'pow',
      views.input('float32', base, shape),
      views.input('float32', exponent.map(Math.round), shape),
      shape,
      'float32',
    )
  }
})

test.each(['int32', 'uint8'] as const)('shifts of %s by every count', (dtype) => {
  const counts = Array.from({ length: 300 }, (_, i) => i - (dtype === 'int32' ? 150 : 0)).filter(
    (n) => n < 256,
  )
  const shape = [counts.length]
  for (const x of interesting(dtype)) {
    for (const op of ['leftShift', 'rightShift'] as const) {
      check(op, x, views.input(dtype, counts, shape), shape, dtype)
    }
  }
})

test.each(['float32', 'float64'] as const)(
  'quotients of %s that round up to whole numbers are rounded down',
  (dtype) => {
    const pairs = Array.from(
      { length: 2000 },
      (_, i) => [(i % 50) / 10 - 2.5, (Math.floor(i / 50) - 20.5) / 10] as const,
    )
    const [a, b] = [0, 1].map((side) =>
      views.input(
        dtype,
        pairs.map((pair) => stored[dtype](pair[side]!)),
        [2000],
      ),
    )
    check('floorDiv', a!, b!, [2000], dtype)
  },
)

test.each(['float32', 'float64', 'int32', 'uint8'] as const)('packed pieces of long rows of %s', (dtype) => {
  const [rows, columns] = [35, 700]
  const values = Array.from({ length: rows * columns }, (_, i) => (i * i) % 251)
  const shape = [rows, columns]
  const transposed = views.input(dtype, values, shape, { strides: [1, rows] })
  const plain = views.input(dtype, values, shape)
  const row = views.input(dtype, values, shape, { strides: [0, 1] })
  const column = views.input(dtype, values, shape, { strides: [1, 0] })
  for (const op of ['sub', 'lessEqual'] as const) {
    check(op, transposed, plain, shape, dtype)
    check(op, row, transposed, shape, dtype)
    check(op, transposed, column, shape, dtype)
    check(op, transposed, transposed, shape, dtype)
  }
})
