/**
 * The network of the digits on a backend of one's own: one line differs. It learns as on the CPU backend, and the
 * profiler shows what was called.
 */
import assert from 'node:assert/strict'
import { profile } from '@tapegrad/core/profiler'
import { type Backend, cpuBackend, setBackend, setSeed } from 'tapegrad'
import { loadDigits } from '../mnist/data.ts'
import { digitModel } from '../mnist/model.ts'
import { accuracyLine } from '../mnist/report.ts'
import { readOptions } from '../program/options.ts'
import { arenaBackend } from './arena-backend.ts'

const { epochs, count, minimum } = readOptions({ epochs: 1, count: 3000, minimum: 0.75 })

/** Trains on a backend, from the same numbers each time, and returns the test accuracy. */
async function trainOn(backend: Backend): Promise<number> {
  setBackend(backend)
  setSeed(1)
  const model = digitModel()
  const train = await loadDigits('train', count)
  await model.fit(train.images, train.labels, { epochs, batchSize: 128, verbose: 0 })
  const test = await loadDigits('test', 2000)
  const { accuracy } = await model.evaluate(test.images, test.labels, { verbose: 0 })
  console.log(`${backend.name}: ${accuracyLine(accuracy!)}`)
  return accuracy!
}

const arena = profile(arenaBackend())
const accuracy = await trainOn(arena)
console.log(arena.table())
assert.ok(accuracy >= minimum, `the accuracy is below ${minimum}`)
assert.ok(arena.rows().some(({ name }) => name === 'matmul'))

const onCpu = await trainOn(cpuBackend())
assert.ok(Math.abs(accuracy - onCpu) <= 0.01, `the backends reach ${accuracy} and ${onCpu}`)
