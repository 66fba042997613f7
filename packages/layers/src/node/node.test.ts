import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { SerializationError, setBackend, tensor } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Dense, Lambda, Sequential } from '../index.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { loadModel, saveModel } from './index.ts'

setBackend(referenceBackend())

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tapegrad-layers-'))
})
afterAll(() => rm(folder, { recursive: true }))

const x = tensor([[1, 2]])
const make = (): Sequential => new Sequential([new Dense({ units: 3, inputShape: [2] })])

test('a file holds the model', async () => {
  const path = join(folder, 'a.safetensors')
  const model = make()
  model.compile({ optimizer: new PlainSGD(), loss: 'mse' })
  await saveModel(model, path)
  const copy = await loadModel(path, { optimizers: [PlainSGD] })
  expect(copy.apply(x).arraySync()).toEqual(model.apply(x).arraySync())
  expect(copy.optimizer).toBeInstanceOf(PlainSGD)
})

test('a file that is there is replaced, and no other file is left', async () => {
  const path = join(folder, 'b.safetensors')
  await writeFile(path, 'old')
  const model = make()
  await saveModel(model, path)
  await saveModel(model, path)
  expect((await loadModel(path)).apply(x).arraySync()).toEqual(model.apply(x).arraySync())
  expect((await readdir(folder)).filter((name) => name.startsWith('b'))).toEqual(['b.safetensors'])
})

test('saving that fails leaves the file that was there', async () => {
  const path = join(folder, 'c.safetensors')
  await writeFile(path, 'old')
  const unsavable = new Sequential([new Lambda({ function: (input) => input, inputShape: [2] })])
  await expect(saveModel(unsavable, path)).rejects.toThrow(SerializationError)
  expect(await readFile(path, 'utf8')).toBe('old')
  // A folder cannot be replaced by a file: the last step fails, and what was written is taken away.
  await expect(saveModel(make(), folder)).rejects.toThrow()
  expect((await stat(folder)).isDirectory()).toBe(true)
  const beside = await readdir(join(folder, '..'))
  expect(beside.filter((name) => name.startsWith(`${basename(folder)}.`))).toEqual([])
})

test('a folder that is not there, a file that is not there, a file that is no model', async () => {
  await expect(saveModel(make(), join(folder, 'none', 'd.safetensors'))).rejects.toThrow(/ENOENT/)
  await expect(loadModel(join(folder, 'none'))).rejects.toThrow(/ENOENT/)
  const path = join(folder, 'e.safetensors')
  await writeFile(path, 'not a model at all')
  await expect(loadModel(path)).rejects.toThrow(SerializationError)
})
