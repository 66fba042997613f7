import type { ConvGeometry } from '@tapegrad/core'
import { placesOf } from './rows.ts'
import { eachPlace } from './test-geometries.ts'

/** A convolution to be tested. */
export interface Case {
  readonly batch: number
  /** The channels of a group of the input and of one of the output. */
  readonly inputs: number
  readonly outputs: number
  readonly geometry: ConvGeometry
}

/** The shapes of its input, kernel and output. */
export function sizesOf({ batch, inputs, outputs, geometry }: Case): Record<'x' | 'kernel' | 'y', number[]> {
  const { input, output, window, groups } = geometry
  return {
    x: [batch, ...input, inputs * groups],
    kernel: [...window, inputs, outputs * groups],
    y: [batch, ...output, outputs * groups],
  }
}

/** The sums of products of two of the three into the other one. */
export function contract(
  { batch, inputs, outputs, geometry }: Case,
  tensors: { readonly x: number[]; readonly kernel: number[]; readonly y: number[] },
  into: 'x' | 'kernel' | 'y',
): void {
  const { groups, input, output } = geometry
  const { x, kernel, y } = tensors
  eachPlace(geometry, (o, k, p) => {
    for (let b = 0; b < batch; b++) {
      for (let c = 0; c < outputs * groups; c++) {
        for (let i = 0; i < inputs; i++) {
          const atX = (b * placesOf(input) + p) * inputs * groups + Math.floor(c / outputs) * inputs + i
          const atKernel = (k * inputs + i) * outputs * groups + c
          const atY = (b * placesOf(output) + o) * outputs * groups + c
          if (into === 'x') x[atX]! += y[atY]! * kernel[atKernel]!
          else if (into === 'kernel') kernel[atKernel]! += x[atX]! * y[atY]!
          else y[atY]! += x[atX]! * kernel[atKernel]!
        }
      }
    }
  })
}

/** How many elements a shape has. */
export function total(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}
