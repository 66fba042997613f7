import {
  IndexError,
  KernelTable,
  logSoftmaxGradKernel,
  logSoftmaxKernel,
  softmaxCrossEntropyKernel,
  softmaxGradKernel,
  softmaxKernel,
  sparseSoftmaxCrossEntropyKernel,
} from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import { registerCrossEntropyKernels, registerSoftmaxKernels } from './register.ts'

const memory = new WasmMemory()
const kernels = new KernelTable()
registerSoftmaxKernels(kernels, memory)
registerCrossEntropyKernels(kernels, memory)
const views = testViews(memory)
const { NaN: nan, NEGATIVE_INFINITY: low } = Number
const largestFloat = 3.4028234663852886e38

type Line = readonly number[]
type Float = 'float32' | 'float64'

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

function values(count: number, scale = 4, seed = 1): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return Math.fround((scale * state) / 2 ** 31)
  })
}

const total = (line: Line) => line.reduce((sum, value) => sum + value, 0)

function logSoftmaxOf(line: Line): number[] {
  const largest = Math.max(...line)
  const logarithm = Math.log(total(line.map((value) => Math.exp(value - largest))))
  return line.map((value) => value - largest - logarithm)
}

const softmaxOf = (line: Line) => logSoftmaxOf(line).map(Math.exp)

/** Equal up to rounding: relative to the value, or to 1 in sums that cancel. */
function expectClose(actual: Line, expected: Line, dtype: Float, scale = 0): void {
  expect(actual).toHaveLength(expected.length)
  const epsilon = dtype === 'float32' ? 2e-6 : 1e-13
  // Below this, a float32 has fewer digits.
  const least = dtype === 'float32' ? 2 ** -149 : 0
  for (const [i, value] of expected.entries()) {
    if (!Number.isFinite(value)) expect([i, actual[i]]).toEqual([i, value])
    else if (!(Math.abs(actual[i]! - value) <= epsilon * Math.max(scale, Math.abs(value)) + least)) {
      throw new Error(`element ${i} is ${actual[i]}, not ${value}`)
    }
  }
}

/** Runs a function on every line of tensors of one shape. */
function alongAxis(
  tensors: readonly Line[],
  shape: Line,
  axis: number,
  f: (...lines: Line[]) => Line,
): number[] {
  const length = shape[axis]!
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1)
  const out = new Array<number>(tensors[0]!.length)
  for (let start = 0; start < out.length; start++) {
    if (Math.floor(start / inner) % length !== 0) continue
    const at = Array.from({ length }, (_, i) => start + i * inner)
    const results = f(...tensors.map((values) => at.map((position) => values[position]!)))
    for (const [i, position] of at.entries()) out[position] = results[i]!
  }
  return out
}

const functions = [
  { name: 'softmax', kernel: kernels.get(softmaxKernel)!, oracle: softmaxOf, scale: 0 },
  { name: 'logSoftmax', kernel: kernels.get(logSoftmaxKernel)!, oracle: logSoftmaxOf, scale: 8 },
]

const gradients = [
  {
    name: 'softmaxGrad',
    kernel: kernels.get(softmaxGradKernel)!,
    oracle: (g: Line, y: Line) => y.map((value, i) => value * (g[i]! - total(g.map((a, j) => a * y[j]!)))),
  },
  {
    name: 'logSoftmaxGrad',
    kernel: kernels.get(logSoftmaxGradKernel)!,
    oracle: (g: Line, y: Line) => g.map((value, i) => value - Math.exp(y[i]!) * total(g)),
  },
]

