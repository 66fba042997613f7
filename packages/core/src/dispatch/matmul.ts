import type { View } from '../backend/backend.ts'
import { broadcastShape, type Shape, sizeOf } from '../tensor/shape.ts'
import { allocate, type Tensor } from '../tensor/tensor.ts'
import { fillWhole } from './fill.ts'
import { computed, finish, isAcceptable, temporaryCopy } from './prepare.ts'
import { broadcastStrides, viewOf } from './views.ts'

/** out[…] = a[…] · b[…] for matrices with broadcast batch dimensions; both have rank ≥ 2, and K matches. */
export function runMatmul(a: Tensor, b: Tensor): Tensor {
  if (a.shape.length === 2 && b.shape.length === 2) return multiplyMatrices(a, b)
  const [m, k] = a.shape.slice(-2) as [number, number]
  const n = b.shape.at(-1)!
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))!
  const { backend } = a.storage
  return computed(allocate(backend, a.dtype, [...batch, m, n]), (out) => {
    if (k === 0) {
      fillWhole(out, 0)
      return
    }
    try {
      const p = withOneBatch(a, batch)
      const q = withOneBatch(b, batch)
      backend.matmul(p, q, viewOf(out.storage, out.dtype, [sizeOf(batch), m, n], [m * n, n, 1], 0))
    } finally {
      finish()
    }
  })
}

/** The same for two matrices, as most calls are, without arrays of batch dimensions. */
function multiplyMatrices(a: Tensor, b: Tensor): Tensor {
  const { backend } = a.storage
  return computed(allocate(backend, a.dtype, [a.shape[0]!, b.shape[1]!]), (out) => {
    if (a.shape[1] === 0) {
      fillWhole(out, 0)
      return
    }
    try {
      backend.matmul(asBatch(acceptable(a), 0), asBatch(acceptable(b), 0), asBatch(out, out.size))
    } finally {
      finish()
    }
  })
}

function acceptable(x: View): View {
  return isAcceptable(x) ? x : temporaryCopy(x)
}

/** A matrix as a batch of one. */
function asBatch(x: View, stride: number): View {
  const { storage, dtype, shape, strides, offset, size, contiguous } = x
  return {
    storage,
    dtype,
    shape: [1, shape[0]!, shape[1]!],
    strides: [stride, strides[0]!, strides[1]!],
    offset,
    size,
    contiguous,
  }
}

/** The operand with its batch dimensions broadcast and merged into one, copied where no single stride walks them. */
function withOneBatch(x: Tensor, batch: Shape): View {
  const matrix = x.shape.slice(-2)
  const shape = [...batch, ...matrix]
  const strides = broadcastStrides(x, shape)
  const stride = commonStride(batch, strides)
  const count = sizeOf(batch)
  if (stride !== undefined) {
    const view = viewOf(x.storage, x.dtype, [count, ...matrix], [stride, ...strides.slice(-2)], x.offset)
    if (isAcceptable(view)) return view
  }
  const copy = temporaryCopy(viewOf(x.storage, x.dtype, shape, strides, x.offset))
  const [rows, columns] = matrix as [number, number]
  return viewOf(copy.storage, copy.dtype, [count, rows, columns], [rows * columns, columns, 1], 0)
}

/** The one stride that walks all batch dimensions in order, or undefined. */
function commonStride(batch: Shape, strides: readonly number[]): number | undefined {
  let stride: number | undefined
  let expected = 0
  for (let i = batch.length - 1; i >= 0; i--) {
    if (batch[i] === 1) continue
    if (stride === undefined) stride = strides[i]!
    else if (strides[i] !== expected) return undefined
    expected = strides[i]! * batch[i]!
  }
  return stride ?? 0
}
