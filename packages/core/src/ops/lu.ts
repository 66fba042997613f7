import type { View } from '../backend/backend.ts'
import { type KernelKey, kernelKey } from '../backend/kernel-key.ts'
import { finish, temporaryCopy } from '../dispatch/prepare.ts'
import { runArgReduce } from '../dispatch/reduce.ts'
import { viewOf } from '../dispatch/views.ts'
import { tidy } from '../memory/scope.ts'
import { arange, ones } from '../tensor/create.ts'
import { sizeOf } from '../tensor/shape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { abs } from './abs.ts'
import { cast } from './cast.ts'
import { concat } from './concat.ts'
import { diagonal } from './diagonal.ts'
import { div } from './div.ts'
import { equal } from './equal.ts'
import { expandDims } from './expand-dims.ts'
import { gatherAlong } from './gather-along.ts'
import { matmul } from './matmul.ts'
import { asBatches } from './matrix-kernel.ts'
import { block } from './matrix-views.ts'
import { mul } from './mul.ts'
import { squeeze } from './squeeze.ts'
import { sub } from './sub.ts'
import { solveTriangle } from './triangular-solve.ts'
import { where } from './where.ts'

/**
 * The key of an optional kernel: Gauss's elimination with the largest pivot of each column, the first of equals.
 *
 * `x` and `lu` are [batch, n, n] of one dtype, float32 or float64; `order` is int32 [batch, n], `sign` is [batch] in
 * the dtype of `x`; all are contiguous and not empty. Row i of L · U is row `order[i]` of `x`, where `lu` holds U and,
 * below its diagonal, L without its diagonal of ones. `sign` is the permutation's, 1 or −1. Below a pivot of 0, where
 * everything is 0, L is 0.
 */
export const luKernel: KernelKey<(x: View, lu: View, order: View, sign: View) => void> =
  /* @__PURE__ */ kernelKey('lu', 1, 2, 3)

/** The triangular factors of matrices with their rows in another order. */
export interface Factors {
  /** U, and below its diagonal L without its diagonal of ones: […, n, n]. */
  readonly lu: Tensor
  /** Which row of the matrix each row of L · U is: int32 […, n, 1]. */
  readonly order: Tensor
  /** The sign of that permutation: […]. */
  readonly sign: Tensor
}

/** Factors float matrices that are not empty; nothing is recorded of it. */
export function factorizeLU(x: Tensor): Factors {
  const kernel = x.storage.backend.kernels.get(luKernel)
  if (kernel !== undefined) return runKernel(kernel, x)
  return tidy(() => {
    const { lu, order, sign } = factorizePanel(x)
    return { lu, order, sign: squeeze(sign, { axis: [-2, -1] }) }
  })
}

function runKernel(kernel: (x: View, lu: View, order: View, sign: View) => void, x: Tensor): Factors {
  return tidy(() => {
    const { storage, dtype, shape } = x
    const batch = shape.slice(0, -2)
    const [count, n] = [sizeOf(batch), shape.at(-1)!]
    const lu = allocate(storage.backend, dtype, shape)
    const order = allocate(storage.backend, 'int32', [...batch, n, 1])
    const sign = allocate(storage.backend, dtype, batch)
    try {
      kernel(
        asBatches(x.contiguous ? x : temporaryCopy(x)),
        asBatches(lu),
        viewOf(order.storage, 'int32', [count, n], [n, 1], 0),
        viewOf(sign.storage, dtype, [count], [1], 0),
      )
    } finally {
      finish()
    }
    return { lu, order, sign }
  })
}

/** Factors matrices with at least as many rows as columns: the left half first, then what it leaves of the right. */
function factorizePanel(x: Tensor): Factors {
  const columns = x.shape.at(-1)!
  if (columns === 1) return factorizeColumn(x)
  const half = columns >> 1
  const left = factorizePanel(block(x, [0], [0, half]))
  const right = rowsInOrder(block(x, [0], [half]), left.order)
  const above = solveTriangle(block(left.lu, [0, half]), block(right, [0, half]), {
    upper: false,
    transpose: false,
    unitDiagonal: true,
  })
  const rest = factorizePanel(sub(block(right, [half]), matmul(block(left.lu, [half]), above)))
  const below = rowsInOrder(block(left.lu, [half]), rest.order)
  const order = [block(left.order, [0, half]), rowsInOrder(block(left.order, [half]), rest.order)]
  const columnsOf = (top: Tensor, bottom: Tensor): Tensor => concat([top, bottom], { axis: -2 })
  return {
    lu: concat([columnsOf(block(left.lu, [0, half]), below), columnsOf(above, rest.lu)], { axis: -1 }),
    order: concat(order, { axis: -2 }),
    sign: mul(left.sign, rest.sign),
  }
}

/** The largest element is exchanged with the first, which divides the others. */
function factorizeColumn(x: Tensor): Factors {
  const { backend } = x.storage
  const axis = x.shape.length - 2
  const largest = runArgReduce('max', abs(x), axis)
  const rows = expandDims(arange(x.shape[axis]!, { dtype: 'int32', backend }), { axis: 1 })
  const order = where(equal(rows, 0), largest, where(equal(rows, largest), 0, rows))
  const exchanged = rowsInOrder(x, order)
  const pivot = block(exchanged, [0, 1])
  const others = div(block(exchanged, [1]), where(equal(pivot, 0), 1, pivot))
  const sign = cast(where(equal(largest, 0), 1, -1), x.dtype)
  return { lu: concat([pivot, others], { axis }), order, sign }
}

/** U's diagonal […, n] and the sign of the permutation […]: multiplied, they are the determinant. */
export function pivotsOf(x: Tensor): { readonly pivots: Tensor; readonly sign: Tensor } {
  return tidy(() => {
    const { backend } = x.storage
    const { lu, sign } =
      x.size > 0 ? factorizeLU(x) : { lu: x, sign: ones(x.shape.slice(0, -2), { dtype: x.dtype, backend }) }
    return { pivots: diagonal(lu, { axis1: -2, axis2: -1 }), sign }
  })
}

/** The rows of matrices in another order, int32 […, n, 1]; its batch axes are those of the matrices, or broadcast to them. */
export function rowsInOrder(x: Tensor, order: Tensor): Tensor {
  const axis = x.shape.length - 2
  return gatherAlong(x, order, { axis, length: x.shape[axis]! })
}
