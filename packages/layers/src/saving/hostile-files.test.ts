import { type Json, memory, random, setBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { beforeAll, expect, test } from 'vitest'
import { everyLayer } from '../testing/every-layer.ts'
import { isRefused, variants } from '../testing/hostile-json.ts'
import { trained } from '../testing/trained-model.ts'
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts'
import { saveModel } from './save-model.ts'

setBackend(referenceBackend())

let file: Uint8Array = new Uint8Array(0)
let large: Uint8Array = new Uint8Array(0)
beforeAll(async () => {
  using small = await trained()
  file = await saveModel(small)
  using every = everyLayer()
  large = await saveModel(every)
})

test.each(['model', 'compile', 'input_shape'])('anything in any place of %s', async (part) => {
  const { tensors, metadata } = decodeSafetensors(file)
  const before = memory()
  let refused = 0
  let count = 0
  for (const variant of variants(JSON.parse(metadata.get(part)!) as Json)) {
    const changed = new Map([...metadata, [part, JSON.stringify(variant)]])
    if (await isRefused(encodeSafetensors({ tensors, metadata: changed }))) refused++
    count++
  }
  expect(memory()).toEqual(before)
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
  // The model itself knows its input's shape; the other parts are what the file is about.
  if (part !== 'input_shape') expect(refused).toBeGreaterThan(count / 2)
})

test.each(['model', 'compile'])('anything in any place of %s, for a model of every layer', async (part) => {
  const { tensors, metadata } = decodeSafetensors(large)
  expect(await isRefused(large)).toBe(false)
  const before = memory()
  for (const variant of variants(JSON.parse(metadata.get(part)!) as Json)) {
    const changed = new Map([...metadata, [part, JSON.stringify(variant)]])
    await isRefused(encodeSafetensors({ tensors, metadata: changed }))
  }
  expect(memory()).toEqual(before)
})

test('bytes overwritten, left out and put in, at random places', async () => {
  const before = memory()
  const generator = new random.Generator(1)
  for (let i = 0; i < 1000; i++) {
    const [kind, place, length, value] = generator.bits(4) as unknown as [number, number, number, number]
    const start = place % file.length
    const size = 1 + (length % 16)
    const bytes = [...file]
    if (kind % 3 === 0) bytes.fill(value % 256, start, start + size)
    else if (kind % 3 === 1) bytes.splice(start, size)
    else bytes.splice(start, 0, ...bytes.slice(0, size))
    await isRefused(Uint8Array.from(bytes))
  }
  expect(memory()).toEqual(before)
})
