import { ArgumentError, mean, memory, mul, ones, setBackend, type Tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeEach, describe, expect, test } from 'vitest'
import { input } from '../engine/input-layer.ts'
import { Layer } from '../engine/layer.ts'
import { resetNames } from '../engine/naming.ts'
import { Add, Dense } from '../layers/index.ts'
import { Model } from '../models/model.ts'
import { Sequential } from '../models/sequential.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'

setBackend(referenceBackend())
beforeEach(resetNames)

class Report extends Layer {
  static override readonly className: string = 'Report'
  override call(x: Tensor): Tensor {
    this.addMetric(mean(x), { name: 'level' })
    return mul(x, 1)
  }
}

function reporting(): Sequential {
  const model = new Sequential([new Report({ inputShape: [1] }), new Dense({ units: 1 })])
  model.compile({ optimizer: new PlainSGD(0), loss: 'mse' })
  return model
}

const [x, y] = [
  [[1], [2], [6]],
  [[0], [0], [0]],
]

describe('addMetric', () => {
  test('is in the logs of training, validation and evaluation: the mean over samples', async () => {
    const model = reporting()
    const options = { batchSize: 2, epochs: 2, verbose: 0, shuffle: false } as const
    const { history } = await model.fit(x, y, { ...options, validationData: [[[5]], [[0]]] })
    expect(history['level']).toEqual([3, 3])
    expect(history['val_level']).toEqual([5, 5])
    expect((await model.evaluate(x, y, { batchSize: 2, verbose: 0 }))['level']).toBe(3)
  })

  test('averages what comes under one name', async () => {
    const [a, report] = [input({ shape: [1] }), new Report()]
    const raised = new Dense({ units: 1, kernelInitializer: 'ones', biasInitializer: 'ones' }).apply(a)
    const model = new Model({ inputs: a, outputs: new Add().apply([report.apply(a), report.apply(raised)]) })
    model.compile({ optimizer: new PlainSGD(0), loss: 'mse' })
    expect((await model.evaluate([[4]], [[9]], { verbose: 0 }))['level']).toBe(4.5)
    expect(model.callMetrics.map(({ name, value }) => [name, value.arraySync()])).toEqual([
      ['level', 4],
      ['level', 5],
    ])
  })

  test('keeps the metrics of compile and the loss under their names', async () => {
    const model = new Sequential([new Report({ inputShape: [1] }), new Dense({ units: 1 })])
    model.compile({ optimizer: new PlainSGD(0), loss: 'mse', metrics: ['mae'] })
    const logs = await model.evaluate(x, y, { verbose: 0 })
    expect(Object.keys(logs).sort()).toEqual(['level', 'loss', 'mae'])
  })

  test('is not part of the gradients, and leaves nothing behind', async () => {
    const model = reporting()
    await model.trainOnBatch(x, y)
    const before = memory().tensors
    for (let i = 0; i < 3; i++) await model.trainOnBatch(x, y)
    expect(memory().tensors).toBe(before)
    model.dispose()
  })

  test('says nothing while only shapes are found out', () => {
    const model = reporting()
    expect(model.callMetrics).toEqual([])
    expect(model.outputShape).toEqual([null, 1])
    expect(model.callMetrics).toEqual([])
  })

  test('refuses what is no number, and names that are none', () => {
    const layer = new Report()
    expect(() => layer.addMetric(ones([2]), { name: 'a' })).toThrow(ArgumentError)
    expect(() => layer.addMetric(1, { name: '' })).toThrow(/name is not one/)
    expect(() => layer.addMetric(1, { name: 'loss' })).toThrow(/name is not one/)
    // @ts-expect-error an unknown option
    expect(() => layer.addMetric(1, { nam: 'a' })).toThrow(/nam/)
  })
})
