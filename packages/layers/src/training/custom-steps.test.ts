import { add, memory, mul, setBackend, square, sub, sum, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { Dense } from '../layers/index.ts'
import { Model } from '../models/model.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import type { Batch } from './batch.ts'
import type { Predictions } from './contracts.ts'

setBackend(referenceBackend())

const silent = { verbose: 0, shuffle: false } as const
const x = [[1], [2]]
const y = [[2], [4]]

/** y = w x with w = 1 at the start. */
class Line extends Model {
  static override readonly className: string = 'Line'
  readonly dense = new Dense({ units: 1, useBias: false, kernelInitializer: 'ones', kernelRegularizer: 'l2' })
  override call(input: Tensor): Tensor {
    return this.dense.apply(input)
  }
  get slope(): number {
    return this.weights[0]!.dataSync()[0]!
  }
}

describe('a loss of one’s own', () => {
  // Σ (y − ŷ)² = 1 + 4, and 0.5 Σ x² = 2.5.
  class Summed extends Line {
    override computeLoss({ x: inputs, y: targets, yPred }: Predictions): Tensor {
      return add(sum(square(sub(targets!, yPred))), mul(sum(square(inputs)), 0.5))
    }
  }

  test('is minimised and reported', async () => {
    const model = new Summed()
    model.compile({ optimizer: new PlainSGD(0.01), metrics: ['mae'] })
    const { history } = await model.fit(x, y, silent)
    expect(history.loss).toEqual([7.5])
    expect(history['mae']).toEqual([1.5])
    // d/dw = −2 (1·1 + 2·2) = −10; the regularizer is not part of this loss.
    expect(model.slope).toBeCloseTo(1.1, 6)
  })

  test('counts in evaluation and validation', async () => {
    const model = new Summed()
    model.compile({ optimizer: new PlainSGD(0), loss: 'mse' })
    expect((await model.evaluate(x, y, { verbose: 0 }))['loss']).toBe(7.5)
    const { history } = await model.fit(x, y, { ...silent, validationData: [[[1]], [[2]]] })
    expect(history['val_loss']).toEqual([1.5])
  })

  test('that is no number is an error', async () => {
    class Wrong extends Line {
      override computeLoss({ yPred }: Predictions): Tensor {
        return yPred
      }
    }
    const model = new Wrong()
    model.compile({ optimizer: new PlainSGD() })
    await expect(model.fit(x, y, silent)).rejects.toThrow(/loss is not a single number[\s\S]*float32\[2, 1\]/)
    await expect(model.evaluate(x, y, { verbose: 0 })).rejects.toThrow(/not a single number/)
  })
})

describe('a step of one’s own', () => {
  class Stepping extends Line {
    steps = 0
    override trainStep(batch: Batch): Tensor {
      this.steps++
      const loss = this.optimizer.minimize(
        () => sum(square(sub(this.apply(batch.x, { training: true }), batch.y!))),
        this.trainableVariables,
      )
      this.computeMetrics({ ...batch, yPred: this.apply(batch.x) })
      return loss
    }
  }

  test('trains as it says, and its loss and metrics are reported', async () => {
    const model = new Stepping()
    model.compile({ optimizer: new PlainSGD(0.01), metrics: ['mae'] })
    const { history } = await model.fit(x, y, { ...silent, epochs: 2, batchSize: 2 })
    expect(model.steps).toBe(2)
    expect(history.loss[0]).toBe(5)
    // After the step w = 1.1: errors 0.9 and 1.8.
    expect(history['mae']![0]).toBeCloseTo(1.35, 5)
    expect(await model.trainOnBatch(x, y)).toMatchObject({ loss: expect.any(Number) })
    expect(model.steps).toBe(3)
  })

  test('leaves nothing behind', async () => {
    const model = new Stepping()
    model.compile({ optimizer: new PlainSGD(0.01), metrics: ['mae'] })
    await model.fit(x, y, silent)
    const before = memory()
    await model.fit(x, y, { ...silent, epochs: 5 })
    expect(memory()).toEqual(before)
  })

  test('that returns nothing is an error', async () => {
    class Silent extends Line {
      override trainStep(): Tensor {
        return undefined as never
      }
    }
    const model = new Silent()
    model.compile({ optimizer: new PlainSGD() })
    await expect(model.fit(x, y, silent)).rejects.toThrow(/loss is not a single number[\s\S]*undefined/)
  })
})

test('the parts of a step are there before a run, where the model is compiled', () => {
  const model = new Sequential([new Dense({ units: 1, inputShape: [1] })])
  expect(() => model.computeMetrics({} as Predictions)).toThrow(/not compiled/)
  expect(() => model.computeLoss({} as Predictions)).toThrow(/not compiled/)
})
