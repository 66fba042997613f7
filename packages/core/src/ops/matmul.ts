import { defineOpWith } from '../autodiff/define-op.ts'
import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { commonType } from '../dispatch/arithmetic.ts'
import { runCast } from '../dispatch/cast.ts'
import { runMatmul, type Transposed } from '../dispatch/matmul.ts'
import { ShapeError } from '../errors/index.ts'
import { tidy } from '../memory/scope.ts'
import { broadcastShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { reshape } from './reshape.ts'

/** The product of matrices, some of them with rows and columns exchanged: a family that holds its own gradients. */
const multiply: (a: Tensor, b: Tensor, transposed: Transposed) => Tensor = /* @__PURE__ */ defineOpWith({
  name: 'matmul',
  inputs: ['a', 'b'],
  save: ['a', 'b'],
  forward: (a: Tensor, b: Tensor, transposed: Transposed) => {
    const dtype = commonType('matmul', a, b, 'number')
    if (a.dtype === dtype && b.dtype === dtype) return runMatmul(a, b, transposed)
    return tidy(() => runMatmul(runCast(a, dtype), runCast(b, dtype), transposed))
  },
  vjp: {
    a: (g, { b }, transposed) =>
      transposed & 1 ? multiply(b, g, transposed & 2 ? 3 : 2) : multiply(g, b, transposed & 2 ? 0 : 2),
    b: (g, { a }, transposed) =>
      transposed & 2 ? multiply(g, a, transposed & 1 ? 3 : 1) : multiply(a, g, transposed & 1 ? 0 : 1),
  },
})

/**
 * The matrix product, batched: out[…, i, j] = Σₖ a[…, i, k] · b[…, k, j].
 *
 * @param a Shape […, M, K], or [K] for a row vector, whose axis the result lacks.
 * @param b Shape […, K, N], or [K] for a column vector, whose axis the result lacks. Batch axes broadcast.
 * @returns Shape […, M, N] in the promoted dtype. Transposed views are multiplied without a copy.
 * @throws {@link ShapeError} when the inner sizes differ, the batch axes do not broadcast, or a tensor is a scalar.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.matmul.html
 * @example
 * ```ts
 * matmul(ones([2, 3]), ones([3, 4])).shape // [2, 4]
 * ```
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkInput('matmul', 'a', a)
  checkInput('matmul', 'b', b)
  checkSameBackend('matmul', a, b)
  if (a.shape.length === 2 && b.shape.length === 2 && a.shape[1] === b.shape[0]) return multiply(a, b, 0)
  checkShapes(a, b)
  if (a.shape.length > 1 && b.shape.length > 1) return multiply(a, b, 0)
  return tidy(() => {
    const left = a.shape.length === 1 ? reshape(a, [1, a.size]) : a
    const right = b.shape.length === 1 ? reshape(b, [b.size, 1]) : b
    const product = multiply(left, right, 0)
    const rows = a.shape.length === 1 ? [] : product.shape.slice(-2, -1)
    const columns = b.shape.length === 1 ? [] : product.shape.slice(-1)
    return reshape(product, [...product.shape.slice(0, -2), ...rows, ...columns])
  })
}

function checkShapes(a: Tensor, b: Tensor): void {
  if (a.shape.length === 0 || b.shape.length === 0) {
    throw new ShapeError('a scalar is not a matrix', {
      op: 'matmul',
      received: { a, b },
      hint: 'mul(a, b) scales',
    })
  }
  const inner = a.shape.at(-1)!
  const innerAxis = b.shape.length === 1 ? -1 : -2
  if (inner !== b.shape.at(innerAxis)) {
    const fits = b.shape.length > 1 && inner === b.shape.at(-1)
    throw new ShapeError('inner dimensions differ', {
      op: 'matmul',
      received: { a, b },
      expected: `${inner} (a, axis -1) = ${b.shape.at(innerAxis)} (b, axis ${innerAxis})`,
      ...(fits ? { hint: 'matmul(a, transpose(b))?' } : {}),
    })
  }
  if (a.shape.length <= 2 && b.shape.length <= 2) return
  if (broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)) === undefined) {
    throw new ShapeError('the batch dimensions do not broadcast', { op: 'matmul', received: { a, b } })
  }
}
