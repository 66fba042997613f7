import {
  type ConvGeometry,
  convInputGradientKernel,
  convKernel,
  convKernelGradientKernel,
  KernelTable,
} from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { plainArithmetic } from '../arithmetic.ts'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import { registerConvolutionKernels } from './register.ts'
import { type Case, contract, sizesOf, total } from './test-convolutions.ts'
import { geometries, integers } from './test-geometries.ts'

const memory = new WasmMemory()
const kernels = new KernelTable()
registerConvolutionKernels(kernels, memory, plainArithmetic)
const views = testViews(memory)

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

const channels = [
  { groups: 1, inputs: 1, outputs: 1 },
  { groups: 1, inputs: 1, outputs: 5 },
  { groups: 1, inputs: 3, outputs: 8 },
  { groups: 1, inputs: 8, outputs: 3 },
  { groups: 1, inputs: 9, outputs: 18 },
  { groups: 2, inputs: 3, outputs: 4 },
  { groups: 3, inputs: 4, outputs: 1 },
  { groups: 3, inputs: 1, outputs: 1 },
  { groups: 11, inputs: 1, outputs: 1 },
  { groups: 5, inputs: 1, outputs: 3 },
]

const generated: Case[] = geometries(200, false).map((geometry, i) => {
  const { groups, ...sizes } = channels[i % channels.length]!
  return { batch: 1 + (i % 3), ...sizes, geometry: { ...geometry, groups } }
})

const unit = { window: [1, 1, 1], strides: [1, 1, 1], dilations: [1, 1, 1], before: [0, 0, 0] }
const chosen: Case[] = [
  // Each output reads the element at its own place.
  { batch: 3, inputs: 6, outputs: 7, geometry: { ...unit, input: [1, 4, 5], output: [1, 4, 5], groups: 1 } },
  { batch: 2, inputs: 4, outputs: 2, geometry: { ...unit, input: [2, 3, 1], output: [2, 3, 1], groups: 3 } },
  // Windows end before the input does, or begin after its first elements.
  { batch: 1, inputs: 2, outputs: 4, geometry: { ...unit, input: [1, 6, 6], output: [1, 4, 3], groups: 1 } },
  {
    batch: 1,
    inputs: 2,
    outputs: 4,
    geometry: { ...unit, input: [1, 6, 6], output: [1, 4, 3], before: [0, -1, -2], groups: 1 },
  },
  // Columns are made in several parts.
  {
    batch: 5,
    inputs: 16,
    outputs: 4,
    geometry: { ...unit, window: [1, 3, 3], input: [1, 22, 32], output: [1, 20, 30], groups: 1 },
  },
]

/** Whole numbers, whose sums of products are exact in any order. */
function numbers(count: number, seed: number): number[] {
  const next = integers(seed)
  return Array.from({ length: count }, () => next(-8, 8))
}

const runs = {
  x: (a: Input, b: Input, geometry: ConvGeometry, out: Input) =>
    kernels.get(convInputGradientKernel)!(a, b, geometry, out),
  kernel: (a: Input, b: Input, geometry: ConvGeometry, out: Input) =>
    kernels.get(convKernelGradientKernel)!(a, b, geometry, out),
  y: (a: Input, b: Input, geometry: ConvGeometry, out: Input) =>
    kernels.get(convKernel)!(a, b, geometry, out),
}
type Input = ReturnType<typeof views.input>
const operands = { x: ['y', 'kernel'], kernel: ['x', 'y'], y: ['x', 'kernel'] } as const

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  test.each(['y', 'x', 'kernel'] as const)('the exact %s of many shapes', (into) => {
    for (const each of [...generated, ...chosen]) {
      const sizes = sizesOf(each)
      const values = {
        x: numbers(total(sizes.x), 1),
        kernel: numbers(total(sizes.kernel), 2),
        y: numbers(total(sizes.y), 3),
      }
      const [a, b] = operands[into].map((name, i) => {
        const padding = new Array<number>(i + 1).fill(Number.NaN)
        return views.input(dtype, [...padding, ...values[name]], sizes[name], { offset: i + 1 })
      }) as [Input, Input]
      const out = views.output(dtype, sizes[into])
      runs[into](a, b, each.geometry, out)
      const expected = { ...values, [into]: new Array<number>(total(sizes[into])).fill(0) }
      contract(each, expected, into)
      // Zeros of either sign are the same.
      expect(
        views.contents(out).map((value) => value + 0),
        JSON.stringify(each),
      ).toEqual(expected[into].map((value) => value + 0))
      views.checkGuards()
      views.release()
    }
  })
})

test('what has no bounds stays with the outputs that read it', () => {
  const geometry: ConvGeometry = {
    ...unit,
    window: [1, 1, 3],
    input: [1, 1, 7],
    output: [1, 1, 5],
    groups: 1,
  }
  const x = views.input('float32', [1, 1, 1, Infinity, 1, 1, 1], [1, 1, 1, 7, 1])
  const kernel = views.input('float32', [1, 2, 3], [1, 1, 3, 1, 1])
  const out = views.output('float32', [1, 1, 1, 5, 1])
  runs.y(x, kernel, geometry, out)
  expect(views.contents(out)).toEqual([6, Infinity, Infinity, Infinity, 6])
})