const upTo = (most: number) => Array.from({ length: most }, (_, i) => i + 1)
const places = [
  ...upTo(40).map((length) => ({ shape: [length], axis: 0 })),
  ...[1, 3, 4, 10, 16, 17, 33, 100, 1000].map((length) => ({ shape: [5, length], axis: 1 })),
  ...upTo(37).map((inner) => ({ shape: [3, inner], axis: 0 })),
  { shape: [1, 21], axis: 0 },
  { shape: [2, 5, 7], axis: 1 },
  { shape: [3, 7, 21], axis: 1 },
  { shape: [2, 1, 18], axis: 1 },
  { shape: [2, 64, 3], axis: 1 },
]

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  test.each(functions)('$name of every shape', ({ kernel, oracle, scale }) => {
    for (const { shape, axis } of places) {
      const size = shape.reduce((a, b) => a * b, 1)
      const x = values(size + 3)
      const out = views.output(dtype, shape)
      kernel(views.input(dtype, x, shape, { offset: 3 }), axis, out)
      expectClose(views.contents(out), alongAxis([x.slice(3)], shape, axis, oracle), dtype, scale)
    }
  })

  test.each(gradients)('$name of every shape', ({ kernel, oracle }) => {
    for (const { shape, axis } of places) {
      const size = shape.reduce((a, b) => a * b, 1)
      const g = values(size + 1)
      const y = values(size + 2, 1, 7)
      const out = views.output(dtype, shape)
      kernel(
        views.input(dtype, g, shape, { offset: 1 }),
        views.input(dtype, y, shape, { offset: 2 }),
        axis,
        out,
      )
      const expected = alongAxis([g.slice(1), y.slice(2)], shape, axis, oracle)
      expectClose(views.contents(out), expected, dtype, 4 * shape[axis]!)
    }
  })

  describe.each(functions)('$name', ({ kernel, oracle, scale }) => {
    test.each([
      { line: [88.8, -88.8, 0] },
      { line: [1e4, -1e4, 9999] },
      { line: [largestFloat, -largestFloat, 0] },
      { line: [largestFloat, largestFloat, largestFloat] },
      { line: [-largestFloat, -largestFloat] },
      { line: [0.5, low, 0.25] },
      { line: [low, 1, low, low, 2] },
      { line: [...new Array<number>(20).fill(low), 3] },
      { line: [low, low] },
      { line: [Infinity, 0] },
      { line: [0, Infinity, low] },
      { line: [Infinity, Infinity] },
      { line: [nan, 0, 1] },
      { line: [0, nan] },
      { line: [nan, nan] },
      { line: [...new Array<number>(18).fill(1), nan] },
    ])('$line', ({ line }) => {
      const held = line.map((value) => (dtype === 'float32' ? Math.fround(value) : value))
      const ones = line.map(() => 1)
      // A difference that is no float32 becomes −Infinity.
      const round = (value: number) => (dtype === 'float32' ? Math.fround(value) : value)
      const [first, second] = [oracle(held), oracle(ones)].map((results) => results.map(round))
      const rows = views.output(dtype, [2, line.length])
      kernel(views.input(dtype, [...line, ...ones], [2, line.length]), 1, rows)
      expectClose(views.contents(rows), [...first!, ...second!], dtype, scale)
      const columns = views.output(dtype, [line.length, 2])
      const pairs = line.flatMap((value) => [value, 1])
      kernel(views.input(dtype, pairs, [line.length, 2]), 0, columns)
      const expected = first!.flatMap((value, i) => [value, second![i]!])
      expectClose(views.contents(columns), expected, dtype, scale)
    })
  })

  test('sums of long lines keep their digits', () => {
    const length = 300_000
    const out = views.output(dtype, [length])
    kernels.get(softmaxKernel)!(views.input(dtype, new Array(length).fill(0.3), [length]), 0, out)
    expectClose(views.contents(out).slice(0, 9), new Array(9).fill(1 / length), dtype)
  })
})

