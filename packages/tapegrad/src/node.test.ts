import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Dense, Sequential, tensor } from './index.ts'
import { loadModel, saveModel } from './node.ts'

test('a model goes to a file and back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tapegrad-'))
  try {
    const file = join(folder, 'model.safetensors')
    const model = new Sequential([new Dense({ units: 2, inputShape: [3] })])
    await saveModel(model, file)
    const x = tensor([[1, 2, 3]])
    expect((await loadModel(file)).apply(x).arraySync()).toEqual(model.apply(x).arraySync())
  } finally {
    await rm(folder, { recursive: true })
  }
})
