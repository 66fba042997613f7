import type { ConvGeometry } from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { type Arithmetic, chooseArithmetic, plainArithmetic } from '../arithmetic.ts'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import { type Convolution, makeConvolution } from './convolution.ts'
import { type Case, contract, sizesOf, total } from './test-convolutions.ts'
import { integers } from './test-geometries.ts'
import { suitsWinograd } from './winograd.ts'

const memory = new WasmMemory()
const views = testViews(memory)
type View = ReturnType<typeof views.input>
type Role = 'x' | 'kernel' | 'y'

/** The largest error, of the largest value of a result. */
const bound = 6e-6

/** A kernel's gradient is a sum over all tiles, whose error grows with the root of how many there are. */
function boundOf(into: Role, { batch, geometry }: Case): number {
  if (into !== 'kernel') return bound
  const [depth, height, width] = geometry.output as readonly [number, number, number]
  const tiles = batch * depth * Math.ceil(height / 4) * Math.ceil(width / 4)
  return bound * Math.max(1, Math.sqrt(tiles / 36))
}

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

const unit = { window: [1, 3, 3], strides: [1, 1, 1], dilations: [1, 1, 1], groups: 1 } as const

/** Images whose outputs end in tiles or between them, with and without padding and elements that nothing reads. */
function generate(count: number): Case[] {
  const next = integers(11)
  return Array.from({ length: count }, (_, i) => {
    const output = [1 + Number(i % 7 === 3), next(9, 13), next(9, 13)] as const
    const before = [0, next(-1, 2), next(-1, 2)] as const
    const side = (axis: 1 | 2) => output[axis] + 2 - before[axis] - next(0, 2) + next(0, 1)
    const input = [output[0], side(1), side(2)] as const
    const [inputs, outputs] = [4 * next(4, 6), 4 * next(4, 6)]
    return { batch: 1 + (i % 2), inputs, outputs, geometry: { ...unit, input, output, before } }
  })
}

const cases: Case[] = [
  ...generate(8),
  // Tiles fill the image: nothing is copied.
  {
    batch: 2,
    inputs: 16,
    outputs: 20,
    geometry: { ...unit, input: [1, 14, 14], output: [1, 12, 12], before: [0, 0, 0] },
  },
  // One row of outputs.
  {
    batch: 1,
    inputs: 16,
    outputs: 16,
    geometry: { ...unit, input: [1, 2, 36], output: [1, 2, 36], before: [0, 1, 1] },
  },
  // Tiles are computed in several parts.
  {
    batch: 2,
    inputs: 16,
    outputs: 16,
    geometry: { ...unit, input: [1, 40, 48], output: [1, 40, 48], before: [0, 1, 1] },
  },
]

/** Numbers from −1 to 1. */
function numbers(count: number, seed: number): number[] {
  const next = integers(seed)
  return Array.from({ length: count }, () => Math.fround(next(-10007, 10007) / 10007))
}

const valuesOf = (each: Case) => {
  const sizes = sizesOf(each)
  return {
    x: numbers(total(sizes.x), 1),
    kernel: numbers(total(sizes.kernel), 2),
    y: numbers(total(sizes.y), 3),
  }
}

const operands = { x: ['y', 'kernel'], kernel: ['x', 'y'], y: ['x', 'kernel'] } as const
const methods = { x: 'inputGradient', kernel: 'kernelGradient', y: 'forward' } as const

function compute(
  convolution: Convolution,
  each: Case,
  values: Readonly<Record<Role, number[]>>,
  into: Role,
): number[] {
  const sizes = sizesOf(each)
  const [a, b] = operands[into].map((name) => views.input('float32', values[name], sizes[name])) as [
    View,
    View,
  ]
  const out = views.output('float32', sizes[into])
  convolution[methods[into]](a, b, each.geometry, out)
  return views.contents(out)
}

const largest = (values: readonly number[]) =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const inner = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0)

const relaxed = chooseArithmetic({})
const arithmetics: (readonly [string, Arithmetic])[] = [['rounded', plainArithmetic]]
if (relaxed.fused) arithmetics.push(['fused', relaxed])

describe.each(arithmetics)('%s products', (_, arithmetic) => {
  const convolution = makeConvolution(memory, 'float32', arithmetic)

  test.each(['y', 'x', 'kernel'] as const)('%s of many shapes is near the sums in float64', (into) => {
    for (const each of cases) {
      expect(suitsWinograd(each.geometry, each.inputs, each.outputs), JSON.stringify(each)).toBe(true)
      const values = valuesOf(each)
      const actual = compute(convolution, each, values, into)
      const expected = { ...values, [into]: actual.map(() => 0) }
      contract(each, expected, into)
      const errors = actual.map((value, i) => value - expected[into][i]!)
      expect(largest(errors) / largest(expected[into]), JSON.stringify(each)).toBeLessThan(
        boundOf(into, each),
      )
      views.checkGuards()
      views.release()
    }
  })

  test('gradients are the adjoints', () => {
    for (const each of cases) {
      const values = valuesOf(each)
      const products = {
        y: inner(values.y, compute(convolution, each, values, 'y')),
        x: inner(values.x, compute(convolution, each, values, 'x')),
        kernel: inner(values.kernel, compute(convolution, each, values, 'kernel')),
      }
      const scale = Math.sqrt(inner(values.x, values.x) * inner(values.y, values.y)) * largest(values.kernel)
      expect(Math.abs(products.x - products.y) / scale).toBeLessThan(bound)
      expect(Math.abs(products.kernel - products.y) / scale).toBeLessThan(bound)
      views.release()
    }
  })
})

