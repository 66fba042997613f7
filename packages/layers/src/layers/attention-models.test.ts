import { ones, random, setBackend, slice, type Tensor, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { Input } from '../engine/input-layer.ts'
import { getMask } from '../engine/masks.ts'
import { Model } from '../models/model.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { Attention } from './attention.ts'
import { Dense } from './dense.ts'
import { Embedding } from './embedding.ts'
import { GlobalAveragePooling1D } from './global-average-pooling1d.ts'
import { MultiHeadAttention } from './multi-head-attention.ts'

setBackend(referenceBackend())

const bits = (x: Tensor): readonly number[] => [...x.dataSync()]

test('a model tells its attention layer what the wiring told it, and after loading the same', async () => {
  const [x, mask] = [Input({ shape: [null, 4] }), Input({ shape: [null, null], dtype: 'bool' })]
  const layer = new MultiHeadAttention({ numHeads: 2, keyDim: 3 })
  const [y, weights] = layer.apply([x, x], {
    attentionMask: mask,
    useCausalMask: true,
    returnAttentionScores: true,
  })
  const model = new Model({ inputs: [x, mask], outputs: [y, weights] })
  const data = random.normal([2, 3, 4])
  const allowed = tensor([
    [
      [true, false, false],
      [true, false, true],
      [false, true, true],
    ],
    [
      [true, true, true],
      [true, true, true],
      [true, true, true],
    ],
  ])
  const expected = layer.apply([data, data], {
    attentionMask: allowed,
    useCausalMask: true,
    returnAttentionScores: true,
  })
  const outputs = model.apply([data, allowed]) as readonly Tensor[]
  expect(outputs.map(bits)).toEqual(expected.map(bits))
  const copy = (await loadModel(await saveModel(model))) as unknown as typeof model
  expect(copy.apply([data, allowed]).map(bits)).toEqual(expected.map(bits))
})

test('padding that an embedding masks is not attended to, and a model of it learns', async () => {
  const words = Input({ shape: [null], dtype: 'int32' })
  const embedded = new Embedding({ inputDim: 5, outputDim: 4, maskZero: true }).apply(words)
  const attended = new Attention({ useScale: true }).apply([embedded, embedded])
  const output = new Dense({ units: 1 }).apply(new GlobalAveragePooling1D().apply(attended))
  const model = new Model({ inputs: words, outputs: output })
  const padded = tensor(
    [
      [3, 1, 0, 0],
      [2, 4, 0, 0],
    ],
    { dtype: 'int32' },
  )
  const short = slice(padded, [
    [0, 2],
    [0, 2],
  ])
  const [a, b] = [model.apply(padded), model.apply(short)]
  bits(a).forEach((value, i) => {
    expect(value).toBeCloseTo(bits(b)[i]!, 6)
  })
  expect(getMask(a)).toBeNull()
  model.compile({ optimizer: new PlainSGD(), loss: 'meanSquaredError' })
  const { history } = await model.fit(padded, ones([2, 1]), { epochs: 20, verbose: 0 })
  expect(history.loss.at(-1)!).toBeLessThan(history.loss[0]!)
})
