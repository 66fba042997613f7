import { keep, stopGradient, type Tensor, tidy, valueAndGrad } from '@tapegrad/core'
import { getMask } from '../engine/masks.ts'
import type { Model } from '../models/model.ts'
import type { Compiled, Predicted } from './compiled.ts'
import type { Batch } from './data.ts'

/** One step of training: predictions, loss, gradients, the optimizer's step, the running loss and metrics. */
export function trainStep(op: string, model: Model, compiled: Compiled, nextBatch: () => Batch): void {
  let predicted: Predicted | null = null
  try {
    tidy(() => {
      const batch = nextBatch()
      model.buildFor(batch.x)
      const variables = model.trainableVariables
      const forward = (): Tensor => {
        const made = predict(model, batch, true)
        // Metrics are computed when the gradients are done, and must not be recorded.
        predicted = {
          yPred: keep(stopGradient(made.yPred)),
          mask: made.mask && keep(stopGradient(made.mask)),
        }
        return compiled.totalLoss(op, batch.y, made, batch.sampleWeight, model.losses)
      }
      let loss: Tensor
      if (variables.length === 0) loss = forward()
      else {
        const { value, grads } = valueAndGrad(forward)(variables)
        compiled.optimizer.apply(grads, variables)
        loss = value
      }
      compiled.update(loss, batch.y, predicted!, batch.sampleWeight, batch.size)
    })
  } finally {
    release(predicted)
  }
}

/** The loss and the metrics of a batch, added to the running ones. */
export function testStep(op: string, model: Model, compiled: Compiled, nextBatch: () => Batch): void {
  tidy(() => {
    const batch = nextBatch()
    const predicted = predict(model, batch, false)
    const loss = compiled.totalLoss(op, batch.y, predicted, batch.sampleWeight, model.losses)
    compiled.update(loss, batch.y, predicted, batch.sampleWeight, batch.size)
  })
}

function predict(model: Model, batch: Batch, training: boolean): Predicted {
  const yPred = model.apply(batch.x, { training })
  return { yPred, mask: getMask(yPred) }
}

function release(predicted: Predicted | null): void {
  predicted?.yPred.dispose()
  predicted?.mask?.dispose()
}