describe.each(['float32', 'float64'] as const)('cross-entropy of %s', (dtype) => {
  const run = kernels.get(softmaxCrossEntropyKernel)!
  const runSparse = kernels.get(sparseSoftmaxCrossEntropyKernel)!

  function oracle(x: Line, t: Line): { loss: number; gradient: number[] } {
    const logs = logSoftmaxOf(x)
    const terms = t.map((target, i) => (target === 0 && logs[i] === low ? 0 : target * logs[i]!))
    return { loss: -total(terms), gradient: logs.map((value, i) => Math.exp(value) * total(t) - t[i]!) }
  }

  function check(x: readonly Line[], t: readonly Line[]): void {
    const [rows, classes] = [x.length, x[0]!.length]
    const loss = views.output(dtype, [rows])
    const gradient = views.output(dtype, [rows, classes])
    const targets = views.input(dtype, [9, ...t.flat()], [rows, classes], { offset: 1 })
    run(views.input(dtype, [9, 9, ...x.flat()], [rows, classes], { offset: 2 }), targets, loss, gradient)
    const expected = x.map((line, i) => oracle(line, t[i]!))
    expectClose(
      views.contents(loss),
      expected.map((row) => row.loss),
      dtype,
      4,
    )
    expectClose(
      views.contents(gradient),
      expected.flatMap((row) => row.gradient),
      dtype,
      4,
    )
  }

  const oneHot = (label: number, classes: number) =>
    Array.from({ length: classes }, (_, i) => Number(i === label))

  test.each([...upTo(20), 32, 33, 100])('%i classes', (classes) => {
    const rows = upTo(4).map((seed) => values(classes, 6, seed))
    check(
      rows,
      upTo(4).map((seed) => values(classes, 1, seed + 10).map(Math.abs)),
    )
    check(
      rows,
      upTo(4).map((seed) => oneHot((seed * 7) % classes, classes)),
    )

    const labels = rows.map((_, i) => (i * 5) % classes)
    const loss = views.output(dtype, [4])
    const gradient = views.output(dtype, [4, classes])
    const numbers = views.input('int32', [-9, ...labels], [4], { offset: 1 })
    runSparse(views.input(dtype, [9, ...rows.flat()], [4, classes], { offset: 1 }), numbers, loss, gradient)
    const expected = rows.map((line, i) => oracle(line, oneHot(labels[i]!, classes)))
    expectClose(
      views.contents(loss),
      expected.map((row) => row.loss),
      dtype,
      4,
    )
    expectClose(
      views.contents(gradient),
      expected.flatMap((row) => row.gradient),
      dtype,
      4,
    )
  })

  test('special rows', () => {
    const lines = [
      [low, 1, 2],
      [1e4, 0, -1e4],
      [nan, 0, 0],
      [Infinity, 0, 0],
      [low, low, low],
      [0, 0, 0],
    ]
    for (const target of [
      [0, 1, 0],
      [0, 0.5, 0.5],
      [0, 0, 0],
      [1, 0, 0],
    ]) {
      check(
        lines,
        lines.map(() => target),
      )
    }
    const loss = views.output(dtype, [6])
    const gradient = views.output(dtype, [6, 3])
    const labels = [0, 2, 1, 1, 0, 0]
    runSparse(views.input(dtype, lines.flat(), [6, 3]), views.input('int32', labels, [6]), loss, gradient)
    const expected = lines.map((line, i) => oracle(line, oneHot(labels[i]!, 3)))
    expectClose(
      views.contents(loss),
      expected.map((row) => row.loss),
      dtype,
      4,
    )
    expectClose(
      views.contents(gradient),
      expected.flatMap((row) => row.gradient),
      dtype,
      4,
    )
  })

  test.each([-1, 3, 2 ** 31 - 1])('label %i of 3 classes throws before anything is written', (wrong) => {
    const loss = views.output(dtype, [2])
    const gradient = views.output(dtype, [2, 3])
    const before = [views.contents(loss), views.contents(gradient)]
    const call = () =>
      runSparse(views.input(dtype, values(6), [2, 3]), views.input('int32', [1, wrong], [2]), loss, gradient)
    expect(call).toThrow(IndexError)
    expect(call).toThrow(/^sparseSoftmaxCrossEntropyWithLogits: an index lies outside the axis/)
    expect(call).toThrow(`index: ${wrong}`)
    expect(call).toThrow('expected: an integer from 0 to 2')
    expect([views.contents(loss), views.contents(gradient)]).toEqual(before)
  })
})
