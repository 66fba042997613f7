import { cast, isFloat, matmul, moveAxis, type Tensor, tensor } from '@tapegrad/core'

/** How elements between those of the input come about. */
export type Interpolation = (typeof interpolations)[number]

export const interpolations = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const

/** How much an element counts at a distance from it. */
const kernels: Readonly<Record<Exclude<Interpolation, 'nearest'>, (distance: number) => number>> = {
  bilinear: (x) => Math.max(0, 1 - x),
  bicubic: keysCubic,
  lanczos3: (x) => lanczos(3, x),
  lanczos5: (x) => lanczos(5, x),
}

/** A tensor with an axis made `factor` times as long by interpolation: a product with a matrix of weights. */
export function resizeAlong(
  x: Tensor,
  options: {
    readonly axis: number
    readonly factor: number
    readonly interpolation: Exclude<Interpolation, 'nearest'>
  },
): Tensor {
  const { axis, factor, interpolation } = options
  const side = x.shape[axis]!
  const values = isFloat(x.dtype) ? x : cast(x, 'float32')
  const weights = tensor(resizeWeights(side, factor, kernels[interpolation]), {
    shape: [side, side * factor],
    dtype: isFloat(values.dtype) ? values.dtype : 'float32',
    backend: x.storage.backend,
  })
  return moveAxis(matmul(moveAxis(values, axis, -1), weights), -1, axis)
}

/**
 * What each element of an axis contributes to each of the longer one, in row-major order.
 *
 * Elements are taken as the middles of cells of one size, of which `factor` make up one of the input's. Weights are
 * scaled to a sum of 1, so that beyond the ends the outermost elements go on.
 */
function resizeWeights(side: number, factor: number, kernel: (distance: number) => number): Float64Array {
  const length = side * factor
  const weights = new Float64Array(side * length)
  for (let j = 0; j < length; j++) {
    const place = (j + 0.5) / factor - 0.5
    let total = 0
    for (let i = 0; i < side; i++) total += kernel(Math.abs(place - i))
    for (let i = 0; i < side; i++) weights[i * length + j] = kernel(Math.abs(place - i)) / total
  }
  return weights
}

/** The piecewise cubic of Keys with a = −1/2. */
function keysCubic(x: number): number {
  if (x >= 2) return 0
  return x >= 1 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : (1.5 * x - 2.5) * x * x + 1
}

/** sinc(x) · sinc(x / radius). */
function lanczos(radius: number, x: number): number {
  if (x > radius) return 0
  if (x <= 1e-3) return 1
  return (radius * Math.sin(Math.PI * x) * Math.sin((Math.PI * x) / radius)) / (Math.PI * x) ** 2
}
