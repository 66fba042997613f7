import {
  add,
  concat,
  flip,
  memory,
  mul,
  ones,
  type Shape,
  setBackend,
  slice,
  type Tensor,
  tensor,
} from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { expectKerasConfigs } from '../../fixtures/keras-layers.ts'
import { input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import { runLayerTest } from '../testing/run-layer-test.ts'
import { Bidirectional, type MergeMode } from './bidirectional.ts'
import { Dense, GRU, LSTM, LSTMCell, RNN } from './index.ts'
import { draw } from './rnn-test-cases.ts'

setBackend(referenceBackend())

const inputShape = [2, 3, 2]
const x = draw(2, 3, 2)

// First, as these count tensors.
test('does what every layer must do', async () => {
  await runLayerTest(() => new Bidirectional({ layer: new LSTM({ units: 2 }) }), {
    ...{ inputShape, outputShape: [2, 4], trainableWeights: 6, mask: 'used' },
  })
  const gru = (): GRU => new GRU({ units: 2, returnSequences: true, kernelRegularizer: 'l2' })
  await runLayerTest(() => new Bidirectional({ layer: gru(), mergeMode: 'mul' }) as never, {
    ...{ inputShape, outputShape: [2, 3, 2], trainableWeights: 6, mask: 'passes', penalties: 2 },
  })
  const nested = (): RNN => new RNN({ cell: [new LSTMCell({ units: 2 }), new LSTMCell({ units: 1 })] })
  await runLayerTest(() => new Bidirectional({ layer: nested() }), {
    ...{ inputShape, outputShape: [2, 2], trainableWeights: 12, mask: 'used' },
  })
})

test('a config that fails leaves nothing', () => {
  const before = memory()
  const config = new Bidirectional({ layer: new LSTM({ units: 2 }) }).getConfig()
  expect(() => Bidirectional.fromConfig({ ...config, merge_mode: 'both' })).toThrow(/merge_mode/)
  expect(() => Bidirectional.fromConfig({ ...config, more: 1 })).toThrow(/unknown/)
  expect(memory()).toEqual(before)
})

test('reads and writes what Keras writes', () => {
  expectKerasConfigs(Bidirectional, (options: { readonly mergeMode: MergeMode; readonly name: string }) => {
    const { mergeMode, name } = options
    return new Bidirectional({ layer: new LSTM({ units: 3, name: 'lstm' }), mergeMode, name })
  })
})

test.each([
  { mergeMode: 'concat', merge: (a: Tensor, b: Tensor) => concat([a, b], { axis: -1 }) },
  { mergeMode: 'sum', merge: add },
  { mergeMode: 'ave', merge: (a: Tensor, b: Tensor) => mul(add(a, b), 0.5) },
  { mergeMode: 'mul', merge: mul },
] as const)('$mergeMode of both directions', ({ mergeMode, merge }) => {
  for (const returnSequences of [true, false]) {
    const options = { units: 2, returnSequences, zeroOutputForMask: returnSequences }
    const mask = tensor([
      [true, false, true],
      [false, true, false],
    ])
    const layer = new Bidirectional<MergeMode>({ layer: new LSTM({ units: 2, returnSequences }), mergeMode })
    const output = layer.apply(x, { mask })
    const directions = [false, true].map((goBackwards, i) => {
      const single = new LSTM({ ...options, goBackwards })
      single.build([null, null, 2])
      single.setWeights(layer.getWeights().slice(3 * i, 3 * i + 3))
      return single.apply(x, { mask })
    }) as [Tensor, Tensor]
    const second = returnSequences ? flip(directions[1], { axis: 1 }) : directions[1]
    expect(output.arraySync()).toEqual(merge(directions[0], second).arraySync())
    expect(layer.computeOutputShape([2, 3, 2])).toEqual(output.shape)
    expect(getMask(output)?.arraySync() ?? null).toEqual(returnSequences ? mask.arraySync() : null)
  }
})

test('without a mode both outputs, and with returnState all states', () => {
  const lstm = new LSTM({ units: 2, returnState: true, returnSequences: true })
  const layer = new Bidirectional({ layer: lstm, mergeMode: null })
  const mask = tensor([
    [true, false, true],
    [true, true, false],
  ])
  const outputs = layer.apply(x, { mask })
  const shapes: readonly Shape[] = outputs.map(({ shape }) => shape)
  expect(shapes).toEqual([
    [2, 3, 2],
    [2, 3, 2],
    [2, 2],
    [2, 2],
    [2, 2],
    [2, 2],
  ])
  expect(layer.computeOutputShape([2, 3, 2])).toEqual(shapes)
  expect(outputs.map((each) => getMask(each)?.arraySync() ?? null)).toEqual([
    ...[mask.arraySync(), mask.arraySync()],
    ...[null, null, null, null],
  ])
  const merged = new Bidirectional({ layer: lstm })
  expect(merged.apply(x).map(({ shape }) => shape)).toEqual([
    [2, 3, 4],
    [2, 2],
    [2, 2],
    [2, 2],
    [2, 2],
  ])
})

test('each direction begins with its half of the states', () => {
  const layer = new Bidirectional({ layer: new GRU({ units: 2, returnSequences: true }) })
  const states = [draw(2, 2), mul(draw(2, 2), 2)] as const
  const output = layer.apply(x, { initialState: states })
  const first = layer.forwardLayer.apply(x, { initialState: states[0] }) as Tensor
  const second = layer.backwardLayer.apply(x, { initialState: states[1] }) as Tensor
  expect(output.arraySync()).toEqual(concat([first, flip(second, { axis: 1 })], { axis: -1 }).arraySync())
  const symbols = [input({ shape: [2] }), input({ shape: [2] })]
  expect(layer.apply(input({ shape: [3, 2] }), { initialState: symbols }).shape).toEqual([null, 3, 4])
  expect(() => layer.apply(x, { initialState: states[0] })).toThrow(/expected: 2 tensors/i)
})

test('keeps states from batch to batch, and lets them go', () => {
  const layer = new Bidirectional({
    layer: new GRU({ units: 2, stateful: true }),
    batchInputShape: [2, null, 2],
  })
  const first = layer.apply(x).arraySync()
  expect(layer.states!.map(({ shape }) => shape)).toEqual([
    [2, 2],
    [2, 2],
  ])
  expect(layer.apply(x).arraySync()).not.toEqual(first)
  layer.resetState()
  expect(layer.states).toBe(null)
  expect(layer.apply(x).arraySync()).toEqual(first)
  layer.dispose()
  expect(layer.states).toBe(null)
})

test('another layer for the way back', () => {
  const layer = new Bidirectional({
    ...{ layer: new LSTM({ units: 2 }), backwardLayer: new GRU({ units: 3, goBackwards: true }) },
    trainable: false,
  })
  expect(layer.apply(x).shape).toEqual([2, 5])
  expect(layer.computeOutputShape([null, 3, 2])).toEqual([null, 5])
  expect(layer.trainableWeights).toEqual([])
  expect(layer.backwardLayer.trainable).toBe(false)
  expect(
    slice(layer.apply(x), [
      [0, 2],
      [2, 5],
    ]).arraySync(),
  ).toEqual((layer.backwardLayer.apply(x) as Tensor).arraySync())
})

test('refuses what does not go together', () => {
  expect(() => new Bidirectional({ layer: new Dense({ units: 2 }) as never })).toThrow(
    /not a recurrent layer/,
  )
  const layer = new LSTM({ units: 2 })
  // @ts-expect-error: there is no such mode
  expect(() => new Bidirectional({ layer, mergeMode: 'max' })).toThrow(/unknown mergeMode/)
  expect(() => new Bidirectional({ layer, backwardLayer: new LSTM({ units: 2 }) })).toThrow(/the same way/)
  const all = new LSTM({ units: 2, goBackwards: true, returnSequences: true })
  expect(() => new Bidirectional({ layer, backwardLayer: all })).toThrow(/differ in returnSequences/)
  expect(() => new Bidirectional({ layer }).apply(ones([2, 3]))).toThrow(/too few dimensions/)
})
