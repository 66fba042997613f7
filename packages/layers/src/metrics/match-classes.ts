import { reshape, ShapeError, sameShape, type Tensor } from '@tapegrad/core'
import { checkTensors } from '../losses/check-inputs.ts'

/**
 * Targets and predictions that both have the classes on their last axis.
 *
 * @throws {@link ShapeError} for different shapes, and where there is no class.
 */
export function matchClasses(op: string, yTrue: Tensor, yPred: Tensor): readonly [Tensor, Tensor] {
  checkScores(op, yTrue, yPred)
  if (sameShape(yTrue.shape, yPred.shape)) return [yTrue, yPred]
  const isSparse = sameShape(yTrue.shape, yPred.shape.slice(0, -1))
  throw new ShapeError('targets and predictions have different shapes', {
    op,
    received: { yTrue, yPred },
    ...(isSparse ? { hint: 'class numbers need the metric whose name begins with sparse' } : {}),
  })
}

/**
 * Labels without a last axis of size 1.
 *
 * @throws {@link ShapeError} unless they have the predictions' shape without the classes, and where there is no class.
 */
export function matchLabels(op: string, yTrue: Tensor, yPred: Tensor): Tensor {
  checkScores(op, yTrue, yPred)
  const expected = yPred.shape.slice(0, -1)
  if (sameShape(yTrue.shape, expected)) return yTrue
  if (sameShape(yTrue.shape, [...expected, 1])) return reshape(yTrue, expected)
  throw new ShapeError('the labels do not have the shape of the predictions without their classes', {
    op,
    received: { yTrue, yPred },
    expected: `labels of shape [${expected.join(', ')}]`,
    ...(sameShape(yTrue.shape, yPred.shape)
      ? { hint: 'one-hot targets need the metric whose name lacks sparse' }
      : {}),
  })
}

function checkScores(op: string, yTrue: Tensor, yPred: Tensor): void {
  checkTensors(op, yTrue, yPred)
  if (yPred.rank > 0 && yPred.shape.at(-1) !== 0) return
  throw new ShapeError('the predictions have no axis of classes', {
    op,
    received: { yPred },
    expected: '[batch, …, classes]',
  })
}