const [padded] = generate(1) as [Case]

test.each(['y', 'x', 'kernel'] as const)('the option winograd decides how %s is computed', (into) => {
  const next = integers(5)
  const sizes = sizesOf(padded)
  const whole = (role: Role) => Array.from({ length: total(sizes[role]) }, () => next(-8, 8))
  const values = { x: whole('x'), kernel: whole('kernel'), y: whole('y') }
  const expected = { ...values, [into]: new Array<number>(total(sizes[into])).fill(0) }
  contract(padded, expected, into)
  const direct = makeConvolution(memory, 'float32', chooseArithmetic({ winograd: false }))
  const winograd = makeConvolution(memory, 'float32', chooseArithmetic({ winograd: true }))
  const plus = (list: readonly number[]) => list.map((value) => value + 0)
  // Sums of whole numbers are exact, but not with sixths of them.
  expect(plus(compute(direct, padded, values, into))).toEqual(plus(expected[into]))
  expect(plus(compute(winograd, padded, values, into))).not.toEqual(plus(expected[into]))
})

test('float64 is not computed so', () => {
  const sizes = sizesOf(padded)
  const values = valuesOf(padded)
  const [x, kernel] = [
    views.input('float64', values.x, sizes.x),
    views.input('float64', values.kernel, sizes.kernel),
  ]
  const out = views.output('float64', sizes.y)
  makeConvolution(memory, 'float64', plainArithmetic).forward(x, kernel, padded.geometry, out)
  const expected = { ...values, y: new Array<number>(total(sizes.y)).fill(0) }
  contract(padded, expected, 'y')
  const errors = views.contents(out).map((value, i) => value - expected.y[i]!)
  expect(largest(errors) / largest(expected.y)).toBeLessThan(1e-14)
})

test.each([Number.NaN, Infinity])('%s stays in the tiles that read it', (special) => {
  const each = cases.find(({ geometry }) => geometry.output[1] === 12 && geometry.before[1] === 0)!
  const convolution = makeConvolution(memory, 'float32', plainArithmetic)
  const values = valuesOf(each)
  const { inputs, outputs } = each
  const clean = compute(convolution, each, values, 'y')
  // Row 7, column 2: in the tiles of rows 4 to 7 and columns 0 to 3, and in no other.
  const x = values.x.with((7 * 14 + 2) * inputs, special)
  const actual = compute(convolution, each, { ...values, x }, 'y')
  const isInTile = (i: number) => {
    const place = Math.floor(i / outputs)
    const [row, column] = [Math.floor(place / 12) % 12, place % 12]
    return place < 144 && row >= 4 && row < 8 && column < 4
  }
  const isReader = (i: number) => {
    const place = Math.floor(i / outputs)
    return isInTile(i) && Math.floor(place / 12) >= 5 && place % 12 <= 2
  }
  expect(actual.every((value, i) => !isReader(i) || Number.isNaN(value))).toBe(true)
  expect(actual.every((value, i) => isInTile(i) || value === clean[i])).toBe(true)
})

test('images do not depend on the others of a batch, and results are the same in each run', () => {
  const two = cases.at(-1)!
  const values = valuesOf(two)
  const first = makeConvolution(memory, 'float32', relaxed)
  const second = makeConvolution(memory, 'float32', relaxed)
  const one = { ...two, batch: 1 }
  const sizes = sizesOf(one)
  for (const into of ['y', 'x', 'kernel'] as const) {
    const all = compute(first, two, values, into)
    expect(compute(second, two, values, into)).toEqual(all)
    if (into === 'kernel') continue
    for (let image = 0; image < 2; image++) {
      const part = (role: 'x' | 'y', from: readonly number[]) =>
        from.slice(image * total(sizes[role]), (image + 1) * total(sizes[role]))
      const alone = { ...values, x: part('x', values.x), y: part('y', values.y) }
      expect(compute(first, one, alone, into)).toEqual(part(into, all))
    }
  }
})

test('an empty batch has no gradient', () => {
  const empty = { ...padded, batch: 0 }
  const convolution = makeConvolution(memory, 'float32', plainArithmetic)
  const gradient = compute(convolution, empty, valuesOf(empty), 'kernel')
  expect(largest(gradient)).toBe(0)
})

const geometry: ConvGeometry = padded.geometry
test.each<[string, Partial<ConvGeometry>, number, number]>([
  ['few inputs', {}, 12, 32],
  ['few outputs', {}, 32, 12],
  ['channels that are no multiples of 4', {}, 18, 32],
  ['groups', { groups: 2 }, 32, 32],
  ['strides', { strides: [1, 1, 2] }, 32, 32],
  ['dilations', { dilations: [1, 2, 1] }, 32, 32],
  ['other windows', { window: [1, 3, 2] }, 32, 32],
  ['three axes', { window: [3, 3, 3] }, 32, 32],
  ['padding along a third axis', { before: [1, 0, 0], output: [geometry.input[0]! + 1, 12, 12] }, 32, 32],
  ['few tiles', { output: [1, 8, 8] }, 32, 32],
  ['tiles that are mostly empty', { output: [1, 1, 40] }, 32, 32],
])('is not for %s', (_, changed, inputs, outputs) => {
  expect(suitsWinograd({ ...geometry, ...changed }, inputs, outputs)).toBe(false)
  expect(suitsWinograd(geometry, 32, 32)).toBe(true)
})
