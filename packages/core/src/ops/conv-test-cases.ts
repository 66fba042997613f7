import { expect } from 'vitest'
import type { View } from '../backend/backend.ts'
import { isFloat } from '../tensor/dtype.ts'
import type { ConvGeometry, PoolGeometry } from './conv-geometry.ts'
import { store, valuesOf } from './kernel-test-cases.ts'
import { indicesOf } from './movement-test-cases.ts'

/** Checks what the keys promise of all views: one float dtype and three spatial axes. */
export function expectVolumes(...views: readonly View[]): void {
  for (const { dtype, shape } of views) {
    expect(dtype).toBe(views[0]!.dtype)
    expect(isFloat(dtype)).toBe(true)
    expect(shape.length).toBe(5)
  }
}

/** Adds to a sum at a position. */
type Visit = (image: number, output: number, tap: number) => void

/** Positions in row-major order: of an input, a tap and an output that belong together, for each of them. */
export function walk(
  { input, window, output, strides, before, ...rest }: PoolGeometry & Partial<ConvGeometry>,
  visit: Visit,
): void {
  const dilations = rest.dilations ?? [1, 1, 1]
  const position = (index: readonly number[], sides: readonly number[]): number =>
    index.reduce((sum, i, axis) => sum * sides[axis]! + i, 0)
  for (const o of indicesOf(output)) {
    for (const k of indicesOf(window)) {
      const p = o.map((i, axis) => i * strides[axis]! + k[axis]! * dilations[axis]! - before[axis]!)
      if (p.some((i, axis) => i < 0 || i >= input[axis]!)) continue
      visit(position(p, input), position(o, output), position(k, window))
    }
  }
}

const count = (sides: readonly number[]): number => sides.reduce((product, side) => product * side, 1)

interface Channels {
  readonly batch: number
  readonly inputs: number
  readonly outputs: number
}

/** Visits every product of a convolution, by the positions of its three factors. */
function eachProduct(
  geometry: ConvGeometry,
  { batch, inputs, outputs }: Channels,
  visit: (x: number, kernel: number, g: number) => void,
): void {
  const { input, output, groups } = geometry
  const [inPart, outPart] = [inputs / groups, outputs / groups]
  walk(geometry, (p, o, k) => {
    for (let b = 0; b < batch; b++) {
      for (let c = 0; c < outputs; c++) {
        for (let i = 0; i < inPart; i++) {
          const channel = Math.floor(c / outPart) * inPart + i
          visit(
            (b * count(input) + p) * inputs + channel,
            (k * inPart + i) * outputs + c,
            (b * count(output) + o) * outputs + c,
          )
        }
      }
    }
  })
}

type ConvLoops = (a: View, b: View, geometry: ConvGeometry, out: View) => void

/** The three kernels of convolutions as plain loops, and how often each was called. */
interface PlainConvKernels {
  readonly calls: { conv: number; inputGradient: number; kernelGradient: number }
  readonly conv: ConvLoops
  readonly inputGradient: ConvLoops
  readonly kernelGradient: ConvLoops
}

export function plainConvKernels(): PlainConvKernels {
  const calls = { conv: 0, inputGradient: 0, kernelGradient: 0 }
  const check = (x: View, kernel: View, g: View, geometry: ConvGeometry): Channels => {
    expectVolumes(x, kernel, g)
    const [inputs, outputs] = [x.shape[4]!, g.shape[4]!]
    expect(x.shape.slice(1, 4)).toEqual(geometry.input)
    expect(g.shape.slice(0, 4)).toEqual([x.shape[0], ...geometry.output])
    expect(kernel.shape).toEqual([...geometry.window, inputs / geometry.groups, outputs])
    expect(outputs % geometry.groups).toBe(0)
    for (const numbers of [geometry.strides, geometry.before, geometry.dilations])
      expect(numbers.length).toBe(3)
    return { batch: x.shape[0]!, inputs, outputs }
  }
  return {
    calls,
    conv(x: View, kernel: View, geometry: ConvGeometry, out: View): void {
      calls.conv++
      const channels = check(x, kernel, out, geometry)
      const [a, b, sums] = [valuesOf(x), valuesOf(kernel), new Array<number>(out.size).fill(0)]
      eachProduct(geometry, channels, (i, j, k) => (sums[k]! += a[i]! * b[j]!))
      store(out, sums)
    },
    inputGradient(g: View, kernel: View, geometry: ConvGeometry, out: View): void {
      calls.inputGradient++
      const channels = check(out, kernel, g, geometry)
      const [a, b, sums] = [valuesOf(g), valuesOf(kernel), new Array<number>(out.size).fill(0)]
      eachProduct(geometry, channels, (i, j, k) => (sums[i]! += a[k]! * b[j]!))
      store(out, sums)
    },
    kernelGradient(x: View, g: View, geometry: ConvGeometry, out: View): void {
      calls.kernelGradient++
      const channels = check(x, out, g, geometry)
      const [a, b, sums] = [valuesOf(x), valuesOf(g), new Array<number>(out.size).fill(0)]
      eachProduct(geometry, channels, (i, j, k) => (sums[j]! += a[i]! * b[k]!))
      store(out, sums)
    },
  }
}
