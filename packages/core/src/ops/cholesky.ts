import { defineOp } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { checkFlag } from '../errors/flag.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { allocateLike, type Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { computeFloat } from './compute-float.ts'
import { concat } from './concat.ts'
import { diagonal } from './diagonal.ts'
import { expandDims } from './expand-dims.ts'
import { greater } from './greater.ts'
import { matmul } from './matmul.ts'
import { checkSquare } from './matrix-arguments.ts'
import { runMatrixKernel } from './matrix-kernel.ts'
import { block, swapLastAxes } from './matrix-views.ts'
import { min } from './min.ts'
import { mul } from './mul.ts'
import { sqrt } from './sqrt.ts'
import { sub } from './sub.ts'
import { solveTriangle } from './triangular-solve.ts'
import { tril } from './tril.ts'
import { where } from './where.ts'

/** Which factor {@link cholesky} gives. */
export interface CholeskyOptions {
  /** Whether to give the upper factor Lᵀ. Default: false, the lower one. */
  readonly upper?: boolean
}

/**
 * The key of an optional kernel: `out · outᵀ = x`, where `out` is lower triangular with zeros above.
 *
 * `x` and `out` are [batch, n, n], contiguous, of one dtype, float32 or float64, and not empty. Of `x`, which is
 * symmetric, the lower triangle is enough. Where a matrix is not positive definite, its whole lower triangle is NaN.
 */
export const choleskyKernel: KernelKey<(x: View, out: View) => void> = /* @__PURE__ */ kernelKey(
  'cholesky',
  1,
)

const lowerFactor: (x: Tensor) => Tensor = /* @__PURE__ */ defineOp({
  name: 'cholesky',
  inputs: ['x'],
  save: ['out'],
  forward: (x) =>
    computeFloat(x, (f) => {
      if (f.size === 0) return allocateLike(f, f.dtype)
      const symmetric = symmetricPart(f)
      const kernel = f.storage.backend.kernels.get(choleskyKernel)
      if (kernel !== undefined) return runMatrixKernel([symmetric], f.shape, ([p], out) => kernel(p!, out))
      const factor = factorize(symmetric)
      const least = min(diagonal(factor, { axis1: -2, axis2: -1 }), { axis: -1 })
      return tril(where(expandDims(greater(least, 0), { axis: [-2, -1] }), factor, Number.NaN))
    }),
  vjp: {
    x: (g, { out }) => {
      const halves = lowerHalf(matmul(swapLastAxes(out), tril(g)))
      const right = { upper: false, transpose: true, unitDiagonal: false }
      const left = solveTriangle(out, halves, right)
      return symmetricPart(solveTriangle(out, swapLastAxes(left), right))
    },
  },
})

/** The lower factor, with anything above the diagonal: that of the first half, what is below it, then the rest. */
function factorize(x: Tensor): Tensor {
  const n = x.shape.at(-1)!
  if (n === 1) return sqrt(x)
  const half = n >> 1
  const first = factorize(block(x, [0, half], [0, half]))
  const below = swapLastAxes(
    solveTriangle(first, swapLastAxes(block(x, [half], [0, half])), {
      upper: false,
      transpose: false,
      unitDiagonal: false,
    }),
  )
  const last = factorize(sub(block(x, [half], [half]), matmul(below, swapLastAxes(below))))
  const above = block(x, [0, half], [half])
  return concat([concat([first, above], { axis: -1 }), concat([below, last], { axis: -1 })], { axis: -2 })
}

function symmetricPart(x: Tensor): Tensor {
  return mul(add(x, swapLastAxes(x)), 0.5)
}

/** The lower triangle with half of the diagonal: with its transpose it adds up to the symmetric matrix. */
function lowerHalf(x: Tensor): Tensor {
  return mul(add(tril(x), tril(x, { k: -1 })), 0.5)
}

/**
 * Cholesky's factor of positive definite matrices: the lower triangular L with a positive diagonal and L · Lᵀ = x.
 *
 * Factored is the symmetric part (x + xᵀ) / 2, which is x where it is symmetric; so the gradient is symmetric too.
 * A matrix that is not positive definite gives NaN throughout the triangle, not an error: no values are read.
 *
 * @param x Shape […, n, n], of any dtype; integers and bools are cast to float32.
 * @param options `upper` (default: false): the upper factor Lᵀ.
 * @returns The factors, of the same shape, with zeros in the other triangle.
 * @throws {@link ShapeError} when the matrices are not square, {@link ArgumentError} for an `upper` that is no boolean.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.cholesky.html
 * @example
 * ```ts
 * cholesky(tensor([[4, 2], [2, 5]])) // [[2, 0], [1, 2]]
 * ```
 */
export function cholesky(x: Tensor, options: CholeskyOptions = {}): Tensor {
  checkSquare('cholesky', 'x', x)
  checkOptionNames('cholesky', options, ['upper'])
  const upper = checkFlag('cholesky', 'upper', options.upper)
  return upper ? tidy(() => swapLastAxes(lowerFactor(x))) : lowerFactor(x)
}
