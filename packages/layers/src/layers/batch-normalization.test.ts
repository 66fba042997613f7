import {
  ArgumentError,
  checkGradients,
  memory,
  ones,
  ShapeError,
  setBackend,
  type Tensor,
  tensor,
  UnsupportedError,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { describe, expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { Sequential } from '../models/sequential.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { BatchNormalization, type BatchNormalizationOptions } from './batch-normalization.ts'
import { Dense } from './dense.ts'

setBackend(referenceBackend())

describe('does what every layer must do', () => {
  test('by default', async () => {
    await runLayerTest(() => new BatchNormalization(), {
      inputShape: [4, 3],
      outputShape: [4, 3],
      trainableWeights: 2,
      nonTrainableWeights: 2,
      mask: 'passes',
    })
  })

  test('with every option', async () => {
    const options = {
      axis: 1,
      momentum: 0.8,
      epsilon: 0.01,
      betaInitializer: 'randomNormal',
      gammaInitializer: 'randomUniform',
      movingMeanInitializer: 'ones',
      movingVarianceInitializer: 'ones',
      betaRegularizer: 'l1',
      gammaRegularizer: 'l2',
      betaConstraint: 'nonNeg',
      gammaConstraint: 'nonNeg',
    } as const
    await runLayerTest(() => new BatchNormalization(options), {
      inputShape: [2, 3, 2, 2],
      outputShape: [2, 3, 2, 2],
      trainableWeights: 2,
      nonTrainableWeights: 2,
      penalties: 2,
      mask: 'passes',
    })
    await runLayerTest(() => new BatchNormalization({ center: false, scale: false }), {
      inputShape: [2, 3, 2],
      outputShape: [2, 3, 2],
      nonTrainableWeights: 2,
      mask: 'passes',
    })
  })

  test('with renormalization', async () => {
    const renormClipping = { rmin: 0.5, rmax: 2, dmax: 1 }
    await runLayerTest(() => new BatchNormalization({ renorm: true, renormClipping }), {
      inputShape: [4, 3],
      outputShape: [4, 3],
      trainableWeights: 2,
      nonTrainableWeights: 5,
      mask: 'passes',
    })
  })
})

describe('in training', () => {
  const x = tensor([[1], [3]])

  test('the statistics are the batch’s, and the moving ones follow', () => {
    const layer = new BatchNormalization({ momentum: 0.75, epsilon: 0 })
    expect(layer.apply(x, { training: true }).arraySync()).toEqual([[-1], [1]])
    expect([layer.movingMean!.arraySync(), layer.movingVariance!.arraySync()]).toEqual([[0.5], [1]])
    layer.apply(tensor([[4], [8]]), { training: true })
    expect([layer.movingMean!.arraySync(), layer.movingVariance!.arraySync()]).toEqual([[1.875], [1.75]])
  })

  test('nothing of it happens outside', () => {
    const layer = new BatchNormalization({ epsilon: 0 })
    layer.build([null, 1])
    layer.setWeights([[2], [1], [1], [4]])
    expect(layer.apply(x).arraySync()).toEqual([[1], [3]])
    expect(layer.movingMean!.arraySync()).toEqual([1])
  })

  test('a frozen layer works as outside', () => {
    const layer = new BatchNormalization({ epsilon: 0 })
    layer.build([null, 1])
    layer.trainable = false
    expect(layer.apply(x, { training: true }).arraySync()).toEqual([[1], [3]])
    expect(layer.movingMean!.arraySync()).toEqual([0])
  })

  test('what is masked does not count, but is normalized', () => {
    const layer = new BatchNormalization({ momentum: 0, epsilon: 0 })
    const sequence = tensor([
      [[1], [100]],
      [[3], [5]],
    ])
    const mask = tensor([
      [true, false],
      [true, true],
    ])
    layer.apply(sequence, { training: true, mask })
    expect(layer.movingMean!.arraySync()).toEqual([3])
    expect(layer.movingVariance!.dataSync()[0]).toBeCloseTo(8 / 3, 6)
    const images = tensor([1, 2, 50, 60, 3, 4, 5, 6], { shape: [2, 2, 2, 1] })
    const other = new BatchNormalization({ momentum: 0 })
    other.apply(images, { training: true, mask })
    expect(other.movingMean!.arraySync()).toEqual([3.5])
    const none = new BatchNormalization({ momentum: 0 })
    const noMask = tensor([
      [false, false],
      [false, false],
    ])
    none.apply(sequence, { training: true, mask: noMask })
    expect([none.movingMean!.arraySync(), none.movingVariance!.arraySync()]).toEqual([[0], [0]])
  })

  test('gradients flow through the batch’s statistics', async () => {
    const layer = new BatchNormalization({ dtype: 'float64' })
    layer.build([null, 2])
    const input = tensor([1, 2, -1, 0.5, 3, 0.25], { shape: [3, 2], dtype: 'float64' })
    await checkGradients((each) => layer.apply(each!, { training: true }) as Tensor, [input], { order: 2 })
    const masked = tensor([1, 2, -1, 0.5, 3, 0.25], { shape: [1, 3, 2], dtype: 'float64' })
    const mask = tensor([[true, false, true]])
    const other = new BatchNormalization({ dtype: 'float64' })
    other.build([null, 3, 2])
    await checkGradients((each) => other.apply(each!, { training: true, mask }) as Tensor, [masked], {
      order: 2,
    })
  })

  test('the moving statistics take no memory, and are saved', async () => {
    const model = new Sequential([new Dense({ units: 2, inputShape: [3] }), new BatchNormalization()])
    model.compile({ optimizer: new PlainSGD(), loss: 'meanSquaredError' })
    const inputs = tensor([1, 2, 3, 4, 5, 7, 7, 8, 8, -1, 0, 3], { shape: [4, 3] })
    const options = { epochs: 1, verbose: 0 } as const
    await model.fit(inputs, zeros([4, 2]), options)
    const before = memory()
    await model.fit(inputs, zeros([4, 2]), options)
    expect(memory().bytes - before.bytes).toBe(4 * 2 * 4)
    const copy = await loadModel(await saveModel(model), { optimizers: [PlainSGD] })
    const statistics = (one: typeof model): unknown =>
      one.weights.slice(-2).map((weight) => weight.arraySync())
    expect(statistics(copy as typeof model)).toEqual(statistics(model))
    expect(model.weights.at(-1)!.arraySync()).not.toEqual([1, 1])
  })
})

describe('renormalization', () => {
  const batches = [tensor([[1], [3]]), tensor([[5], [9]])]
  const halves = { momentum: 0.5, renormMomentum: 0.5, epsilon: 0, renorm: true }

  test('corrects towards moving statistics', () => {
    const layer = new BatchNormalization(halves)
    // r = 1 / 1, d = (2 − 0) / 1; then r = 2 / 1, d = (7 − 1) / 1.
    expect(batches.map((batch) => layer.apply(batch, { training: true }).arraySync())).toEqual([
      [[1], [3]],
      [[4], [8]],
    ])
    expect(layer.weights.map(({ name }) => name)).toEqual([
      'gamma',
      'beta',
      'moving_mean',
      'moving_variance',
      'moving_stddev',
      'renorm_mean',
      'renorm_stddev',
    ])
    expect(layer.weights.slice(2).map((weight) => weight.dataSync()[0])).toEqual([4, 2.25, 1.5, 4, 1.5])
    expect(layer.apply(tensor([[4], [5.5]])).arraySync()).toEqual([[0], [1]])
  })

  test('within bounds, and before gamma and beta', () => {
    const renormClipping = { rmin: 1, rmax: 1.5, dmax: 3 }
    const layer = new BatchNormalization({ ...halves, renormClipping })
    layer.build([null, 1])
    layer.apply(batches[0]!, { training: true })
    expect(layer.apply(batches[1]!, { training: true }).arraySync()).toEqual([[1.5], [4.5]])
    const bare = new BatchNormalization({ ...halves, renormClipping, center: false, scale: false })
    bare.apply(batches[0]!, { training: true })
    expect(bare.apply(batches[1]!, { training: true }).arraySync()).toEqual([[1.5], [4.5]])
    const affine = new BatchNormalization({ ...halves, betaInitializer: 'ones' })
    affine.build([null, 1])
    affine.gamma!.assign([10])
    expect(affine.apply(batches[0]!, { training: true }).arraySync()).toEqual([[11], [31]])
  })

  test('the config has the bounds', () => {
    const layer = new BatchNormalization({ renorm: true, renormClipping: { rmax: 3 } })
    expect(layer.getConfig()).toMatchObject({ renorm: true, renorm_clipping: { rmax: 3 } })
    const copy = BatchNormalization.fromConfig({ renorm: true, renorm_clipping: { rmax: 3, dmax: null } })
    expect(copy.renormClipping).toEqual({ rmax: 3 })
  })
})

test('unknown sizes stay unknown', () => {
  expect(new BatchNormalization().computeOutputShape([null, null, 3])).toEqual([null, null, 3])
})

test('the config is Keras’s', () => {
  expectKerasConfigs(
    BatchNormalization,
    (options: BatchNormalizationOptions) => new BatchNormalization(options),
  )
})

describe('errors', () => {
  test.each<[Readonly<Record<string, unknown>>, RegExp]>([
    [{ momentum: 1.5 }, /BatchNormalization: momentum is not a number from 0 to 1[\s\S]*1\.5/],
    [{ epsilon: -1 }, /epsilon is not a finite number of at least 0/],
    [{ axis: [1] }, /axis is not a whole number/],
    [{ renormClipping: { rmin: 2, rmax: 1 } }, /renormClipping does not bound/],
    [{ renormClipping: { dmax: -1 } }, /renormClipping does not bound/],
    [{ renormClipping: { r: 1 } }, /renormClipping does not bound/],
    [{ center: 1 }, /center is neither true nor false/],
    [{ gamma: 2 }, /unknown option "gamma"/],
  ])('in the options %j', (options, message) => {
    expect(() => new BatchNormalization(options)).toThrow(ArgumentError)
    expect(() => new BatchNormalization(options)).toThrow(message)
  })

  test('of statistics over several devices', () => {
    expect(() => new BatchNormalization({ synchronized: true as false })).toThrow(UnsupportedError)
    expect(() => BatchNormalization.fromConfig({ synchronized: true })).toThrow(/not supported/)
  })

  test('in the input', () => {
    const layer = new BatchNormalization({ axis: 2, name: 'norm' })
    expect(() => layer.apply(ones([2, 3]))).toThrow(ShapeError)
    expect(() => layer.apply(ones([2, 3]))).toThrow(
      /does not have these axes[\s\S]*in: BatchNormalization "norm"/,
    )
    expect(() => new BatchNormalization().build([null, null])).toThrow(/must be known/)
    layer.apply(ones([2, 3, 4])).dispose()
    expect(() => layer.apply(ones([2, 3, 5]))).toThrow(/4 along axis 2/)
  })

  test('in files', () => {
    expect(() => BatchNormalization.fromConfig({ renorm_clipping: [1] })).toThrow(/wrong kind/)
    expect(() => BatchNormalization.fromConfig({ renorm_clipping: { rmax: 'a' } })).toThrow(/wrong kind/)
  })
})
