import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { runCast } from '../dispatch/cast.ts'
import { checkFlag } from '../errors/flag.ts'
import { ArgumentError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { broadcastShape } from '../tensor/shape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { expandTo } from './broadcast-to.ts'
import { concat } from './concat.ts'
import { div } from './div.ts'
import { matmul } from './matmul.ts'
import { checkSystem } from './matrix-arguments.ts'
import { runMatrixKernel } from './matrix-kernel.ts'
import { block, swapLastAxes } from './matrix-views.ts'
import { neg } from './neg.ts'
import { sub } from './sub.ts'
import { tril } from './tril.ts'
import { triu } from './triu.ts'
import { withColumns } from './with-columns.ts'

/** Which triangle {@link triangularSolve} reads, and how. */
export interface TriangularSolveOptions {
  /** Whether `a` is upper triangular. Default: false, lower triangular. */
  readonly upper?: boolean
  /** Whether to solve aᵀ · x = b. Default: false. */
  readonly transpose?: boolean
  /** Whether to take the diagonal for ones, whatever it holds. Default: false. */
  readonly unitDiagonal?: boolean
}

type Triangle = Required<TriangularSolveOptions>

/**
 * The key of an optional kernel: `out = a⁻¹ · b`, or `a⁻ᵀ · b`, for triangular matrices.
 *
 * `a` is [batch, n, n], `b` and `out` are [batch, n, k], all contiguous and of one dtype, float32 or float64. Only the
 * triangle that `options` names is read, without its diagonal where that counts as ones. Nothing is empty.
 */
export const triangularSolveKernel: KernelKey<
  (a: View, b: View, options: Required<TriangularSolveOptions>, out: View) => void
> = /* @__PURE__ */ kernelKey('triangularSolve', 3)

/** {@link triangularSolve} for matrices b, whose columns are right sides. */
export const solveTriangle: (a: Tensor, b: Tensor, triangle: Triangle) => Tensor =
  /* @__PURE__ */ defineOpWith({
    name: 'triangularSolve',
    inputs: ['a', 'b'],
    save: ['a', 'out'],
    forward: (a: Tensor, b: Tensor, triangle: Triangle) =>
      tidy(() => {
        const dtype = commonType('triangularSolve', a, b, 'float')
        const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))!
        const matrices = runCast(a, dtype)
        const sides = expandTo(runCast(b, dtype), [...batch, ...b.shape.slice(-2)])
        const kernel = a.storage.backend.kernels.get(triangularSolveKernel)
        if (sides.size === 0) return allocate(a.storage.backend, dtype, sides.shape)
        if (kernel === undefined) return substitute(matrices, sides, triangle)
        const square = expandTo(matrices, [...batch, ...a.shape.slice(-2)])
        return runMatrixKernel([square, sides], sides.shape, ([p, q], out) => kernel(p!, q!, triangle, out))
      }),
    vjpAll: (g, { a, out }, needs, triangle) => {
      const ofB = solveTriangle(a, g, { ...triangle, transpose: !triangle.transpose })
      return [needs[0] ? gradientOfTriangle(ofB, out, triangle) : null, ofB]
    },
  })

function gradientOfTriangle(ofB: Tensor, x: Tensor, { upper, transpose, unitDiagonal }: Triangle): Tensor {
  const whole = neg(transpose ? matmul(x, swapLastAxes(ofB)) : matmul(ofB, swapLastAxes(x)))
  const k = unitDiagonal ? 1 : 0
  return upper ? triu(whole, { k }) : tril(whole, { k: -k })
}

/** Half of the unknowns first, then the other half from what they leave: nearly all of it is products of matrices. */
function substitute(a: Tensor, b: Tensor, triangle: Triangle): Tensor {
  const { upper, transpose, unitDiagonal } = triangle
  if (transpose) return substitute(swapLastAxes(a), b, { upper: !upper, transpose: false, unitDiagonal })
  const n = a.shape.at(-1)!
  if (n === 1) return unitDiagonal ? b : div(b, a)
  const half = n >> 1
  const solve = (from: number, to: number, sides: Tensor): Tensor =>
    substitute(block(a, [from, to], [from, to]), sides, triangle)
  const [top, bottom] = [block(b, [0, half]), block(b, [half])]
  if (upper) {
    const last = solve(half, n, bottom)
    const first = solve(0, half, sub(top, matmul(block(a, [0, half], [half]), last)))
    return concat([first, last], { axis: -2 })
  }
  const first = solve(0, half, top)
  const last = solve(half, n, sub(bottom, matmul(block(a, [half], [0, half]), first)))
  return concat([first, last], { axis: -2 })
}

/**
 * Solves a · x = b, or aᵀ · x = b, for triangular matrices by substitution.
 *
 * What lies outside the triangle is not read, and its gradient is zero. A zero on the diagonal gives infinities and
 * NaN, not an error: no values are read.
 *
 * @param a Shape […, n, n], of any dtype; integers and bools are cast to float32.
 * @param b Shape […, n, k], or [n] for one right side, whose axis the result lacks too. Batch axes broadcast.
 * @param options `upper`, `transpose` and `unitDiagonal` (default: all false).
 * @returns Shape […, n, k], or […, n] where b is a vector, in the promoted float dtype.
 * @throws {@link ShapeError} when the matrices are not square, b has another number of rows, or the batch axes do not broadcast, {@link ArgumentError} for options that are not booleans.
 * @see https://docs.pytorch.org/docs/stable/generated/torch.linalg.solve_triangular.html
 * @example
 * ```ts
 * const lower = tensor([[2, 0], [1, 4]])
 * triangularSolve(lower, tensor([2, 9])) // [1, 2]
 * triangularSolve(lower, tensor([4, 8]), { transpose: true }) // [1, 2]
 * ```
 */
export function triangularSolve(a: Tensor, b: Tensor, options: TriangularSolveOptions = {}): Tensor {
  checkSystem('triangularSolve', a, b)
  checkOptionNames('triangularSolve', options, ['upper', 'transpose', 'unitDiagonal'])
  const triangle = {
    upper: checkFlag('triangularSolve', 'upper', options.upper),
    transpose: checkFlag('triangularSolve', 'transpose', options.transpose),
    unitDiagonal: checkFlag('triangularSolve', 'unitDiagonal', options.unitDiagonal),
  }
  return withColumns(b, (sides) => solveTriangle(a, sides, triangle))
}
