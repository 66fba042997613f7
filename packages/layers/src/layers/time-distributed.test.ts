import {
  concat,
  memory,
  mul,
  ones,
  setBackend,
  stack,
  type Tensor,
  tensor,
  unstack,
  zeros,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import { Sequential } from '../models/sequential.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import {
  BatchNormalization,
  Bidirectional,
  Conv2D,
  Dense,
  Dropout,
  Flatten,
  GlobalMaxPooling1D,
  GRU,
  LSTM,
  Masking,
} from './index.ts'
import { draw } from './rnn-test-cases.ts'
import { TimeDistributed } from './time-distributed.ts'

setBackend(referenceBackend())

// First, as it counts tensors.
test('does what every layer must do', async () => {
  const dense = (): Dense => new Dense({ units: 2, activation: 'tanh', kernelRegularizer: 'l2' })
  await runLayerTest(() => new TimeDistributed({ layer: dense() }), {
    ...{ inputShape: [2, 3, 4], outputShape: [2, 3, 2], trainableWeights: 2, penalties: 1, mask: 'passes' },
  })
  const conv = (): Conv2D => new Conv2D({ filters: 2, kernelSize: 2 })
  await runLayerTest(() => new TimeDistributed({ layer: conv() }), {
    ...{ inputShape: [2, 2, 3, 3, 1], outputShape: [2, 2, 2, 2, 2], trainableWeights: 2, mask: 'passes' },
  })
  const twice = (): TimeDistributed => new TimeDistributed({ layer: new LSTM({ units: 2 }) })
  await runLayerTest(() => new TimeDistributed({ layer: twice() }), {
    ...{ inputShape: [1, 2, 2, 2, 2], outputShape: [1, 2, 2, 2], trainableWeights: 3, mask: 'passes' },
  })
  const before = memory()
  const { layer, ...config } = twice().getConfig()
  expect(() => TimeDistributed.fromConfig({ ...config, layer: { class_name: 'Nothing' } })).toThrow(
    /unknown layer/,
  )
  expect(() => TimeDistributed.fromConfig({ ...config, layer: layer!, more: 1 })).toThrow(/unknown/)
  expect(memory()).toEqual(before)
})

test('reads and writes what Keras writes', () => {
  expectKerasConfigs(
    TimeDistributed,
    ({ name }: { readonly name: string }) =>
      new TimeDistributed({ layer: new Dense({ units: 3, name: 'dense' }), name }),
  )
})

test('applies the layer to each step', () => {
  const x = draw(2, 3, 4)
  const inner = new Dense({ units: 2 })
  const output = new TimeDistributed({ layer: inner }).apply(x)
  const steps = unstack(x, { axis: 1 }).map((step) => inner.apply(step))
  expect(output.arraySync()).toEqual(stack(steps, { axis: 1 }).arraySync())
})

test('statistics of a batch are those of each step', () => {
  const x = concat([mul(draw(4, 1, 2), 3), draw(4, 1, 2)], { axis: 1 })
  const layer = new TimeDistributed({ layer: new BatchNormalization() })
  const means = unstack(layer.apply(x, { training: true }), { axis: 1 }).map((step) => {
    const rows = step.arraySync() as number[][]
    return rows.reduce((total, row) => total + row[0]!, 0) / rows.length
  })
  for (const mean of means) expect(mean).toBeCloseTo(0, 5)
})

test('the layer learns whether it is trained', () => {
  const layer = new TimeDistributed({ layer: new Dropout({ rate: 1 }) })
  expect(layer.apply(ones([1, 2, 3])).arraySync()).toEqual(ones([1, 2, 3]).arraySync())
  expect(layer.apply(ones([1, 2, 3]), { training: true }).arraySync()).toEqual(zeros([1, 2, 3]).arraySync())
})

test('a mask of steps within steps reaches the layer, and what is left is that of the steps', () => {
  const x = draw(2, 2, 3, 2)
  const mask = tensor([
    [
      [true, false, true],
      [false, false, false],
    ],
    [
      [true, true, true],
      [false, true, false],
    ],
  ])
  const inner = new GRU({ units: 2 })
  const output = new TimeDistributed({ layer: inner }).apply(x, { mask })
  const masks = unstack(mask, { axis: 1 })
  const steps = unstack(x, { axis: 1 }).map((step, t) => inner.apply(step, { mask: masks[t]! }) as Tensor)
  expect(output.arraySync()).toEqual(stack(steps, { axis: 1 }).arraySync())
  expect(getMask(output)!.arraySync()).toEqual([
    [true, false],
    [true, true],
  ])
  const all = new TimeDistributed({ layer: new GRU({ units: 2, returnSequences: true }) })
  expect(getMask(all.apply(x, { mask }))!.arraySync()).toEqual(mask.arraySync())
})

test('masks that the layer makes, or does not take', () => {
  const x = tensor([
    [
      [[1], [0]],
      [[0], [0]],
    ],
  ])
  const made = new TimeDistributed({ layer: new Masking() }).apply(x)
  expect(getMask(made)!.arraySync()).toEqual([
    [
      [true, false],
      [false, false],
    ],
  ])
  const flat = new TimeDistributed({ layer: new Flatten(), onLostMask: 'throw' })
  const kept = flat.apply(x, { mask: tensor([[true, false]]) })
  expect(getMask(kept)!.arraySync()).toEqual([[true, false]])
})

test('a hierarchical model: words, then sentences', () => {
  const model = new Sequential([
    new Masking({ maskValue: 0, inputShape: [null, 3, 2] }),
    new TimeDistributed({ layer: new Bidirectional({ layer: new LSTM({ units: 2 }) }) }),
    new GRU({ units: 3 }),
  ])
  expect(model.outputShape).toEqual([null, 3])
  const x = draw(1, 2, 3, 2)
  const longer = concat([x, zeros([1, 2, 3, 2])], { axis: 1 })
  const [short, padded] = [model.apply(x), model.apply(longer)].map((y) => y.dataSync())
  padded!.forEach((value, i) => expect(value).toBeCloseTo(short![i]!, 6))
})

test('shapes with unknown sizes, and without steps', () => {
  const layer = new TimeDistributed({ layer: new GlobalMaxPooling1D() })
  expect(layer.apply(input({ shape: [null, 4, 5] })).shape).toEqual([null, null, 5])
  const dense = new TimeDistributed({ layer: new Dense({ units: 2 }) })
  expect(dense.apply(zeros([2, 0, 3])).shape).toEqual([2, 0, 2])
})

test('refuses what it cannot apply', () => {
  expect(() => new TimeDistributed({ layer: 'dense' as never })).toThrow(/not a layer/)
  expect(() => new TimeDistributed({ layer: new Dense({ units: 2 }) }).apply(ones([2, 3]))).toThrow(
    /too few dimensions/,
  )
  const several = new LSTM({ units: 2, returnState: true })
  expect(() => new TimeDistributed({ layer: several as never }).apply(ones([1, 2, 3, 4]))).toThrow(
    /returns several tensors/,
  )
  expect(() => new TimeDistributed({ layer: several as never }).computeOutputShape([1, 2, 3, 4])).toThrow(
    /returns several tensors/,
  )
})
