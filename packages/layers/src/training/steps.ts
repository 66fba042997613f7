import { div, keep, mul, ShapeError, stopGradient, Tensor, tidy, valueAndGrad } from '@tapegrad/core'
import { asList } from '../engine/lists.ts'
import { getMask, setMask } from '../engine/masks.ts'
import type { Tensors } from '../engine/symbolic-tensor.ts'
import type { AnyModel } from '../models/model.ts'
import type { AnyBatch } from './batch.ts'
import type { Compiled } from './compiled.ts'

/** A step of a run: takes the next batch and adds it to the running loss and metrics. */
export type Step = (op: string, model: AnyModel, compiled: Compiled, nextBatch: () => AnyBatch) => void

export const trainStep: Step = (op, model, compiled, nextBatch) =>
  counted(compiled, () => {
    const batch = nextBatch()
    model.buildFor(batch.x)
    compiled.updateLoss(checkLoss(op, model.trainStep(batch)), batch.size)
    compiled.updateCallMetrics(model.callMetrics, batch.size)
  })

export const testStep: Step = (op, model, compiled, nextBatch) =>
  counted(compiled, () => {
    const batch = nextBatch()
    compiled.updateLoss(checkLoss(op, model.testStep(batch)), batch.size)
    compiled.updateCallMetrics(model.callMetrics, batch.size)
  })

/** Runs a step; one that fails does not count. */
function counted(compiled: Compiled, step: () => void): void {
  try {
    tidy(step)
  } finally {
    compiled.dropStep()
  }
}

/** What a model's `trainStep` does: predictions, loss, gradients, the optimizer's step, metrics. */
export function runTrainStep(model: AnyModel, batch: AnyBatch): Tensor {
  const variables = model.trainableVariables
  let predictions: Tensors | null = null
  const forward = (): Tensor => {
    const yPred = model.apply(batch.x, { training: true })
    // Metrics are computed when the gradients are done, and must not be recorded.
    predictions = keepPredictions(yPred)
    return checkLoss('loss', model.computeLoss({ ...batch, yPred }))
  }
  try {
    if (variables.length === 0) {
      const loss = forward()
      model.computeMetrics({ ...batch, yPred: predictions! })
      return loss
    }
    const scale = model.optimizer.lossScaleFactor ?? null
    const scaled = scale === null ? forward : (): Tensor => mul(forward(), scale)
    const { value, grads } = valueAndGrad(scaled)(variables)
    model.optimizer.apply(grads, variables)
    model.computeMetrics({ ...batch, yPred: predictions! })
    return scale === null ? value : div(value, scale)
  } finally {
    if (predictions !== null) release(predictions)
  }
}

/** What a model's `testStep` does. */
export function runTestStep(model: AnyModel, batch: AnyBatch): Tensor {
  const yPred = model.apply(batch.x, { training: false })
  const loss = model.computeLoss({ ...batch, yPred })
  model.computeMetrics({ ...batch, yPred })
  return loss
}

function keepPredictions(yPred: Tensors): Tensors {
  const keepOne = (each: Tensor): Tensor => {
    const kept = keep(stopGradient(each))
    const mask = getMask(each)
    if (mask !== null) setMask(kept, keep(stopGradient(mask)))
    return kept
  }
  return yPred instanceof Tensor ? keepOne(yPred) : yPred.map(keepOne)
}

function release(predictions: Tensors): void {
  for (const each of asList(predictions)) {
    getMask(each)?.dispose()
    each.dispose()
  }
}

function checkLoss(op: string, loss: unknown): Tensor {
  if (loss instanceof Tensor && loss.size === 1) return loss
  throw new ShapeError('the loss is not a single number', {
    op,
    received: { loss },
    hint: "a loss that is minimised needs a reduction, such as reduction: 'sumOverBatchSize'",
  })
}
