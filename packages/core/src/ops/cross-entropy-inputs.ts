import { checkInput, checkSameBackend } from '../autodiff/inputs.ts'
import { ShapeError } from '../errors/index.ts'
import { promoteTypes, toFloatType } from '../tensor/dtype.ts'
import { type Shape, sameShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { cast } from './cast.ts'
import { moveAxis } from './move-axis.ts'
import { reshape } from './reshape.ts'

/** Which axis holds the classes. */
export interface CrossEntropyOptions {
  /** Default: −1, the last. */
  readonly axis?: number
}

/** Throws where logits and targets are not tensors of one shape on one backend. */
export function checkTargets(op: string, logits: Tensor, targets: Tensor): void {
  checkInput(op, 'logits', logits)
  checkInput(op, 'targets', targets)
  checkSameBackend(op, logits, targets)
  if (sameShape(logits.shape, targets.shape)) return
  throw new ShapeError('logits and targets have different shapes', { op, received: { logits, targets } })
}

/** Both in the float dtype that they promote to. */
export function toCommonFloat(logits: Tensor, targets: Tensor): readonly [Tensor, Tensor] {
  const dtype = toFloatType(promoteTypes(logits.dtype, targets.dtype))
  const inFloat = (x: Tensor): Tensor => (x.dtype === dtype ? x : cast(x, dtype))
  return [inFloat(logits), inFloat(targets)]
}

/** A view or copy as a matrix [rows, classes]; not empty. */
export function toRows(x: Tensor, axis: number): Tensor {
  const last = x.shape.length - 1
  const moved = axis === last ? x : moveAxis(x, axis, last)
  const classes = x.shape[axis]!
  return last === 1 ? moved : reshape(moved, [x.size / classes, classes])
}

/** One number for each row, in the shape of the logits without the axis of the classes. */
export function fromRows(rows: Tensor, shape: Shape, axis: number): Tensor {
  const samples = shape.filter((_, i) => i !== axis)
  return samples.length === 1 ? rows : reshape(rows, samples)
}
