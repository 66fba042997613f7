import { type Backend, getBackend, OutOfMemoryError, setBackend, withBackend } from '@tapegrad/core'
import { referenceBackend } from '@tapegrad/core/reference'
import { expect, test } from 'vitest'
import { unreadableBackend } from '../../fixtures/unreadable-backend.ts'
import { loadModel } from '../saving/load-model.ts'
import { saveModel } from '../saving/save-model.ts'
import { PlainSGD } from '../testing/plain-sgd.ts'
import { everything } from '../testing/test-models.ts'

const home = referenceBackend()

/** A backend that is of no use: whatever runs on it fails. */
function useless(): Backend {
  const backend = referenceBackend()
  backend.alloc = () => {
    throw new OutOfMemoryError('something was made on the current backend', { op: 'alloc' })
  }
  return backend
}

const x = Array.from({ length: 6 }, (_, i) => [
  [i, 1],
  [0, 0],
  [1, i],
])
const y = x.map(() => [[1], [0], [1]])
const options = { batchSize: 4, verbose: 0 } as const

test('a model stays on the backend of its weights, whatever the current one', async () => {
  const model = withBackend(home, everything)
  setBackend(useless())
  const weighted = { ...options, validationSplit: 0.34, sampleWeight: x.map((_, i) => i + 1) }
  await model.fit(x, y, weighted)
  await model.evaluate(x, y, options)
  await model.trainOnBatch(x, y)
  const predicted = await model.predict(x, { batchSize: 4 })
  expect(predicted.storage.backend).toBe(home)
  expect(model.weights.every((weight) => weight.storage.backend === home)).toBe(true)
  expect((await saveModel(model)).length).toBeGreaterThan(0)
})

test('training, evaluation, prediction, saving and loading read nothing at once', async () => {
  setBackend(unreadableBackend())
  expect(getBackend().readSync).toBeUndefined()
  const model = everything()
  const { history } = await model.fit(x, y, { ...options, epochs: 2, validationSplit: 0.34 })
  expect(history.loss.every(Number.isFinite)).toBe(true)
  const bytes = await saveModel(model)
  const copy = await loadModel(bytes, { optimizers: [PlainSGD] })
  const [a, b] = [await model.evaluate(x, y, options), await copy.evaluate(x, y, options)]
  expect(b).toEqual(a)
  expect((await copy.predict(x)).shape).toEqual([6, 3, 1])
})
