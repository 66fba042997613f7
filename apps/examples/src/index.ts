/** Trains a network on the handwritten digits of MNIST, saves it, and has another process load and test it. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setSeed } from 'tapegrad'
import { saveModel } from 'tapegrad/node'
import { loadDigits } from './mnist/data.ts'
import { digitModel } from './mnist/model.ts'
import { accuracyLine } from './mnist/report.ts'
import { readOptions } from './program/options.ts'

const { epochs, count, minimum } = readOptions({ epochs: 8, count: 60_000, minimum: 0.975 })
setSeed(1)

const model = digitModel()
model.summary()

const train = await loadDigits('train', count)
const start = performance.now()
await model.fit(train.images, train.labels, { epochs, batchSize: 128 })
console.log(`trained in ${((performance.now() - start) / 1000).toFixed(1)} s`)

const test = await loadDigits('test')
const { accuracy } = await model.evaluate(test.images, test.labels, { verbose: 0 })
const line = accuracyLine(accuracy!)
console.log(line)

const folder = await mkdtemp(join(tmpdir(), 'tapegrad-'))
try {
  const file = join(folder, 'digits.safetensors')
  await saveModel(model, file)
  const script = fileURLToPath(new URL('./evaluate.js', import.meta.url))
  const fresh = spawnSync(process.execPath, [script, file], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  process.stdout.write(fresh.stdout)
  const isSame = fresh.status === 0 && fresh.stdout.trim() === line
  if (!isSame) console.error('the saved model does not give the same accuracy in a fresh process')
  if (accuracy! < minimum) console.error(`the accuracy is below ${minimum}`)
  process.exitCode = isSame && accuracy! >= minimum ? 0 : 1
} finally {
  await rm(folder, { recursive: true })
}
