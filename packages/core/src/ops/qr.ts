import { defineOpWith } from '../autodiff/define-op.ts'
import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { finish, temporaryCopy } from '../dispatch/prepare.ts'
import { ArgumentError, UnsupportedError } from '../errors/index.ts'
import { checkOptionNames } from '../errors/option-names.ts'
import { tidy } from '../memory/scope.ts'
import { eye } from '../tensor/create.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { add } from './add.ts'
import { expandTo } from './broadcast-to.ts'
import { computeFloat } from './compute-float.ts'
import { concat } from './concat.ts'
import { decompose } from './householder.ts'
import { matmul } from './matmul.ts'
import { checkMatrices } from './matrix-arguments.ts'
import { asBatches } from './matrix-kernel.ts'
import { block, swapLastAxes } from './matrix-views.ts'
import { sub } from './sub.ts'
import { solveTriangle } from './triangular-solve.ts'
import { tril } from './tril.ts'
import { triu } from './triu.ts'

/** How much {@link qr} gives. */
export interface QROptions {
  /** `'reduced'` for as many columns of Q as are needed, `'complete'` for a square Q. Default: `'reduced'`. */
  readonly mode?: 'reduced' | 'complete'
}

/** What {@link qr} gives: q · r is the tensor. */
export interface QRFactors {
  /** Orthonormal columns: […, m, k]. */
  readonly q: Tensor
  /** Upper triangular: […, k, n]. */
  readonly r: Tensor
}

/**
 * The key of an optional kernel: `q · r = x`, by Householder's reflections.
 *
 * `x` is [batch, m, n], `q` is [batch, m, c] and `r` is [batch, c, n], contiguous, of one dtype, float32 or float64, and
 * not empty; c is min(m, n) or m. Element (i, i) of `r` has the sign that the reflected x has not there, or the same
 * where everything below it in that column is 0, as in the last row.
 */
export const qrKernel: KernelKey<(x: View, q: View, r: View) => void> = /* @__PURE__ */ kernelKey('qr', 1, 2)

interface Sizes {
  readonly rows: number
  readonly columns: number
  /** The columns of Q and rows of R. */
  readonly common: number
}

/** Q and R in one tensor, one below the other where both have as many columns, else side by side. */
const packed: (x: Tensor, sizes: Sizes) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'qr',
  inputs: ['x'],
  save: ['out'],
  forward: (x: Tensor, sizes: Sizes) =>
    computeFloat(x, (f) => {
      const { q, r } = factors(f, sizes)
      return concat([q, r], { axis: isTall(sizes) ? -2 : -1 })
    }),
  vjp: {
    x: (g, { out }, sizes) => {
      if (sizes.common > sizes.columns) {
        throw new UnsupportedError('a complete q has columns that x does not determine, and no gradient', {
          op: 'qr',
          received: { x: [sizes.rows, sizes.columns] },
          hint: "use { mode: 'reduced' }, or stopGradient(x)",
        })
      }
      return gradient(unpack(out, sizes), unpack(g, sizes), sizes)
    },
  },
})

const isTall = ({ columns, common }: Sizes): boolean => common === columns

function unpack(x: Tensor, sizes: Sizes): QRFactors {
  const { rows, common } = sizes
  return isTall(sizes)
    ? { q: block(x, [0, rows]), r: block(x, [rows]) }
    : { q: block(x, [0], [0, common]), r: block(x, [0], [common]) }
}

function factors(x: Tensor, { rows, columns, common }: Sizes): QRFactors {
  const { storage, dtype, shape } = x
  const batch = shape.slice(0, -2)
  const [shapeOfQ, shapeOfR] = [
    [...batch, rows, common],
    [...batch, common, columns],
  ]
  if (x.size === 0) {
    const identity = eye(rows, { dtype, backend: storage.backend })
    const r = allocate(storage.backend, dtype, shapeOfR)
    return { q: expandTo(block(identity, [0], [0, common]), shapeOfQ), r }
  }
  const kernel = storage.backend.kernels.get(qrKernel)
  if (kernel === undefined) return decompose(x, common)
  const q = allocate(storage.backend, dtype, shapeOfQ)
  const r = allocate(storage.backend, dtype, shapeOfR)
  try {
    kernel(asBatches(x.contiguous ? x : temporaryCopy(x)), asBatches(q), asBatches(r))
  } finally {
    finish()
  }
  return { q, r }
}

/** Of wide matrices x = [a, b], where r = [u, qᵀ · b], the gradient is that of a = q · u, with the part of b in q's. */
function gradient({ q, r }: QRFactors, g: QRFactors, { rows, columns }: Sizes): Tensor {
  if (rows >= columns) return gradientOfTall(q, r, g)
  const ofRest = block(g.r, [0], [rows])
  const rest = matmul(q, block(r, [0], [rows]))
  const ofQ = add(g.q, matmul(rest, swapLastAxes(ofRest)))
  const ofSquare = gradientOfTall(q, block(r, [0], [0, rows]), { q: ofQ, r: block(g.r, [0], [0, rows]) })
  return concat([ofSquare, matmul(q, ofRest)], { axis: -1 })
}

/** (ḡ_q + q · s) · r⁻ᵀ, where s is symmetric with the lower triangle of r · ḡ_rᵀ − ḡ_qᵀ · q. */
function gradientOfTall(q: Tensor, r: Tensor, g: QRFactors): Tensor {
  const lower = sub(matmul(r, swapLastAxes(triu(g.r))), matmul(swapLastAxes(g.q), q))
  const symmetric = add(tril(lower), swapLastAxes(tril(lower, { k: -1 })))
  const sides = add(g.q, matmul(q, symmetric))
  const triangle = { upper: true, transpose: false, unitDiagonal: false }
  return swapLastAxes(solveTriangle(r, swapLastAxes(sides), triangle))
}

/**
 * The factors of matrices: q with orthonormal columns, qᵀ · q = 1, and r upper triangular, so that q · r = x.
 *
 * The signs are LAPACK's, as NumPy and PyTorch have them: the diagonal of r may be negative. The gradient exists where
 * the first min(m, n) columns are linearly independent; it does not for a complete q with more rows than x has columns.
 *
 * @param x Shape […, m, n], of any dtype; integers and bools are cast to float32.
 * @param options `mode` (default: `'reduced'`), which makes k = min(m, n); `'complete'` makes k = m.
 * @returns `{ q, r }`, float tensors of shapes […, m, k] and […, k, n].
 * @throws {@link ShapeError} when the tensor has no matrices, {@link ArgumentError} for another mode, {@link UnsupportedError} for the gradient of a complete decomposition of a tall matrix.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.linalg.qr.html
 * @example
 * ```ts
 * const factors = qr(tensor([[3, 1], [4, 2]]))
 * factors.q // [[-0.6, -0.8], [-0.8, 0.6]]
 * factors.r // [[-5, -2.2], [0, 0.4]]
 * ```
 */
export function qr(x: Tensor, options: QROptions = {}): QRFactors {
  checkMatrices('qr', 'x', x)
  checkOptionNames('qr', options, ['mode'])
  const { mode = 'reduced' } = options
  if (mode !== 'reduced' && mode !== 'complete') {
    throw new ArgumentError('the mode is unknown', {
      op: 'qr',
      received: { mode },
      expected: "'reduced' or 'complete'",
    })
  }
  const [rows, columns] = x.shape.slice(-2) as [number, number]
  const sizes = { rows, columns, common: mode === 'complete' ? rows : Math.min(rows, columns) }
  return tidy(() => unpack(packed(x, sizes), sizes))
}
