import { checkSameBackend } from '../autodiff/inputs.ts'
import type { Input } from '../autodiff/node.ts'
import type { Operand, View } from '../backend/backend.ts'
import type { BinaryOp, UnaryOp } from '../backend/opcodes.ts'
import { ShapeError } from '../errors/index.ts'
import type { DType } from '../tensor/dtype.ts'
import { broadcastShape, type Shape, sameShape } from '../tensor/shape.ts'
import { allocate, allocateLike, type Tensor } from '../tensor/tensor.ts'
import { computed, finish, isAcceptable, temporaryCopy } from './prepare.ts'
import { expandView, mergeDimensions } from './views.ts'

/*
 * Small tensors are computed in less time than a closure takes: errors are caught here, and not by `computed`.
 */

/** out = op(x), in the dtype of `x`. */
export function runUnary(op: UnaryOp, x: Tensor): Tensor {
  const out = allocateLike(x, x.dtype)
  try {
    if (out.size > 0) callUnary(op, x, out)
  } catch (error) {
    out.dispose()
    throw error
  }
  return out
}

function callUnary(op: UnaryOp, x: Tensor, out: Tensor): void {
  const { backend } = out.storage
  if (isFlat(x, out)) backend.unary(op, x, out)
  else callMerged([x], out, ([view], o) => backend.unary(op, view as View, o))
}

/** out = op(a, b), broadcast. The tensors have one dtype already; `dtype` is the result's. */
export function runBinary<D extends DType = DType>(op: BinaryOp, a: Input, b: Input, dtype?: D): Tensor<D> {
  const out = allocateResult(op, a, b, dtype)
  try {
    if (out.size > 0) callBinary(op, a, b, out as unknown as Tensor)
  } catch (error) {
    out.dispose()
    throw error
  }
  return out
}

function callBinary(op: BinaryOp, a: Input, b: Input, out: Tensor): void {
  const { backend } = out.storage
  if (isFlat(a, out) && isFlat(b, out)) backend.binary(op, a, b, out)
  else if (isLine(a, out) && isLine(b, out)) {
    backend.binary(op, lineOf(a, out.size), lineOf(b, out.size), lineOf(out, out.size) as View)
  } else callMerged([a, b], out, ([p, q], o) => backend.binary(op, p!, q!, o))
}

/** Whether one stride walks an operand as the result is walked: it has the same elements in order, or a single one. */
function isLine(x: Input, out: Tensor): boolean {
  if (typeof x === 'number') return true
  if (x.size === 1) return out.size > 1 && out.storage.backend.caps.strided
  if (x.contiguous) return sameShape(x.shape, out.shape)
  if (!out.storage.backend.caps.strided || !sameShape(x.shape, out.shape)) return false
  for (const stride of x.strides) if (stride !== 0) return false
  return true
}

/** Such an operand with one dimension. */
function lineOf(x: Input, length: number): Operand {
  if (typeof x === 'number') return x
  const { storage, dtype, offset, size, contiguous } = x
  const isRepeated = size === 1 || !contiguous
  return {
    storage,
    dtype,
    shape: [length],
    strides: isRepeated ? repeating : neighbouring,
    offset,
    size: length,
    contiguous: !isRepeated,
  }
}

const repeating: readonly number[] = [0]
const neighbouring: readonly number[] = [1]

function allocateResult<D extends DType>(op: BinaryOp, a: Input, b: Input, dtype: D | undefined): Tensor<D> {
  if (typeof b === 'number') return allocateLike(a as Tensor, (dtype ?? (a as Tensor).dtype) as D)
  if (typeof a === 'number') return allocateLike(b, (dtype ?? b.dtype) as D)
  checkSameBackend(op, a, b)
  const resultType = (dtype ?? a.dtype) as D
  if (sameShape(a.shape, b.shape)) return allocateLike(a, resultType)
  return allocate(a.storage.backend, resultType, broadcastShapes(op, { a, b }))
}

/** out = condition ? a : b, broadcast. */
export function runSelect(condition: Tensor, a: Input, b: Input, dtype: DType): Tensor {
  let shape = condition.shape
  for (const [name, x] of [
    ['a', a],
    ['b', b],
  ] as const) {
    if (typeof x === 'number') continue
    checkSameBackend('where', condition, x)
    shape = broadcastShape(shape, x.shape) ?? throwNotBroadcastable('where', { condition, [name]: x })
  }
  const { backend } = condition.storage
  return computed(allocate(backend, dtype, shape), (out) =>
    callMerged([condition, a, b], out, ([c, p, q], o) => backend.select(c as View, p!, q!, o)),
  )
}

/** Throws where two arguments are tensors of different backends or of shapes that do not broadcast. */
export function checkBroadcast(op: string, a: Input, b: Input): void {
  if (typeof a === 'number' || typeof b === 'number') return
  checkSameBackend(op, a, b)
  broadcastShapes(op, { a, b })
}

/** The common shape of two named tensors, or the error that shows both. */
function broadcastShapes(op: string, named: Readonly<Record<string, Tensor>>): Shape {
  const [a, b] = Object.values(named) as [Tensor, Tensor]
  return broadcastShape(a.shape, b.shape) ?? throwNotBroadcastable(op, named)
}

function throwNotBroadcastable(op: string, named: Readonly<Record<string, Tensor>>): never {
  throw new ShapeError('the shapes do not broadcast', {
    op,
    received: named,
    expected: 'sizes that are equal or 1, compared from the last axis',
    hint: 'insert axes of size 1 with expandDims() or reshape()',
  })
}

/** Whether an operand can be handed over as it is: nothing to broadcast, merge or copy, and no variable. */
function isFlat(x: Input, out: Tensor): boolean {
  if (typeof x === 'number') return true
  if (x.isReplaceable) return false
  return x.contiguous && sameShape(x.shape, out.shape) && x.shape.length <= out.storage.backend.caps.maxRank
}

/** Hands over operands broadcast, merged to few dimensions and, where the backend needs it, copied. */
function callMerged(
  operands: readonly Input[],
  out: Tensor,
  call: (operands: readonly Operand[], out: View) => void,
): void {
  const views: View[] = []
  for (const x of operands) if (typeof x !== 'number') views.push(expandView(x, out.shape))
  views.push(out)
  try {
    let merged = mergeDimensions(views).views
    if (!merged.every(isAcceptable)) {
      merged = mergeDimensions(views.map((view) => (view.contiguous ? view : temporaryCopy(view)))).views
    }
    let next = 0
    call(
      operands.map((x) => (typeof x === 'number' ? x : merged[next++]!)),
      merged.at(-1)!,
    )
  } finally {
    finish()
  }
}
