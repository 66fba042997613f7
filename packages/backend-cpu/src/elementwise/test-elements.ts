import { type DType, rowMajorStrides } from '@tapegrad/core'
import type { TestViews } from '../test-views.ts'
import type { CpuView } from '../views.ts'

/** What an element becomes when it is stored. */
export const stored: Readonly<Record<DType, (x: number) => number>> = {
  bool: (x) => Number(x !== 0),
  uint8: (x) => x & 255,
  int32: (x) => x | 0,
  float32: Math.fround,
  float64: (x) => x,
}

/** The gap between a float and the next larger one. */
export function ulp(x: number, dtype: 'float32' | 'float64'): number {
  const [leastExponent, digits] = dtype === 'float32' ? [-126, 23] : [-1022, 52]
  const exponent = Math.floor(Math.log2(Math.abs(x)))
  return 2 ** (Math.max(exponent, leastExponent) - digits)
}

/** Whether a result is within some units in the last place; NaN, infinities, zeros with their signs are exact. */
export function isClose(received: number, expected: number, dtype: DType, ulps: number): boolean {
  const rounded = stored[dtype](expected)
  if (Object.is(received, rounded)) return true
  if (dtype !== 'float32' && dtype !== 'float64') return false
  if (rounded === 0 || !Number.isFinite(rounded) || !Number.isFinite(received)) return false
  return Math.abs(received - expected) <= ulps * ulp(expected, dtype)
}

/** The elements of a view in row-major order. */
export function elementsOf(views: TestViews, view: CpuView): number[] {
  const data = views.contents(view)
  const rowMajor = rowMajorStrides(view.shape)
  return Array.from({ length: view.size }, (_, i) => {
    let position = view.offset
    for (const [axis, step] of rowMajor.entries()) {
      position += (Math.floor(i / step) % view.shape[axis]!) * view.strides[axis]!
    }
    return data[position]!
  })
}

/** Values that make functions misbehave: both zeros, subnormals, infinities, NaN, and numbers of all magnitudes. */
export function interesting(dtype: DType): number[] {
  if (dtype === 'bool') return [0, 1, 1]
  if (dtype === 'uint8') return [0, 1, 2, 3, 100, 127, 128, 129, 254, 255, 7]
  if (dtype === 'int32') {
    return [0, 1, -1, 2, -2, 3, -7, 7, 255, -256, 65537, -100_000, 2 ** 31 - 1, -(2 ** 31), 2 ** 30, 46_341]
  }
  const magnitudes = [
    0, 0.1, 0.3, 0.5, 0.9, 1, 1.5, 2, 2.5, 3.7, 5, 8.99, 9.02, 16.6, 20, 50, 87, 88.7, 88.73,
  ]
    .concat([89, 95, 103, 104, 150, 709, 745, 1e4, 2 ** 17, 2 ** 17 + 1, 2 ** 23 - 0.5, 2 ** 23 + 1, 2 ** 31])
    .concat([1e-3, 1e-5, 1e-8, 1e-20, 1e-38, 1e-40, 1e-45, 1e10, 1e20, 1e38, 3.4e38])
    .concat(dtype === 'float64' ? [1e-300, 5e-324, 1e300, 1.79e308] : [], [Infinity])
  const values = magnitudes.flatMap((x) => [x, -x])
  return [...values, Number.NaN].map(stored[dtype])
}

/** Values with exponents spread evenly between those of `least` and `most`, of both signs. */
export function manyMagnitudes(least: number, most: number, count: number): Float32Array {
  const ratio = Math.log(most / least)
  const goldenRatio = (Math.sqrt(5) - 1) / 2
  return Float32Array.from({ length: count }, (_, i) => {
    const magnitude = least * Math.exp(ratio * ((i * goldenRatio) % 1))
    return i % 2 === 0 ? magnitude : -magnitude
  })
}

/** Shapes and strides that views have: contiguous, transposed, broadcast, flipped, with gaps. */
export const layouts: readonly (readonly [
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
])[] = [
  [[], [], 3],
  [[30], [2], 1],
  [[30], [-1], 40],
  [[30], [0], 5],
  [[5, 7], [9, 1], 2],
  [[5, 7], [0, 1], 2],
  [[5, 7], [1, 0], 2],
  [[5, 7], [0, 0], 4],
  [[5, 7], [1, 5], 0],
  [[5, 7], [-7, 1], 30],
  [[3, 4, 5], [20, 5, 1], 1],
  [[3, 4, 5], [5, 15, 1], 1],
  [[3, 4, 5], [1, 3, 12], 0],
  [[3, 4, 5], [4, 0, 12], 0],
  [[2, 3, 2, 3], [18, 6, 3, 1], 2],
  [[2, 3, 2, 3], [1, 4, 2, 12], 2],
  [[2, 2, 2, 2, 2, 2], [32, 1, 16, 2, 8, 4], 0],
]
