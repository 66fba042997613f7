import { type DType, dtypes } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { makeCopyPlane } from '../copy/copy-plane.ts'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import type { CpuOperand, CpuView } from '../views.ts'
import { makeSelect } from './select.ts'
import { makeRunStrided } from './strided.ts'
import { elementsOf, interesting, layouts, stored } from './test-elements.ts'
import { makeWorkspace } from './workspace.ts'

const memory = new WasmMemory()
const workspace = makeWorkspace(memory)
const select = makeSelect(memory, workspace, makeRunStrided(makeCopyPlane(memory), workspace))
const views = testViews(memory)
const ownBytes = memory.bytesInUse

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(ownBytes)
})

function check(condition: CpuView, a: CpuOperand, b: CpuOperand, dtype: DType): void {
  const out = views.output(dtype, condition.shape)
  select(condition, a, b, out)
  const elements = (operand: CpuOperand): number[] =>
    typeof operand === 'number'
      ? new Array<number>(out.size).fill(stored[dtype](operand))
      : elementsOf(views, operand)
  const [whenTrue, whenFalse] = [elements(a), elements(b)]
  const expected = elementsOf(views, condition).map((c, i) => (c !== 0 ? whenTrue[i] : whenFalse[i]))
  expect(views.contents(out)).toEqual(expected)
}

describe.each(dtypes)('%s', (dtype) => {
  const pool = interesting(dtype)
  const values = (length: number, step: number) =>
    Array.from({ length }, (_, i) => pool[(i * step) % pool.length]!)
  const conditions = (length: number) =>
    Array.from({ length }, (_, i) => ((i * i + length) % 3 === 0 ? 1 : 0))

  test('every length, from odd offsets, with numbers', () => {
    for (let length = 1; length <= 70; length++) {
      const condition = views.input('bool', conditions(length + 3), [length], { offset: length % 3 })
      const a = views.input(dtype, values(length + 5, 7), [length], { offset: length % 5 })
      const b = views.input(dtype, values(length + 2, 11), [length], { offset: length % 2 })
      check(condition, a, b, dtype)
      check(condition, a, 1, dtype)
      check(condition, 0, b, dtype)
      check(condition, 1, 0, dtype)
    }
  })

  test.each(layouts)('shape [%s], strides [%s]', (shape, strides, offset) => {
    const layout = { strides, offset }
    const stridedCondition = views.input('bool', conditions(70), shape, layout)
    const strided = views.input(dtype, values(70, 7), shape, layout)
    const { size } = strided
    const condition = views.input('bool', conditions(size), shape)
    const plain = views.input(dtype, values(size, 3), shape)
    check(stridedCondition, plain, strided, dtype)
    check(condition, strided, plain, dtype)
    check(stridedCondition, strided, 1, dtype)
    check(stridedCondition, 0, 1, dtype)
    check(condition, strided, strided, dtype)
  })

  test('packed pieces of long rows', () => {
    const shape = [35, 700]
    const transposed = { strides: [1, 35] }
    const condition = views.input('bool', conditions(35 * 700), shape, transposed)
    const a = views.input(dtype, values(35 * 700, 7), shape, transposed)
    const b = views.input(dtype, values(35 * 700, 3), shape)
    check(condition, a, b, dtype)
    check(condition, b, 1, dtype)
  })

  test('any byte but 0 is true', () => {
    const condition = views.input('bool', [0, 2, 128, 255, 1], [5])
    check(condition, 1, 0, dtype)
  })
})

test('the branch not taken has no influence', () => {
  const condition = views.input('bool', [1, 0, 1], [3])
  const a = views.input('float32', [1, Number.NaN, 3], [3])
  const b = views.input('float32', [Number.NaN, 2, Infinity], [3])
  const out = views.output('float32', [3])
  select(condition, a, b, out)
  expect(views.contents(out)).toEqual([1, 2, 3])
})
