import { memory, random, SerializationError, setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { BatchNormalization, Dense } from '../layers/index.ts'
import { Sequential } from '../models/sequential.ts'
import { variants } from '../testing/hostile-json.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { saveModel } from './save-model.ts'
import { loadWeights, saveWeights } from './weights-file.ts'

setBackend(referenceBackend())

const make = (units = 3, names = ['a', 'b', 'c']): Sequential =>
  new Sequential([
    new Dense({ units, name: names[0]!, inputShape: [2] }),
    new BatchNormalization({ name: names[1]! }),
    new Dense({ units: 1, name: names[2]! }),
  ])

const values = (model: Sequential): unknown => model.weights.map((weight) => weight.arraySync())

test('weights go to a file and into another model, bit by bit', async () => {
  using model = make()
  using copy = make()
  expect(values(copy)).not.toEqual(values(model))
  expect(await loadWeights(copy, await saveWeights(model))).toEqual([])
  expect(values(copy)).toEqual(values(model))
  using other = make()
  await loadWeights(other, await saveModel(model))
  expect(values(other)).toEqual(values(model))
})

test('a file of another model changes nothing', async () => {
  using model = make()
  const before = values(model)
  using wider = make(4)
  using shorter = new Sequential([new Dense({ units: 3, inputShape: [2] })])
  await expect(loadWeights(model, await saveWeights(wider))).rejects.toThrow(/does not fit the model/)
  await expect(loadWeights(model, await saveWeights(shorter))).rejects.toThrow(/another number of weights/)
  using turned = new Sequential([
    new BatchNormalization({ inputShape: [2] }),
    new Dense({ units: 3 }),
    new Dense({ units: 1 }),
  ])
  await expect(loadWeights(model, await saveWeights(turned))).rejects.toThrow(/the file lacks a weight/)
  expect(values(model)).toEqual(before)
})

test('what does not fit keeps its value where that is asked for', async () => {
  using model = make()
  using wider = make(4)
  const before = model.layers[0]!.weights[0]!.arraySync()
  const kept = await loadWeights(model, await saveWeights(wider), { skipMismatch: true })
  expect(kept).toEqual([
    'a/kernel',
    'a/bias',
    'b/gamma',
    'b/beta',
    'b/moving_mean',
    'b/moving_variance',
    'c/kernel',
  ])
  expect(model.layers[0]!.weights[0]!.arraySync()).toEqual(before)
  expect(model.layers[2]!.weights[1]!.arraySync()).toEqual(wider.layers[2]!.weights[1]!.arraySync())
})

test('by the names of layers, in another order and number', async () => {
  using model = make()
  using other = new Sequential([
    new Dense({ units: 3, name: 'x', inputShape: [2] }),
    new Dense({ units: 1, name: 'c' }),
  ])
  const x = other.layers[0]!.weights[0]!.arraySync()
  expect(await loadWeights(other, await saveWeights(model), { byName: true })).toEqual(['x/kernel', 'x/bias'])
  expect(other.layers[1]!.weights[0]!.arraySync()).toEqual(model.layers[2]!.weights[0]!.arraySync())
  expect(other.layers[0]!.weights[0]!.arraySync()).toEqual(x)
  using wider = make(4)
  const file = await saveWeights(wider)
  await expect(loadWeights(other, file, { byName: true })).rejects.toThrow(/does not fit the model/)
  expect(await loadWeights(other, file, { byName: true, skipMismatch: true })).toHaveLength(3)
  await expect(loadWeights(other, await saveModel(model), { byName: true })).rejects.toThrow(
    /does not say whose weights/,
  )
})

test('anything in the place of names and formats: weights or a SerializationError', async () => {
  using model = make()
  const { tensors, metadata } = decodeSafetensors(await saveWeights(model))
  const before = [memory(), values(model)]
  let refused = 0
  for (const part of ['names', 'format', 'version']) {
    const json = part === 'names' ? JSON.parse(metadata.get(part)!) : metadata.get(part)!
    for (const variant of variants(json)) {
      const changed = new Map([...metadata, [part, JSON.stringify(variant)]])
      const bytes = encodeSafetensors({ tensors, metadata: changed })
      const error = await loadWeights(model, bytes, { byName: true }).then(
        () => null,
        (reason: unknown) => reason,
      )
      if (error === null) continue
      expect(error).toBeInstanceOf(SerializationError)
      expect((error as Error).message.length).toBeLessThan(2000)
      refused++
    }
  }
  expect(refused).toBeGreaterThan(40)
  expect([memory(), values(model)]).toEqual(before)
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('a file that is cut off or damaged: weights or a SerializationError', async () => {
  using model = make()
  const file = await saveWeights(model)
  for (let length = 0; length < file.length; length += 7) {
    await expect(loadWeights(model, file.subarray(0, length))).rejects.toThrow(SerializationError)
  }
  const headerEnd = 8 + Number(new DataView(file.buffer).getBigUint64(0, true))
  const places = new random.Generator(1).bits(500)
  for (const place of places) {
    const bytes = Uint8Array.from(file)
    bytes[place % headerEnd]! ^= 1 << (place % 8)
    const error = await loadWeights(model, bytes).then(
      () => null,
      (reason: unknown) => reason,
    )
    if (error !== null) expect(error).toBeInstanceOf(SerializationError)
  }
})

test('three bad inputs', async () => {
  using model = make()
  await expect(saveWeights(new Sequential())).rejects.toThrow(/the model is not built/)
  await expect(saveWeights({} as never)).rejects.toThrow(/this is not a model/)
  await expect(loadWeights(model, [] as never)).rejects.toThrow(/not given as bytes/)
  await expect(loadWeights(model, new Uint8Array(), { byname: true } as never)).rejects.toThrow(/byName\?/)
  await expect(loadWeights(model, new Uint8Array(), { byName: 1 } as never)).rejects.toThrow(
    /neither true nor false/,
  )
})
