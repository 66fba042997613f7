import { type DType, optionalUnaryOps, requiredUnaryOps, type UnaryOp } from '@tapegrad/core'
import { unaryFunctions } from '@tapegrad/core/reference'
import { afterEach, describe, expect, test } from 'vitest'
import { makeCopyPlane } from '../copy/copy-plane.ts'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'
import { makeRunStrided } from './strided.ts'
import { elementsOf, interesting, isClose, layouts, manyMagnitudes, stored, ulp } from './test-elements.ts'
import { makeUnary } from './unary.ts'
import { makeWorkspace } from './workspace.ts'

const memory = new WasmMemory()
const unary = makeUnary(memory, makeRunStrided(makeCopyPlane(memory), makeWorkspace(memory)))
const views = testViews(memory)
const ownBytes = memory.bytesInUse

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(ownBytes)
})

const allOps = [...requiredUnaryOps, ...optionalUnaryOps]

/** The largest errors in units in the last place; functions that are not named round once. */
const float32Errors: Readonly<Partial<Record<UnaryOp, number>>> = {
  exp: 1.1,
  expm1: 2,
  log: 1,
  log1p: 1.1,
  sin: 1.8,
  cos: 1.8,
  tanh: 3,
  erf: 1.5,
  rsqrt: 1.5,
  sigmoid: 2.6,
  softplus: 2,
  silu: 3.2,
  gelu: 7,
  erfc: 6,
}

function errorOf(op: UnaryOp, dtype: DType): number {
  if (dtype === 'float64') return 1
  return float32Errors[op] ?? 0.5
}

/** Runs a function and compares every element with the reference's, in double precision. */
function check(op: UnaryOp, x: CpuView): void {
  const out = views.output(x.dtype, x.shape)
  const before = views.contents(x)
  unary(op, x, out)
  const results = views.contents(out)
  for (const [i, element] of elementsOf(views, x).entries()) {
    const expected = unaryFunctions[op](element)
    if (isClose(results[i]!, expected, x.dtype, errorOf(op, x.dtype))) continue
    throw new Error(`${op}(${element}) of ${x.dtype}[${x.shape}] gave ${results[i]}, not ${expected}`)
  }
  expect(views.contents(x)).toEqual(before)
}

const used = allOps.flatMap((op) => (['float32', 'float64'] as const).map((dtype) => [op, dtype] as const))
const integers = (['neg', 'abs'] as const).flatMap((op) => [[op, 'int32'] as const, [op, 'uint8'] as const])
const cases: readonly (readonly [UnaryOp, DType])[] = [...used, ...integers]

describe.each(cases)('%s of %s', (op, dtype) => {
  const pool = interesting(dtype)
  const repeat = (length: number): number[] =>
    Array.from({ length }, (_, i) => pool[(i * 7 + length) % pool.length]!)

  test('special values', () => {
    check(op, views.input(dtype, pool, [pool.length]))
  })

  test('every length, from odd offsets', () => {
    for (let length = 1; length <= 70; length++) {
      check(op, views.input(dtype, repeat(length + 5), [length], { offset: length % 5 }))
    }
  })

  test.each(layouts)('shape [%s], strides [%s]', (shape, strides, offset) => {
    check(op, views.input(dtype, repeat(70), shape, { strides, offset }))
  })
})

test.each(allOps)('%s of float32 keeps its digits over all magnitudes', (op) => {
  for (const [least, most] of [
    [1e-45, 3e38],
    [1e-6, 1e6],
    [0.01, 120],
    [0.3, 3],
  ] as const) {
    const values = manyMagnitudes(least, most, 20_000)
    check(op, views.input('float32', values, [values.length]))
  }
})

test.each(['sin', 'cos'] as const)('%s keeps its digits near multiples of π/2', (op) => {
  const values: number[] = []
  for (let n = 1; n * (Math.PI / 2) < 2 ** 17; n += 1 + (n >> 7)) {
    const nearest = Math.fround(n * (Math.PI / 2))
    const step = ulp(nearest, 'float32')
    values.push(nearest, nearest + step, nearest - step, -nearest)
  }
  check(op, views.input('float32', values, [values.length]))
})

test('every NaN stays one, whatever its bits', () => {
  const patterns = [0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0x7fffffff, 0xffffffff, 0x7fc00101]
  const x = views.input('float32', new Float32Array(patterns.length), [patterns.length])
  new Uint32Array(memory.memory.buffer, x.storage.handle, patterns.length).set(patterns)
  for (const op of allOps) {
    const out = views.output('float32', [patterns.length])
    unary(op, x, out)
    expect([op, ...views.contents(out)]).toEqual([op, ...patterns.map(() => Number.NaN)])
  }
})

test('a result does not depend on its neighbours', () => {
  const values = manyMagnitudes(1e-3, 1e7, 64)
  for (const op of allOps) {
    const together = views.output('float32', [64])
    unary(op, views.input('float32', values, [64]), together)
    const alone = [...values].map((value) => {
      const out = views.output('float32', [1])
      unary(op, views.input('float32', [value], [1]), out)
      return views.contents(out)[0]
    })
    expect(alone).toEqual(views.contents(together))
  }
})

test('rows that are packed in several pieces', () => {
  const [rows, columns] = [3, 5000]
  const values = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i))
  const long = { strides: [1, rows] }
  check('exp', views.input('float32', values, [rows, columns], long))
  check('neg', views.input('float64', values, [rows, columns], long))
  check('exp', views.input('float32', values, [columns, rows], { strides: [1, columns] }))
})

test('integers that core never sends are right too', () => {
  for (const op of ['square', 'sign', 'relu', 'floor'] as const) {
    for (const dtype of ['int32', 'uint8', 'bool'] as const) {
      const x = views.input(dtype, interesting(dtype), [interesting(dtype).length])
      const out = views.output(dtype, x.shape)
      unary(op, x, out)
      expect(views.contents(out)).toEqual(views.contents(x).map((v) => stored[dtype](unaryFunctions[op](v))))
    }
  }
})
