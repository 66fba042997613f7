import {
  averagePoolGradientKernel,
  averagePoolKernel,
  KernelTable,
  maxPoolGradientKernel,
  maxPoolKernel,
} from '@tapegrad/core'
import { afterEach, describe, expect, test } from 'vitest'
import { WasmMemory } from '../memory/wasm-memory.ts'
import { testViews } from '../test-views.ts'
import { registerPoolingKernels } from './register.ts'
import { placesOf } from './rows.ts'
import { eachPlace, geometries, integers } from './test-geometries.ts'

const memory = new WasmMemory()
const kernels = new KernelTable()
registerPoolingKernels(kernels, memory)
const views = testViews(memory)
const { NaN: nan } = Number

afterEach(() => {
  views.checkGuards()
  views.release()
  expect(memory.bytesInUse).toBe(0)
})

const cases = geometries(100, true).map((geometry, i) => ({
  geometry,
  batch: 1 + (i % 3),
  channels: [1, 3, 4, 9, 18][i % 5]!,
}))

/** The positions in the input of each window, in the order of the output. */
function windowsOf({ geometry, batch, channels }: (typeof cases)[number]): number[][] {
  const { input, output } = geometry
  const windows = Array.from({ length: batch * placesOf(output) * channels }, (): number[] => [])
  eachPlace(geometry, (o, _, p) => {
    for (let b = 0; b < batch; b++) {
      for (let c = 0; c < channels; c++) {
        const at = (b * placesOf(output) + o) * channels + c
        windows[at]!.push((b * placesOf(input) + p) * channels + c)
      }
    }
  })
  return windows
}

const special = [nan, Infinity, -Infinity, -Infinity]

/** Whole numbers, many of them equal, or numbers among special ones. */
function numbers(count: number, seed: number, withSpecial = false): number[] {
  const next = integers(seed)
  return Array.from({ length: count }, () => {
    const value = next(-4, 4)
    return withSpecial && value > 0 ? special[value - 1]! : value
  })
}

/** Where a window has its maximum. */
function greatest(x: readonly number[], window: readonly number[]): number {
  let best = window[0]!
  for (const at of window) {
    if (Number.isNaN(x[best])) break
    if (x[at]! > x[best]! || Number.isNaN(x[at])) best = at
  }
  return best
}

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  const rounded = (value: number) => (dtype === 'float32' ? Math.fround(value) : value)

  test.each(cases)('windows of $geometry.window', (each) => {
    const { geometry, batch, channels } = each
    const windows = windowsOf(each)
    const shape = [batch, ...geometry.input, channels]
    const outShape = [batch, ...geometry.output, channels]
    const size = shape.reduce((product, side) => product * side, 1)
    for (const withSpecial of [false, true]) {
      const x = numbers(size, 1, withSpecial)
      const view = views.input(dtype, [nan, ...x], shape, { offset: 1 })
      const out = views.output(dtype, outShape)
      kernels.get(maxPoolKernel)!(view, geometry, out)
      expect(views.contents(out)).toEqual(windows.map((window) => x[greatest(x, window)]!))

      const g = numbers(windows.length, 2)
      const slopes = views.output(dtype, shape)
      kernels.get(maxPoolGradientKernel)!(views.input(dtype, g, outShape), view, geometry, slopes)
      const expected = new Array<number>(size).fill(0)
      windows.forEach((window, i) => {
        expected[greatest(x, window)]! += g[i]!
      })
      expect(views.contents(slopes)).toEqual(expected)
    }
    const x = numbers(size, 1)
    const out = views.output(dtype, outShape)
    kernels.get(averagePoolKernel)!(views.input(dtype, [nan, ...x], shape, { offset: 1 }), geometry, out)
    const means = windows.map((window) => window.reduce((sum, at) => sum + x[at]!, 0) / window.length)
    expect(views.contents(out)).toEqual(means.map(rounded))

    const g = numbers(windows.length, 2)
    const slopes = views.output(dtype, shape)
    const gradient = views.input(dtype, [nan, ...g], outShape, { offset: 1 })
    kernels.get(averagePoolGradientKernel)!(gradient, geometry, slopes)
    const expected = new Array<number>(size).fill(0)
    windows.forEach((window, i) => {
      for (const at of window) expected[at]! += g[i]! / window.length
    })
    const received = views.contents(slopes)
    for (const [i, value] of expected.entries()) expect(received[i]).toBeCloseTo(value, 4)
  })
})
