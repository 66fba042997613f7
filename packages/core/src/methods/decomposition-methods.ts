import type { CholeskyOptions } from '../ops/cholesky.ts'
import type { QRFactors, QROptions } from '../ops/qr.ts'
import type { SignAndLogarithm } from '../ops/slogdet.ts'
import type { TriangularSolveOptions } from '../ops/triangular-solve.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** The methods of tensors that hold matrices along their last two axes. */
export interface DecompositionMethods {
  /** The solution of equations with these matrices. */
  solve(b: Tensor): Tensor
  /** The inverses. */
  inverse(): Tensor
  /** The determinants. */
  determinant(): Tensor
  /** The signs of the determinants and the logarithms of their absolute values. */
  slogdet(): SignAndLogarithm
  /** The factors q, with orthonormal columns, and r, upper triangular. */
  qr(options?: QROptions): QRFactors
  /** Cholesky's factor of positive definite matrices. */
  cholesky(options?: CholeskyOptions): Tensor
  /** The solution of equations with these triangular matrices. */
  triangularSolve(b: Tensor, options?: TriangularSolveOptions): Tensor
}
