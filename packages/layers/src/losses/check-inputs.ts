import { ArgumentError, cast, isFloat, ShapeError, sameShape, Tensor } from '@tapegrad/core'
import { alignRanks } from './align-ranks.ts'

/** Checks that a loss or metric got two tensors. */
export function checkTensors(op: string, yTrue: unknown, yPred: unknown): void {
  for (const [name, value] of Object.entries({ yTrue, yPred })) {
    if (value instanceof Tensor) continue
    throw new ArgumentError(`${name} is not a tensor`, {
      op,
      received: { [name]: value },
      hint: `tensor(${name})`,
    })
  }
}

/** Predictions as floats: integers become float32. */
export function toFloat(yPred: Tensor): Tensor {
  return isFloat(yPred.dtype) ? yPred : cast(yPred, 'float32')
}

/**
 * Targets and predictions of the same shape and, for the targets, in the predictions' dtype.
 *
 * @throws {@link ShapeError} for other shapes: broadcasting would hide mistakes.
 */
export function matchTargets(op: string, yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
  checkTensors(op, yTrue, yPred)
  const [targets, predictions] = alignRanks(yTrue, toFloat(yPred))
  if (!sameShape(targets.shape, predictions.shape)) {
    throw new ShapeError('targets and predictions have different shapes', { op, received: { yTrue, yPred } })
  }
  if (predictions.rank === 0) {
    throw new ShapeError('targets and predictions have no axis', {
      op,
      received: { yTrue, yPred },
      expected: 'at least one axis, [batch, …]',
    })
  }
  return [targets.dtype === predictions.dtype ? targets : cast(targets, predictions.dtype), predictions]
}

/** Checks that a function of one's own gave values. */
export function checkValues(op: string, values: unknown): asserts values is Tensor {
  if (values instanceof Tensor) return
  throw new ArgumentError('the function gave no tensor', {
    op,
    received: { values },
    expected: 'a tensor of one value for each sample',
  })
}
