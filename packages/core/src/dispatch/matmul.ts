import type { View } from '../backend/backend.ts'
import { broadcastShape, type Shape, sizeOf } from '../tensor/shape.ts'
import { Storage } from '../tensor/storage.ts'
import { allocate, Tensor } from '../tensor/tensor.ts'
import { fillWhole } from './fill.ts'
import { computed, finish, isAcceptable, temporaryCopy } from './prepare.ts'
import { broadcastStrides, viewOf } from './views.ts'

/** Which operands of a product are taken with rows and columns exchanged: 1 for the first, 2 for the second, or both. */
export type Transposed = 0 | 1 | 2 | 3

/** out[…] = a[…] · b[…] for matrices with broadcast batch dimensions; both have rank ≥ 2, and K matches. */
export function runMatmul(a: Tensor, b: Tensor, transposed: Transposed = 0): Tensor {
  const left = (transposed & 1) !== 0
  const right = (transposed & 2) !== 0
  if (a.shape.length === 2 && b.shape.length === 2) return multiplyMatrices(a, left, b, right)
  const [p, q] = [left ? swapped(a) : a, right ? swapped(b) : b]
  const [m, k] = p.shape.slice(-2) as [number, number]
  const n = q.shape.at(-1)!
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))!
  const { backend } = a.storage
  return computed(allocate(backend, a.dtype, [...batch, m, n]), (out) => {
    if (k === 0) {
      fillWhole(out, 0)
      return
    }
    try {
      const factors = [withOneBatch(p, batch), withOneBatch(q, batch)] as const
      backend.matmul(...factors, viewOf(out.storage, out.dtype, [sizeOf(batch), m, n], [m * n, n, 1], 0))
    } finally {
      finish()
    }
  })
}

/** The same for two matrices, as most calls are, without arrays of batch dimensions. */
function multiplyMatrices(a: Tensor, left: boolean, b: Tensor, right: boolean): Tensor {
  const out = allocateMatrix(a, a.shape[left ? 1 : 0]!, b.shape[right ? 0 : 1]!)
  if (out.size === 0) return out
  try {
    if (a.size === 0) fillWhole(out, 0)
    else multiplyBatches(asBatch(a, left, 0), asBatch(b, right, 0), asBatch(out, false, out.size))
  } catch (error) {
    out.dispose()
    throw error
  }
  return out
}

function multiplyBatches(a: View, b: View, out: View): void {
  const { backend } = out.storage
  if (isAcceptable(a) && isAcceptable(b)) {
    backend.matmul(a, b, out)
    return
  }
  const acceptable = (x: View): View => (isAcceptable(x) ? x : temporaryCopy(x))
  try {
    backend.matmul(acceptable(a), acceptable(b), out)
  } finally {
    finish()
  }
}

/** A view of matrices with rows and columns exchanged. */
function swapped({ storage, dtype, shape, strides, offset }: View): View {
  const exchange = (values: readonly number[]): number[] => [
    ...values.slice(0, -2),
    ...values.slice(-2).reverse(),
  ]
  return viewOf(storage, dtype, exchange(shape), exchange(strides), offset)
}

/** A new matrix of the dtype of another tensor, which its backend has. */
function allocateMatrix({ storage, dtype }: Tensor, rows: number, columns: number): Tensor {
  const size = rows * columns
  const whole = new Storage(storage.backend, dtype, size)
  return new Tensor(whole, dtype, [rows, columns], [columns, 1], 0, size, true)
}

/** A matrix, or what it is with rows and columns exchanged, as a batch of one. */
function asBatch(x: View, swaps: boolean, stride: number): View {
  const { storage, dtype, offset, size } = x
  // Not by destructuring, which asks for an iterator.
  const rows = x.shape[0]!
  const columns = x.shape[1]!
  const down = x.strides[0]!
  const across = x.strides[1]!
  // Steps along an axis of size 1 do not matter.
  const contiguous = x.contiguous && (!swaps || rows === 1 || columns === 1)
  return swaps
    ? { storage, dtype, shape: [1, columns, rows], strides: [stride, across, down], offset, size, contiguous }
    : { storage, dtype, shape: [1, rows, columns], strides: [stride, down, across], offset, size, contiguous }
}

/** The operand with its batch dimensions broadcast and merged into one, copied where no single stride walks them. */
function withOneBatch(x: View, batch: Shape): View {
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
