/** Trains a convolutional network on the digits of MNIST, for one epoch. */
import { setSeed } from 'tapegrad'
import { loadDigits } from '../mnist/data.ts'
import { accuracyLine } from '../mnist/report.ts'
import { readOptions } from '../program/options.ts'
import { convolutionalModel } from './model.ts'

const options = readOptions({ epochs: 1, count: 60_000, tested: 10_000, minimum: 0.985 })
const { epochs, count, tested, minimum } = options
setSeed(1)

const model = convolutionalModel()
model.summary()

const train = await loadDigits('train', count)
const start = performance.now()
await model.fit(train.images, train.labels, { epochs, batchSize: 64 })
console.log(`trained in ${((performance.now() - start) / 1000).toFixed(1)} s`)

const test = await loadDigits('test', tested)
const { accuracy } = await model.evaluate(test.images, test.labels, { batchSize: 128, verbose: 0 })
console.log(accuracyLine(accuracy!))
if (!(accuracy! >= minimum)) {
  console.error(`the accuracy is below ${minimum}`)
  process.exitCode = 1
}
