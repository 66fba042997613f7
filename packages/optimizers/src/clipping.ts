import { add, clip, div, maximum, minimum, mul, sqrt, square, sub, sum, type Tensor } from '@tapegrad/core'

/** How gradients are bounded; at most one of the three. */
export interface ClippingOptions {
  /** The largest norm of each gradient. As for the other two, 0 means no bound. */
  readonly clipnorm?: number | null
  /** The largest absolute value of each element. */
  readonly clipvalue?: number | null
  /** The largest norm of all gradients together. */
  readonly globalClipnorm?: number | null
}

type Gradients = readonly (Tensor | null)[]

/** Bounds gradients as the options say. */
export function clipGradients(
  gradients: Gradients,
  { clipnorm, clipvalue, globalClipnorm }: ClippingOptions,
): Gradients {
  if (isBound(clipnorm)) return mapGradients(gradients, (g) => clipByNorm(g, clipnorm))
  if (isBound(globalClipnorm)) return clipByGlobalNorm(gradients, globalClipnorm)
  if (isBound(clipvalue)) return mapGradients(gradients, (g) => clip(g, -clipvalue, clipvalue))
  return gradients
}

function isBound(value: number | null | undefined): value is number {
  return typeof value === 'number' && value > 0
}

/** g · c / max(‖g‖, c) */
function clipByNorm(g: Tensor, bound: number): Tensor {
  return div(mul(g, bound), maximum(sqrt(sum(square(g))), bound))
}

/** g · c · min(1/n, 1/c), where n is the norm of all gradients; NaN everywhere where n is not finite. */
function clipByGlobalNorm(gradients: Gradients, bound: number): Gradients {
  const squares = gradients.flatMap((g) => (g === null ? [] : [sum(square(g))]))
  const norm = sqrt(squares.reduce((total, part) => add(total, part)))
  // Infinity − Infinity is NaN: an overflow must show, not silently give zeros.
  const scale = add(mul(minimum(div(1, norm), 1 / bound), bound), sub(norm, norm))
  return mapGradients(gradients, (g) => mul(g, scale))
}

function mapGradients(gradients: Gradients, map: (g: Tensor) => Tensor): Gradients {
  return gradients.map((g) => (g === null ? null : map(g)))
}
