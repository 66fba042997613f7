import { defineOpWith } from '../autodiff/define-op.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { computeFloat } from './compute-float.ts'
import { div } from './div.ts'
import { exp } from './exp.ts'
import { expm1 } from './expm1.ts'
import { less } from './less.ts'
import { minimum } from './minimum.ts'
import { mul } from './mul.ts'
import { where } from './where.ts'

interface ExponentialUnit {
  readonly scale: number
  readonly alpha: number
  readonly width: number
}

/** Defines scale · x where x > 0, else scale · alpha · (e^(x / width) − 1): what elu, celu and selu have in common. */
export function defineExponentialUnit(name: string): (x: Tensor, unit: ExponentialUnit) => Tensor {
  return defineOpWith({
    name,
    inputs: ['x'],
    save: ['x'],
    forward: (x: Tensor, { scale, alpha, width }: ExponentialUnit) =>
      computeFloat(x, (f) => {
        const curve = times(expm1(over(minimum(f, 0), width)), scale * alpha)
        return where(less(0, f), times(f, scale), curve)
      }),
    vjp: {
      x: (g, { x }, { scale, alpha, width }) => {
        const isPositive = less(0, x)
        // Where it is not chosen the exponential must be finite: infinity times no gradient would be NaN.
        const curve = exp(over(where(isPositive, 0, x), width))
        return mul(g, where(isPositive, scale, times(curve, (scale * alpha) / width)))
      },
    },
  })
}

function times(x: Tensor, factor: number): Tensor {
  return factor === 1 ? x : mul(x, factor)
}

function over(x: Tensor, divisor: number): Tensor {
  return divisor === 1 ? x : div(x, divisor)
}
